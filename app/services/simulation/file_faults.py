"""Faults planted into a large file, so that a benchmark can count what an import finds."""

from collections.abc import Callable
from typing import NamedTuple, Protocol


class Counts(NamedTuple):
    """Cumulative counts of a day."""

    cases: int
    deaths: int
    recoveries: int


class Planted(NamedTuple):
    """Something to find in a file: its kind, line and column; the line it contradicts, if any."""

    kind: str
    line: int
    column: str
    other_line: int | None = None


class Rows(Protocol):
    """The rows of a file as it is planned: countries by days."""

    names: list[str]

    def counts(self, day: int, country: int) -> Counts: ...
    def date(self, day: int) -> str: ...
    def line(self, day: int, country: int) -> int: ...


# Slips for real names, so that an import finds them close to what it knows.
_SLIPS = ("Germny", "Untied States", "Viet Nma", "Philipines", "Switzerlnad")

# Kind -> the column, and the cell that takes the place of the right one.
_WRONG_CELLS: dict[str, tuple[str, Callable[[str, int], str]]] = {
    "date": ("date", lambda cell, _: f"{cell[:5]}02-30"),
    "number": ("cases", lambda cell, _: f"{cell}x"),
    "negative": ("deaths", lambda cell, _: f"-{int(cell) + 1}"),
    "fraction": ("recoveries", lambda cell, _: f"{cell}.5"),
    "no country": ("country", lambda _cell, _: ""),
    "near miss": ("country", lambda _cell, country: _SLIPS[country % len(_SLIPS)]),
}
_COLUMNS = ("date", "country", "cases", "deaths", "recoveries")

# conflict: the next country's report bears this country's name, so two lines have one key.
# fall: the cases are fewer than the day before. sum: deaths and recoveries exceed the cases, and
# the recoveries, having been too many, fall the day after.
FAULT_KINDS = (*_WRONG_CELLS, "conflict", "fall", "sum")


def spoil(rows: Rows, day: int, country: int, kind: str, lines: list[str]) -> list[Planted]:
    """Plant a fault into a day's lines; return what there is to find."""
    line = rows.line(day, country)
    counts = rows.counts(day, country)
    if kind == "conflict":
        later = rows.counts(day, country + 1)
        lines[country + 1] = _write(rows, day, country, later)
        return [Planted(kind, line + 1, "country", line)]
    if kind == "fall":
        fewer = rows.counts(day - 1, country).cases - 1
        lines[country] = _write(rows, day, country, counts._replace(cases=fewer))
        return [Planted(kind, line, "cases")]
    if kind == "sum":
        more = counts.cases - counts.deaths + 1
        lines[country] = _write(rows, day, country, counts._replace(recoveries=more))
        return [
            Planted(kind, line, "recoveries"),
            Planted("fall", rows.line(day + 1, country), "recoveries"),
        ]
    column, change = _WRONG_CELLS[kind]
    cells = lines[country].rstrip("\n").split(",")
    place = _COLUMNS.index(column)
    cells[place] = change(cells[place], country)
    lines[country] = ",".join(cells) + "\n"
    return [Planted(kind, line, column)]


def _write(rows: Rows, day: int, country: int, counts: Counts) -> str:
    return f"{rows.date(day)},{rows.names[country]},{','.join(map(str, counts))}\n"
