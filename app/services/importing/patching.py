"""Lines that were decided about, read as if the file said what was decided."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.models import METRICS
from app.models.names import fold_country
from app.services.importing.columns import Heading
from app.services.importing.dates import DateFormat
from app.services.importing.deciding import Decisions, RowDecision
from app.services.importing.exact import RowReader
from app.services.importing.left_out import fingerprint
from app.services.importing.names import Names
from app.services.importing.options import FIELDS
from app.services.importing.report import LEFT_OUT, NO_ROWS, Reason, RowLeftOut, Unmet
from app.services.importing.rows import Rows
from app.services.importing.series import Row
from app.services.messages import Message

# As people write a day in a decision, whatever the file does.
_ISO = DateFormat("yyyy-mm-dd")
_LEFT_OUT = Message("Left out, as was decided.")


@dataclass
class Patches:
    """The decisions on single lines; notes what each line says in the file."""

    rows: Mapping[int, RowDecision]
    # Line -> the fingerprint of its cells, of the lines that were met.
    fingerprints: dict[int, str] = field(default_factory=dict)
    # Lines that say something else than when they were decided: they are as the file has them.
    changed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._lines = sorted(self.rows)

    def among(self, rows: Rows) -> list[int]:
        """Return the lines of these rows that may have been decided about, in order."""
        if not self._lines:
            return []
        ends = [(part[0], part[-1]) for part in _numbers(rows) if part]
        first = min((start for start, _ in ends), default=0)
        last = max((end for _, end in ends), default=0)
        return self._lines[bisect_left(self._lines, first) : bisect_left(self._lines, last + 1)]

    def find_unmet(self, decided: Decisions, spellings: Iterable[str]) -> list[Unmet]:
        """List the decisions that could not be carried out on the lines and names that were met."""
        unmet = [
            Unmet("row", str(line), "changed" if line in self.changed else "missing")
            for line in sorted(decided.rows)
            if line in self.changed or line not in self.fingerprints
        ]
        known = set(map(fold_country, spellings)) if decided.names else set()
        names = (name for name in sorted(decided.names) if fold_country(name) not in known)
        return [*unmet, *(Unmet("name", name, "missing") for name in names)]

    def apply(self, line: int, original: Row | RowLeftOut, reader: "Patcher") -> Row | RowLeftOut:
        """Return what becomes of a line, given what it says in the file."""
        cells = reader.cells_of(original)
        says = self.fingerprints[line] = fingerprint(cells)
        decision = self.rows[line]
        if decision.fingerprint not in (None, says):
            self.changed.add(line)
            return reader.read_again(line, original, cells)
        if decision.leave_out:
            return _leave_out(line, original, cells)
        if isinstance(original, RowLeftOut) and original.problem in NO_ROWS:
            # Its cells may stand in the wrong columns.
            cells = {}
        return reader.read(line, {**cells, **decision.cells}, decision.cells)


class Patcher:
    """Reads lines cell by cell, by the names of the fields instead of their places."""

    def __init__(self, reader: RowReader) -> None:
        heading: Heading = reader.heading
        named = tuple(heading.name_of(of) for of in FIELDS)
        places = {of: place for place, of in enumerate(FIELDS)}
        self._reader = replace(reader, heading=replace(heading, names=named, places=places))
        # What a line says in the file must not bring its country into the register.
        self._original = replace(reader, names=Names())

    def read_original(self, line: int, cells: list[str]) -> Row | RowLeftOut:
        """Read a line as the file has it."""
        return self._original.read(line, cells)

    def read_again(
        self, line: int, original: Row | RowLeftOut, cells: Mapping[str, str]
    ) -> Row | RowLeftOut:
        """Read a line that is as the file has it after all."""
        return original if isinstance(original, RowLeftOut) else self.read(line, cells, {})

    def cells_of(self, row: Row | RowLeftOut) -> dict[str, str]:
        """Return a line's cells as they are kept, by field."""
        if isinstance(row, RowLeftOut):
            return row.cells
        _, name, day, *counts = row
        texts = ("" if count is None else str(count) for count in counts)
        country = self._original.names.spellings[name]
        return {"date": day, "country": country, **dict(zip(METRICS, texts, strict=True))}

    def read(
        self, line: int, cells: Mapping[str, str], typed: Mapping[str, str]
    ) -> Row | RowLeftOut:
        """Read a line that has these cells, of which some were typed by a person."""
        reader = self._reader
        if _ISO.read(typed.get("date", "")) or _is_kept(cells, typed):
            reader = replace(reader, date_format=_ISO)
        return reader.read(line, [cells.get(of, "") for of in FIELDS])


def _is_kept(cells: Mapping[str, str], typed: Mapping[str, str]) -> bool:
    """Tell whether the day is one that was read already, and is written as we keep days."""
    return "date" not in typed and _ISO.read(cells.get("date", "")) is not None


def _numbers(rows: Rows) -> tuple[Sequence[int], ...]:
    return rows.lines, [line for line, _ in rows.odd], [broken.line for broken in rows.broken]


def _leave_out(line: int, original: Row | RowLeftOut, cells: dict[str, str]) -> RowLeftOut:
    if isinstance(original, RowLeftOut):
        return replace(original, outcome=LEFT_OUT)
    _, _, day, *counts = original
    reasons = [Reason("", "", _LEFT_OUT, None, "decided")]
    cases, deaths, recoveries = counts
    return RowLeftOut(
        line,
        LEFT_OUT,
        cells,
        reasons,
        date=dt.date.fromisoformat(day),
        counts=(cases, deaths, recoveries),
    )
