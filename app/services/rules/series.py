"""A country's counts in the order of their days, as the rules look at them."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import add, gt
from typing import cast

from app.models import METRICS

Count = int | None
Counts = Sequence[Count]


@dataclass(frozen=True)
class Series:
    """The reports of one country: days that rise, and what each says; None is "not reported"."""

    country_id: int
    dates: tuple[dt.date, ...] = ()
    cases: Counts = ()
    deaths: Counts = ()
    recoveries: Counts = ()
    # Days from which something is counted in another way.
    breaks: frozenset[dt.date] = frozenset()

    def counts(self, metric: str) -> Counts:
        """Return what each report says of a metric."""
        counts: Counts = getattr(self, metric)
        return counts

    def reported(self, metric: str) -> tuple[Sequence[int], Sequence[int]]:
        """Return where a metric is reported, as places in the series, and the counts there."""
        return self._reported[metric]

    def never_falls(self, metric: str) -> bool:
        """Tell whether all reports state a metric, and none less than the one before."""
        return self._never_falls[metric]

    @cached_property
    def adds_up(self) -> bool:
        """Whether all is reported, and deaths and recoveries together never exceed cases."""
        try:
            closed = map(add, self.deaths, self.recoveries)
            return not any(map(gt, closed, self.cases))  # type: ignore[arg-type]
        except TypeError:
            return False

    @cached_property
    def _reported(self) -> dict[str, tuple[Sequence[int], Sequence[int]]]:
        reported: dict[str, tuple[Sequence[int], Sequence[int]]] = {}
        for metric in METRICS:
            counts = self.counts(metric)
            if self.never_falls(metric) or None not in counts:
                reported[metric] = range(len(counts)), cast(Sequence[int], counts)
                continue
            stated = [(place, count) for place, count in enumerate(counts) if count is not None]
            reported[metric] = [place for place, _ in stated], [count for _, count in stated]
        return reported

    @cached_property
    def _never_falls(self) -> dict[str, bool]:
        return {metric: _is_sorted(self.counts(metric)) for metric in METRICS}

    def report(self, place: int) -> dict[str, str | Count]:
        """Return a report as findings keep it."""
        said = {metric: self.counts(metric)[place] for metric in METRICS}
        return {"date": self.dates[place].isoformat(), **said}

    def around(self, place: int) -> list[dict[str, str | Count]]:
        """Return the report before, this one and the one after, as far as there are such."""
        places = range(max(place - 1, 0), min(place + 2, len(self.dates)))
        return [self.report(near) for near in places]

    def saying(self, date: dt.date, counts: Sequence[Count] | None) -> "Series":
        """Return the series with other counts on a day, or without a report of that day."""
        first, last = bisect_left(self.dates, date), bisect_right(self.dates, date)
        days, rows = ((), ((),) * 3) if counts is None else ((date,), [(one,) for one in counts])
        cases, deaths, recoveries = (
            (*self.counts(metric)[:first], *row, *self.counts(metric)[last:])
            for metric, row in zip(METRICS, rows, strict=True)
        )
        dates = (*self.dates[:first], *days, *self.dates[last:])
        return replace(self, dates=dates, cases=cases, deaths=deaths, recoveries=recoveries)

    def breaks_off(self, before: int, place: int) -> bool:
        """Tell whether the series has a break after one report and not after another.

        People mark the day that was announced, on which a country may not have reported.
        """
        if not self.breaks:
            return False
        return any(self.dates[before] < day <= self.dates[place] for day in self.breaks)

    def rows(self) -> Iterator[tuple[dt.date, Count, Count, Count]]:
        """Go through the reports: day, cases, deaths, recoveries."""
        return zip(self.dates, self.cases, self.deaths, self.recoveries, strict=True)


def _is_sorted(counts: Counts) -> bool:
    """Tell whether counts are all stated and never fall; sorting those takes hardly any time."""
    if None in counts[:1]:
        return False
    try:
        return sorted(cast(Sequence[int], counts)) == list(counts)
    except TypeError:
        return False  # some are not reported
