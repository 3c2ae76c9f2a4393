"""How the counts of a column are written: what separates thousands, if anything does."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from app.models import METRICS
from app.services.importing.options import THOUSANDS
from app.services.importing.report import ImportRefused
from app.services.importing.rows import Rows
from app.services.messages import Message

_GROUPED = re.compile(r"-?\d{1,3}([, .'])\d{3}((?:\1\d{3})*)([.,]0+)?")
# Cells that are remembered, so that each is judged once.
_MOST_SEEN = 50_000
_NAMES = {mark: name for name, mark in THOUSANDS.items()}


class Numbers:
    """Tells what separates thousands in each column of counts, reading all of it when asked first.

    1,234 is a thousand and more where every other cell with a comma is grouped so too. A point
    needs two different cells: a lone 1.309 may as well be a slip.
    """

    def __init__(
        self,
        places: Mapping[str, int] | None = None,
        read: Callable[[], Iterable[Rows]] = lambda: (),
        asked: str | None = None,
    ) -> None:
        known = places or {}
        self._places = {metric: known[metric] for metric in METRICS if metric in known}
        self._read = read
        self._asked = read_thousands(asked) if asked else None

    def mark(self, metric: str) -> str:
        """Return what separates thousands in a column, or nothing."""
        return self._asked if self._asked is not None else self._found.get(metric, "")

    def as_dict(self) -> dict[str, str]:
        """Name the sign of each column that has one, as far as the file was read."""
        if self._asked is not None:
            return dict.fromkeys(self._places, _NAMES[self._asked])
        # What nobody had to ask for is not read for the report alone.
        found = self.__dict__.get("_found", {})
        return {metric: _NAMES[mark] for metric, mark in found.items() if mark}

    @cached_property
    def _found(self) -> dict[str, str]:
        evidence = {metric: _Evidence() for metric in self._places}
        for rows in self._read():
            for metric, place in self._places.items():
                if rows.lines:
                    evidence[metric].add(rows.columns[place])
        return {metric: found.mark() for metric, found in evidence.items()}


class _Evidence:
    """The cells of a column that speak for and against each thousands sign."""

    def __init__(self) -> None:
        self._for: dict[str, set[str]] = {}
        self._against: set[str] = set()
        self._seen: set[str] = set()

    def add(self, cells: Sequence[str]) -> None:
        if "".join(cells).isdigit():
            return
        new = set(cells) - self._seen
        if len(self._seen) > _MOST_SEEN:
            self._seen.clear()
        self._seen |= new
        for cell in new:
            if not cell.isdigit():
                self._judge(unicodedata.normalize("NFKC", cell).strip())

    def _judge(self, cell: str) -> None:
        match = _GROUPED.fullmatch(cell)
        mark, fraction = (match[1], match[3] or "") if match else ("", "")
        self._against.update(set(re.findall(r"(?<=\d)[, .'](?=\d)", cell)) - {mark})
        if not match or fraction[:1] == mark:
            self._against.update(mark)
            return
        examples = self._for.setdefault(mark, set())
        # 1.234.567 is no fraction.
        examples.update([cell, "sure"] if match[2] or fraction else [cell])
        if len(examples) > 2:
            self._for[mark] = {"sure", "very"}

    def mark(self) -> str:
        fitting = [mark for mark in self._for if mark not in self._against]
        if len(fitting) != 1 or (fitting[0] == "." and len(self._for["."]) < 2):
            return ""
        return fitting[0]


def read_thousands(name: str) -> str:
    """Return the sign that is meant by a name; ImportRefused when there is none such."""
    if name not in THOUSANDS:
        text = "Thousands are separated by %(names)s."
        raise ImportRefused(Message(text, names=", ".join(THOUSANDS)))
    return THOUSANDS[name]
