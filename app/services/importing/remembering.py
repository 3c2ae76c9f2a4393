"""Decisions kept with the import they belong to, and known again in a later file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Changeset, Import, ImportDecision
from app.services.changesets import Actor
from app.services.importing.deciding import Decisions, RowDecision, read_decisions
from app.services.importing.staging import looked_at

# So many lines are settled by what was decided before.
_MOST_LINES = 20_000
_LONGEST_KEY = 300


@dataclass
class Memory:
    """Lines of a file that are settled as they were in an earlier import."""

    rows: dict[int, RowDecision] = field(default_factory=dict)
    # Line -> the import in which it was settled.
    imports: dict[int, int] = field(default_factory=dict)

    def recall(self, session: Session, outbreak_id: int, decisions: Decisions) -> bool:
        """Look for decisions on the lines that wait; tell whether there are any not known yet."""
        found = False
        for line, value, import_id in session.execute(_remembered(outbreak_id)):
            if line not in decisions.rows and line not in self.rows:
                self.rows[line] = read_decisions({"rows": {str(line): value}}).rows[line]
                self.imports[line] = import_id
                found = True
        return found

    def add_to(self, decisions: Decisions) -> Decisions:
        """Return the decisions with those that are remembered."""
        return replace(decisions, rows={**self.rows, **decisions.rows})


def keep_decisions(
    session: Session,
    import_id: int,
    actor: Actor,
    decisions: Decisions,
    fingerprints: Mapping[int, str],
) -> None:
    """Keep what was decided with its import, with the fingerprints of the lines it is about."""
    wanted = select(ImportDecision).where(ImportDecision.import_id == import_id)
    kept = {(decision.kind, decision.key): decision for decision in session.scalars(wanted)}
    for kind, key, value in _as_rows(decisions):
        decision = kept.get((kind, key))
        if decision is None:
            decision = ImportDecision(import_id=import_id, kind=kind, key=key, value=value)
            decision.user_id, decision.actor = actor.user_id, actor.name
            session.add(decision)
        if kind == "row" and decision.fingerprint is None:
            decision.fingerprint = fingerprints.get(int(key))
    session.flush()


def _as_rows(decisions: Decisions) -> Iterator[tuple[str, str, dict[str, Any]]]:
    found = decisions.as_dict()
    for line, value in found["rows"].items():
        yield "row", line, value
    for name, value in found["names"].items():
        yield "name", name[:_LONGEST_KEY], value
    for problem, choice in found["problems"].items():
        yield "problem", problem, {"choice": choice}


def _remembered(outbreak_id: int) -> Any:
    """Select the decisions on lines that say what lines of this file say, the newest first."""
    undo, redo = aliased(Changeset), aliased(Changeset)
    undone = exists().where(
        Changeset.import_id == Import.id,
        undo.undoes_id == Changeset.id,
        ~exists().where(redo.undoes_id == undo.id),
    )
    return (
        select(looked_at.c.line, ImportDecision.value, ImportDecision.import_id)
        .select_from(looked_at)
        .join(ImportDecision, ImportDecision.fingerprint == looked_at.c.fingerprint)
        .join(Import, Import.id == ImportDecision.import_id)
        .where(
            or_(looked_at.c.outcome == "held", looked_at.c.outcome == "unreadable"),
            ImportDecision.kind == "row",
            Import.outbreak_id == outbreak_id,
            Import.status == "applied",
            ~undone,
        )
        .order_by(ImportDecision.id.desc())
        .limit(_MOST_LINES)
    )
