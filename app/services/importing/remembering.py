"""What was settled in an import, known again in a later file that says the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import String, Table, cast, select
from sqlalchemy.orm import Session

from app.models import METRICS, Import, ImportDecision, ImportRow
from app.models.names import fold_country
from app.services import directory, ledger
from app.services.importing.deciding import (
    Decisions,
    NameDecision,
    RowDecision,
    read_decisions,
)
from app.services.importing.left_out import fingerprint
from app.services.importing.report import HELD, LEFT_OUT, UNREADABLE, Problem
from app.services.importing.staging import looked_at, stage

# So many lines are known again.
_MOST_LINES = 20_000
# All lines of a file of so many rows are looked at; of a larger one those that wait, and those
# that stand where something was decided.
_MOST_ROWS = 20_000
_MOST_NAMES = 5_000
_TOGETHER = 500

_OF_OTHERS = ("conflict", "near_name")

# A line and the fingerprint of what it says.
Marked = tuple[int, str]


@dataclass(frozen=True)
class Settled:
    """A line that was settled in an earlier import; without a decision it is as the file says."""

    line: int
    decision: RowDecision | None
    import_id: int
    # Why it was left out with all lines like it.
    problem: Problem | None = None

    @property
    def only_waiting(self) -> bool:
        """Tell whether other lines, or what was known then, were the reason: it may be no more."""
        return self.problem in _OF_OTHERS


@dataclass
class Memory:
    """What was settled in the outbreak's imports, and the lines of a file it holds for."""

    # By fingerprint, of the newest import that settled it: a file may say the same thing twice.
    known: dict[str, list[Settled]]
    rows: dict[int, RowDecision] = field(default_factory=dict)
    # Line -> the import in which it was settled.
    imports: dict[int, int] = field(default_factory=dict)
    # What the lines say is known.
    was_read: bool = False
    # By folded name: the country that was meant in files with this heading, and in which import.
    names: dict[str, tuple[str, int]] = field(default_factory=dict)
    # Names that mean another country than their own, with that country and the import.
    settled_names: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add_to(self, decisions: Decisions) -> Decisions:
        """Return the decisions with those that are remembered.

        Until the file was read, a line is supposed to stand where it stood: it need not be read
        again then.
        """
        supposed = {
            one.line: replace(one.decision, fingerprint=says)
            for says, found in self.known.items()
            for one in reversed(found)
            if one.decision is not None and not one.only_waiting and not self.was_read
        }
        return replace(decisions, rows={**supposed, **self.rows, **decisions.rows})

    def confirm(self, met: Mapping[int, str], decisions: Decisions) -> None:
        """Take note of what lines that were decided or supposed to be settled really say."""
        for line, says in met.items():
            known = [] if self.was_read else self.known.get(says, [])
            there = next((one for one in known if one.line == line), None)
            if line in decisions.rows:
                # Decided anew.
                there = there or next(iter(known), None)
            elif there is not None and there.decision is not None and not there.only_waiting:
                self.rows[line], self.imports[line] = there.decision, there.import_id
            else:
                there = None
            if there is not None:
                known.remove(there)
        self.was_read = True

    def recall_names(
        self, session: Session, spellings: Iterable[str], decided: Mapping[str, NameDecision]
    ) -> dict[str, NameDecision]:
        """Return names that are a country's own, and meant another one in such a file.

        The other names that were decided are remembered by the directory.
        """
        known = set(map(fold_country, decided))
        found = {name: self.names.get(fold_country(name)) for name in spellings if self.names}
        meant = {
            name: settled
            for name, settled in found.items()
            if settled and fold_country(name) not in known
        }
        if not meant:
            return {}
        countries = [country for country, _ in meant.values()]
        ids = directory.resolve_names(session, [*meant, *countries], create=False).ids
        self.settled_names = {
            name: (country, import_id)
            for name, (country, import_id) in meant.items()
            if name in ids and country in ids and ids[name] != ids[country]
        }
        return {name: NameDecision(country) for name, (country, _) in self.settled_names.items()}

    def recall_read(
        self, session: Session, spellings: Sequence[str], decisions: Decisions, *, read: int
    ) -> bool:
        """Look at the lines that were just read; tell whether some were settled before."""
        if not any(self.known.values()):
            return False
        read_now = [*_unsettled(session), *read_staged(session, spellings, self.lines(read))]
        return self._recall(read_now, decisions, waiting=False)

    def lines(self, read: int) -> list[int] | None:
        """Return where something was settled; None where a file of so many rows is looked at."""
        if read <= _MOST_ROWS:
            return None
        return sorted({settled.line for found in self.known.values() for settled in found})

    def recall_waiting(self, session: Session, decisions: Decisions) -> bool:
        """Look at the lines that wait for a decision; tell whether some were settled before."""
        if not any(self.known.values()):
            return False
        return self._recall(_unsettled(session), decisions, waiting=True)

    def _recall(self, lines: Iterable[Marked], decisions: Decisions, *, waiting: bool) -> bool:
        alike: dict[str, list[int]] = defaultdict(list)
        for line, says in lines:
            if says in self.known and line not in decisions.rows and line not in self.rows:
                alike[says].append(line)
        before = len(self.rows)
        for says, found in alike.items():
            fitting = [one for one in self.known[says] if waiting or not one.only_waiting]
            for line, settled in _pair(sorted(found), fitting):
                self.known[says].remove(settled)
                if settled.decision is not None:
                    self.rows[line] = settled.decision
                    self.imports[line] = settled.import_id
        return len(self.rows) > before


