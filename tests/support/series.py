"""Series written by hand, and what the rules see in them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from app.services.rules.engine import Engine
from app.services.rules.facts import Facts
from app.services.rules.rule import Sighting
from app.services.rules.series import Count, Series
from app.services.rules.settings import Settings

FIRST = dt.date(2003, 4, 11)
TODAY = dt.date(2003, 7, 12)
# A day's counts: cases alone, or cases, deaths, recoveries.
Day = Count | tuple[Count, ...]


def series(*days: Day, first: dt.date = FIRST, breaks: Iterable[int] = ()) -> Series:
    """Return the series of country 7 that reports these counts on days in a row.

    `breaks` numbers the days from which something is counted in another way.
    """
    rows = [day if isinstance(day, tuple) else (day,) for day in days]
    full = [(*row, *(None,) * (3 - len(row))) for row in rows]
    dates = tuple(first + dt.timedelta(days=number) for number in range(len(full)))
    cases, deaths, recoveries = (tuple(row[at] for row in full) for at in range(3))
    marked = frozenset(dates[number] for number in breaks)
    return Series(7, dates, cases, deaths, recoveries, marked)


def look(
    series: Series, rule: str, facts: Facts | None = None, **thresholds: int
) -> list[Sighting]:
    """Return what one rule sees in a series."""
    asked = Settings(thresholds={rule: thresholds})
    return Engine(facts or Facts(today=TODAY), asked, [rule]).look_at(series)


def told(sightings: Sequence[Sighting]) -> list[tuple[Any, ...]]:
    """Return by each sighting the number of its day, its metric and size."""
    return [
        (None if seen.date is None else (seen.date - FIRST).days, seen.metric, seen.size)
        for seen in sightings
    ]
