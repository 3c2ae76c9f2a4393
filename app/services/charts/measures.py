"""What a chart shows of reported counts: the counts, what was new, the mean of seven days."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from app.services.charts.asked import Measure

WEEK = 7

Count = int | None
Value = float | None
# Days are ordinals, those of a series rise.
Days = Sequence[int]


def measure_counts(
    measure: Measure, days: Days, counts: Sequence[Count], breaks: Days = (), *, daily: bool = False
) -> list[Value]:
    """Return what a measure says of each report; None where it cannot be told.

    `daily` counts are those of their day alone; others are totals.
    """
    if measure == "new":
        return list(counts) if daily else changes(counts)
    totals = sum_up(counts) if daily else list(counts)
    return list(totals) if measure == "cumulative" else means(days, totals, breaks)


def changes(counts: Iterable[Count]) -> list[Value]:
    """Return by how much each report moved the count since the report that stated one before."""
    found: list[Value] = []
    before: Count = None
    for count in counts:
        found.append(None if count is None or before is None else count - before)
        before = before if count is None else count
    return found


def sum_up(counts: Sequence[Count]) -> list[Count]:
    """Return the totals of daily counts; a day without a count has no total."""
    totals = accumulate(count or 0 for count in counts)
    return [None if count is None else total for count, total in zip(counts, totals, strict=True)]


def means(days: Days, totals: Sequence[Count], breaks: Days = ()) -> list[Value]:
    """Return a seventh of what came within seven days of the calendar, for each report.

    The total of seven days before is the last one known by then: a mean of seven rows would be
    one of ten days where weekends have no report. There is none for the first week, and none
    across a break, on both sides of which different things are counted.
    """
    stated = [(day, total) for day, total in zip(days, totals, strict=True) if total is not None]
    stated_on = [day for day, _total in stated]
    crosses = _crosses(breaks)

    def mean(day: int, total: Count) -> Value:
        place = bisect_right(stated_on, day - WEEK) - 1
        if total is None or place < 0 or crosses(stated_on[place], day):
            return None
        return (total - stated[place][1]) / WEEK

    return [mean(day, total) for day, total in zip(days, totals, strict=True)]


def count_falls(counts: Iterable[Count]) -> int:
    """Count the reports that state less than the one before which states anything."""
    return sum(change is not None and change < 0 for change in changes(counts))


def _crosses(breaks: Days) -> Callable[[int, int], bool]:
    """Return what tells whether a break lies after one day and not after another."""
    ordered = sorted(breaks)
    return lambda before, day: bisect_right(ordered, before) < bisect_right(ordered, day)
