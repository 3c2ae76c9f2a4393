"""What the days of an outbreak tell: when it is reported on, when nothing moved."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from app.models import METRICS

# Nobody reported a metric on so many reporting days, and then so much at once.
_UNHEARD_DAYS, _UNHEARD_START = 5, 10
# A day is compared with the steps of so many days on each side, if countries are that many.
_STEPS_AROUND, _LEAST_COUNTRIES = 3, 8
# A day on which less than this part of what moves on the days around did.
_STALLED = 0.1
# Days that are looked at closely, the latest.
_MOST_STALLED = 20


class Day(NamedTuple):
    """The totals of a day: reports, and by metric the sum and by how much it moved."""

    date: dt.date
    reports: int
    sums: tuple[int, ...]
    steps: tuple[int, ...]


def reporting_days(
    days: Sequence[Day], spans: Sequence[tuple[dt.date, dt.date]]
) -> tuple[dt.date, ...]:
    """Return the days on which at least half of those who then report did.

    `spans` are every country's first and last day. Some registers rest on Sundays, and a single
    report on such a day makes nobody else late.
    """
    began = sorted(first for first, _ in spans)
    ended = sorted(last for _, last in spans)
    return tuple(
        day.date
        for day in days
        if 2 * day.reports >= bisect_right(began, day.date) - bisect_left(ended, day.date)
    )


def unheard_of(days: Sequence[Day]) -> dict[str, dt.date]:
    """Return by metric the day on which it begins, where nobody reported it for long before."""
    found = {}
    for at, metric in enumerate(METRICS):
        first = next((number for number, day in enumerate(days) if day.sums[at]), None)
        if first is None or first < _UNHEARD_DAYS:
            continue
        # One that begins with a few may really have begun that day.
        if days[first].sums[at] >= _UNHEARD_START:
            found[metric] = days[first].date
    return found


def stalled_days(days: Sequence[Day]) -> list[dt.date]:
    """Return the days on which next to nothing moved but on those around."""
    moved = [sum(map(abs, day.steps)) for day in days]
    found = []
    for at in range(1, len(days) - 1):
        around = moved[max(at - _STEPS_AROUND, 0) : at + 1 + _STEPS_AROUND]
        # What is true of nearly all days costs little to see.
        if moved[at] > _STALLED * max(around):
            continue
        before, after = (
            moved[max(at - _STEPS_AROUND, 0) : at],
            moved[at + 1 : at + 1 + _STEPS_AROUND],
        )
        usual = median(before + after)
        if days[at].reports < _LEAST_COUNTRIES or moved[at] > _STALLED * usual:
            continue
        # What has come to rest moves on neither side.
        if usual >= days[at].reports and min(median(before), median(after)) > moved[at]:
            found.append(days[at].date)
    return found[-_MOST_STALLED:]
