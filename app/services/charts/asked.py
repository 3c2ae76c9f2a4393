"""Reads which chart an address asks for; what cannot be read is told and left out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.services.cells import Unreadable, read_date
from app.services.messages import Message

Measure = Literal["cumulative", "new", "average"]
Scale = Literal["linear", "log"]

MEASURES: tuple[Measure, ...] = ("cumulative", "new", "average")
SCALES: tuple[Scale, ...] = ("linear", "log")
# Read by others: the language and the colours.
NOT_OURS = frozenset({"lang", "theme"})
KNOWN = ("measure", "scale", "from", "to")
# What an address need not say.
USUAL = (("measure", MEASURES[0]), ("scale", SCALES[0]))
MOST_WARNINGS = 10
LONGEST_SHOWN = 40

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ChartQuery:
    """Which chart is asked for; no first or last day means all of the country's."""

    measure: Measure = MEASURES[0]
    scale: Scale = SCALES[0]
    first: dt.date | None = None
    last: dt.date | None = None

    def days(self) -> list[tuple[str, str]]:
        """Return what an address says of the days."""
        named = (("from", self.first), ("to", self.last))
        return [(name, day.isoformat()) for name, day in named if day is not None]

    def pairs(self) -> list[tuple[str, str]]:
        """Return what an address has to say to ask for this chart."""
        chosen = [("measure", self.measure), ("scale", self.scale)]
        return [*without_usual(chosen), *self.days()]


@dataclass
class _Reader:
    """Reads the parameters of one address."""

    asked: dict[str, str] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)

    def warn(self, text: str, **values: object) -> None:
        """Say something about the address, each thing once and not without end."""
        message = Message(text, **values)
        if len(self.warnings) < MOST_WARNINGS and message not in self.warnings:
            self.warnings.append(message)

    def gather(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep what the chart knows; of a word that is given twice the last one."""
        for name, value in pairs:
            if name in KNOWN and value.strip():
                if name in self.asked:
                    self.warn("%(name)s is given more than once: the last one counts.", name=name)
                self.asked[name] = value.strip()
            elif name not in KNOWN and name not in NOT_OURS:
                self.warn("%(name)s is left out: the chart knows no such word.", name=_shown(name))

    def word(self, name: str, known: Sequence[str]) -> str:
        """Read one of these words; the first of them where it is none."""
        asked = self.asked.get(name, known[0]).lower()
        if asked in known:
            return asked
        self.warn("%(name)s=%(value)s is left out.", name=name, value=_shown(asked))
        return known[0]

    def day(self, name: str) -> dt.date | None:
        """Read a day; None where there is none."""
        try:
            return read_date(self.asked[name]) if name in self.asked else None
        except Unreadable as error:
            self.warn("%(name)s is left out: %(reason)s", name=name, reason=str(error.message))
            return None


def without_usual(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out of an address what is blank and what goes without saying."""
    return [pair for pair in pairs if pair[1] and pair not in USUAL]


def read_address(pairs: Iterable[tuple[str, str]]) -> tuple[ChartQuery, list[Message]]:
    """Read what an address asks for, and what of it could not be understood."""
    reader = _Reader()
    reader.gather(pairs)
    measure, scale = reader.word("measure", MEASURES), reader.word("scale", SCALES)
    first, last = reader.day("from"), reader.day("to")
    if first and last and first > last:
        reader.warn("The first and the last day are exchanged.")
        first, last = last, first
    query = ChartQuery(
        next(known for known in MEASURES if known == measure),
        next(known for known in SCALES if known == scale),
        first,
        last,
    )
    return query, reader.warnings


def _shown(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "...")