def recall(session: Session, outbreak_id: int, heading: str | None, decisions: Decisions) -> Memory:
    """Find what was settled in the imports of an outbreak that stand."""
    settled = [
        (row.fingerprint, Settled(int(row.key), _repeatable(row.value), row.import_id))
        for row in session.execute(_decided(outbreak_id))
    ]
    settled += [
        (row.fingerprint, _left_out_again(row))
        for row in session.execute(_left_out(outbreak_id))
        # What is decided now counts more.
        if row.problem not in decisions.problems
    ]
    names = session.execute(_named(outbreak_id, heading)).all() if heading else []
    imports = {one.import_id for _, one in settled} | {row.import_id for row in names}
    undone = ledger.find_undone(session, imports) if imports else set()
    known: dict[str, list[Settled]] = {}
    for says, one in sorted(settled, key=lambda found: found[1].import_id, reverse=True):
        if one.import_id in undone:
            continue
        others = known.setdefault(says, [])
        if not others or others[0].import_id == one.import_id:
            others.append(one)
    memory = Memory(known)
    for row in names:
        country = row.value.get("country")
        if row.import_id not in undone:
            memory.names.setdefault(fold_country(row.key), (country or row.key, row.import_id))
    return memory


def _pair(lines: list[int], settled: list[Settled]) -> Iterator[tuple[int, Settled]]:
    """Yield lines that say the same with what was settled of such lines, one each."""
    by_line = {one.line: one for one in settled}
    for line in lines:
        if line in by_line:
            yield line, by_line[line]
    others = [one for one in settled if one.line not in lines]
    yield from zip((line for line in lines if line not in by_line), others, strict=False)


def _repeatable(value: Mapping[str, Any]) -> RowDecision | None:
    """Return what a decision means for a later file."""
    decision = read_decisions({"rows": {"1": dict(value)}}).rows[1]
    if decision.existing == "file":
        # Whatever the register said meanwhile would be overwritten without a word.
        decision = replace(decision, existing=None)
    return decision if decision != RowDecision() else None


def _left_out_again(row: Any) -> Settled:
    decision = RowDecision(leave_out=True)
    return Settled(row.line, decision, row.import_id, row.problem)


def _decided(outbreak_id: int) -> Any:
    return (
        select(
            ImportDecision.import_id,
            ImportDecision.fingerprint,
            ImportDecision.key,
            ImportDecision.value,
        )
        .join(Import, Import.id == ImportDecision.import_id)
        .where(
            ImportDecision.kind == "row",
            ImportDecision.fingerprint.is_not(None),
            Import.outbreak_id == outbreak_id,
            Import.status == "applied",
        )
        .order_by(ImportDecision.id.desc())
        .limit(_MOST_LINES)
    )


def _named(outbreak_id: int, heading: str) -> Any:
    return (
        select(ImportDecision.import_id, ImportDecision.key, ImportDecision.value)
        .join(Import, Import.id == ImportDecision.import_id)
        .where(
            ImportDecision.kind == "name",
            Import.outbreak_id == outbreak_id,
            Import.heading == heading,
            Import.status == "applied",
        )
        .order_by(ImportDecision.id.desc())
        .limit(_MOST_NAMES)
    )


def _left_out(outbreak_id: int) -> Any:
    """Select the lines that were left out as a group, apart from those the register is right of."""
    return (
        select(ImportRow.import_id, ImportRow.fingerprint, ImportRow.line, ImportRow.problem)
        .join(Import, Import.id == ImportRow.import_id)
        .where(
            ImportRow.outcome == LEFT_OUT,
            ImportRow.problem.not_in(("exists", "decided")),
            ImportRow.fingerprint.is_not(None),
            Import.outbreak_id == outbreak_id,
            Import.status == "applied",
        )
        .order_by(ImportRow.import_id.desc(), ImportRow.line)
        .limit(_MOST_LINES)
    )


def _unsettled(session: Session) -> Iterator[Marked]:
    wanted = select(looked_at.c.line, looked_at.c.fingerprint)
    wanted = wanted.where(looked_at.c.outcome.in_((HELD, UNREADABLE)))
    for row in session.execute(wanted, execution_options={"yield_per": 1000}):
        yield row.line, row.fingerprint


def read_staged(
    session: Session, spellings: Sequence[str], lines: Sequence[int] | None, table: Table = stage
) -> Iterator[Marked]:
    """Yield what lines say on the stage, or in a table like it, of all or some."""
    columns = (table.c.line, table.c.name, cast(table.c.date, String))
    rows = select(*columns, *(table.c[metric] for metric in METRICS))
    parts = [rows]
    if lines is not None:
        starts = range(0, len(lines), _TOGETHER)
        parts = [rows.where(table.c.line.in_(lines[at : at + _TOGETHER])) for at in starts]
    for part in parts:
        for line, name, day, *counts in session.execute(part):
            texts = ("" if count is None else str(count) for count in counts)
            cells = {"date": day, "country": spellings[name]}
            yield line, fingerprint({**cells, **dict(zip(METRICS, texts, strict=True))})
