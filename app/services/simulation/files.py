"""Large files for benchmarks, shaped like real ones: date order, cumulative counts.

The counts come from a few fixed curves, scaled for each country, so that a million rows take about
a second. Clean rows break no rule: every country reports every day and has more cases each day.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from app.services.simulation.file_faults import FAULT_KINDS, Counts, Planted, spoil
from app.services.simulation.names import country_names

HEADING = "date,country,cases,deaths,recoveries"
DATES = 1_000
LEAST_COUNTRIES = 10
FIRST_DAY = dt.date(2003, 3, 17)

_CURVES = 16
_LARGEST_SCALE = 400
# (middle of the wave, its width, people it makes ill), as shares of the period and people.
_WAVES = ((0.15, 0.03, 4_000), (0.45, 0.05, 9_000), (0.8, 0.04, 6_000))
# Days from falling ill to dying and to recovering, and the shares of those who do.
_DEATH = (12, 0.06)
_RECOVERY = (20, 0.85)


def write_csv(
    path: Path,
    *,
    rows: int,
    seed: int = 1,
    faults: Mapping[str, int] | None = None,
) -> list[Planted]:
    """Write a file of so many rows; return all that an import has to find in it, by line.

    `faults` says how many of each kind in FAULT_KINDS are planted, never in neighbouring reports.
    """
    random = Random(seed)  # noqa: S311 (nothing secret)
    grid = Grid(rows, random)
    spoilt = _choose_places(grid, faults or {}, random)
    planted: list[Planted] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{HEADING}\n")
        for day, lines in enumerate(grid.days()):
            for country, kind in spoilt.get(day, ()):
                planted += spoil(grid, day, country, kind, lines)
            file.write("".join(lines))
    return sorted(planted, key=lambda fault: fault.line)


class Grid:
    """Countries by days, filled day by day up to a number of rows."""

    def __init__(self, rows: int, random: Random) -> None:
        self.rows = rows
        self.width = max(LEAST_COUNTRIES, math.ceil(rows / DATES))
        self.height = math.ceil(rows / self.width)
        self.names = country_names(self.width)
        self._curves = [_make_curve(self.height, random) for _ in range(_CURVES)]
        self._shapes = [
            (random.randrange(_CURVES), random.randint(1, _LARGEST_SCALE)) for _ in self.names
        ]

    def days(self) -> Iterator[list[str]]:
        """Yield the lines of each day; the last day may not reach every country."""
        shapes = list(zip(self.names, self._shapes, strict=True))
        for day in range(self.height):
            date = self.date(day)
            curves = [curve[day] for curve in self._curves]
            lines = []
            for name, (curve, scale) in shapes[: self.rows - day * self.width]:
                cases, deaths, recoveries = curves[curve]
                lines.append(
                    f"{date},{name},{cases * scale},{deaths * scale},{recoveries * scale}\n"
                )
            yield lines

    def date(self, day: int) -> str:
        """Return the date of a day as the file writes it."""
        return (FIRST_DAY + dt.timedelta(days=day)).isoformat()

    def line(self, day: int, country: int) -> int:
        """Return the line of a row; the heading is line 1."""
        return 2 + day * self.width + country

    def counts(self, day: int, country: int) -> Counts:
        """Return a country's counts on a day."""
        curve, scale = self._shapes[country]
        return Counts(*(count * scale for count in self._curves[curve][day]))


def _make_curve(days: int, random: Random) -> list[Counts]:
    """Make the counts of a country of average size: waves that each rise and ebb."""
    waves = [
        (days * middle * random.uniform(0.8, 1.2), max(1.0, days * width), size)
        for middle, width, size in _WAVES
    ]

    def ill_by(day: float) -> float:
        return sum(size / (1 + math.exp((middle - day) / width)) for middle, width, size in waves)

    def later(day: int, share: tuple[int, float]) -> int:
        delay, part = share
        return round(part * ill_by(day - delay))

    # One more each day, so that no two days say the same.
    return [
        Counts(day + 1 + round(ill_by(day)), later(day, _DEATH), later(day, _RECOVERY))
        for day in range(days)
    ]


def _choose_places(
    grid: Grid, faults: Mapping[str, int], random: Random
) -> dict[int, list[tuple[int, str]]]:
    """Choose a row for each fault: every other country, every fourth day, none at the edges."""
    unknown = set(faults) - set(FAULT_KINDS)
    if unknown:
        raise ValueError(f"no such kind of fault: {', '.join(sorted(unknown))}")
    kinds = [kind for kind, count in sorted(faults.items()) for _ in range(count)]
    days, countries = range(4, grid.height - 4, 4), range(0, grid.width - 1, 2)
    if len(kinds) > len(days) * len(countries):
        raise ValueError("the file has too few rows for so many faults")
    random.shuffle(kinds)
    numbers = random.sample(range(len(days) * len(countries)), len(kinds))
    chosen: dict[int, list[tuple[int, str]]] = {}
    for number, kind in sorted(zip(numbers, kinds, strict=True)):
        day, country = divmod(number, len(countries))
        chosen.setdefault(days[day], []).append((countries[country], kind))
    return chosen
