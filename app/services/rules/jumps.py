"""Counts that rise far more than the country's own recent reports."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import sub
from statistics import median
from typing import ClassVar

from app.models import METRICS
from app.services.messages import Message
from app.services.rules.buckets import bucket_of, show_bucket
from app.services.rules.facts import Facts
from app.services.rules.mending import retype
from app.services.rules.rule import Rule, Seen, Sighting, Threshold, Thresholds
from app.services.rules.series import Series

# Recent is: so many steps before, and at least so many are needed to know what is usual.
_RECENT, _LEAST_RECENT = 14, 5
# Makes the median absolute deviation an estimate of the standard deviation.
_MAD_SCALE = 1.4826

_HEADLINES = {
    "cases": "Cases rise by %(step)s to %(count)s, after %(usual)s a day lately.",
    "deaths": "Deaths rise by %(step)s to %(count)s, after %(usual)s a day lately.",
    "recoveries": "Recoveries rise by %(step)s to %(count)s, after %(usual)s a day lately.",
}
_DAILY_HEADLINES = {
    "cases": "New cases are %(count)s, after %(usual)s a day lately.",
    "deaths": "New deaths are %(count)s, after %(usual)s a day lately.",
    "recoveries": "New recoveries are %(count)s, after %(usual)s a day lately.",
}
_ONE = {
    "cases": "1 sudden rise of cases by %(size)s",
    "deaths": "1 sudden rise of deaths by %(size)s",
    "recoveries": "1 sudden rise of recoveries by %(size)s",
}
_MANY = {
    "cases": "%(count)s sudden rises of cases by %(size)s",
    "deaths": "%(count)s sudden rises of deaths by %(size)s",
    "recoveries": "%(count)s sudden rises of recoveries by %(size)s",
}


class JumpRule(Rule):
    """A rise far beyond the country's own recent ones.

    Epidemics grow at every pace, so a country is measured by itself: the rise of a report is
    compared with the 14 before it, by their median and median absolute deviation, which one
    earlier jump does not move. It has to be larger than both allow (`spread` deviations), `ratio`
    times the largest of them and `least` in itself, so that small numbers stay quiet. A rise is
    counted from the largest count so far (what comes back after a fall is no jump) and by the day
    (three days without reports bring three days' cases). One that the next report takes back is
    told as the fall that it is followed by, the first deaths or recoveries of all by the rule of
    zeros.
    """

    id = "jump"
    level = "warning"
    cumulative_only = False
    title = Message("Sudden rise")
    about = Message("A count rises far more than in the country's reports before.")
    thresholds: ClassVar = {
        "least": Threshold(30, 1, 1_000_000_000, Message("The smallest rise that is told.")),
        "ratio": Threshold(
            3, 1, 1000, Message("How many times the largest of the rises before it has to be.")
        ),
        "spread": Threshold(
            8, 1, 1000, Message("How many deviations it has to be above what is usual.")
        ),
    }

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the sudden rises of each metric."""
        least, ratio = thresholds["least"], thresholds["ratio"]
        for metric in METRICS:
            places, counts = series.reported(metric)
            if len(counts) <= _LEAST_RECENT:
                continue
            if facts.cumulative:
                steps = list(map(sub, islice(counts, 1, None), counts))
                first = 1
            else:
                steps, first = list(counts), 0
            # What cannot be one, for nearly all reports: the step before was large, too.
            for at, (before, step) in enumerate(zip(steps, islice(steps, 1, None)), start=1):  # noqa: B905
                if step >= least and step > before * ratio and at >= _LEAST_RECENT:
                    found = _Rise(series, places, counts, metric, at + first, facts.cumulative)
                    if found.is_sudden(thresholds):
                        yield self._jump(series, found, metric, cumulative=facts.cumulative)

    def _jump(self, series: Series, rise: "_Rise", metric: str, *, cumulative: bool) -> Sighting:
        return self.sighting(
            series,
            rise.place,
            metric=metric,
            size=rise.step,
            bucket=bucket_of(rise.step),
            values={"step": rise.step, "count": rise.count},
            suggestion=retype(series, rise.place, metric) if cumulative else None,
            usual=round(rise.usual, 1),
            cumulative=cumulative,
        )

    def headline(self, seen: Seen) -> Message:
        """Say by how much the count rises, and by how much it did lately."""
        details = seen.details
        texts = _HEADLINES if details["cumulative"] else _DAILY_HEADLINES
        values = details["values"]
        return Message(
            texts[seen.metric or "cases"],
            step=f"{values['step']:,}",
            count=f"{values['count']:,}",
            usual=f"{details['usual']:,g}",
        )

    def grounds(self, seen: Seen) -> list[Message]:
        """Say how it is measured."""
        return [Message("It is compared with the country's own 14 reports before.")]

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name rises of about one size."""
        texts = _ONE if count == 1 else _MANY
        return Message(texts[metric], count=f"{count:,}", size=show_bucket(bucket))


class _Rise:
    """One step of a series beside the steps before it."""

    def __init__(
        self,
        series: Series,
        places: Sequence[int],
        counts: Sequence[int],
        metric: str,
        at: int,
        cumulative: bool,
    ) -> None:
        self._dates = series.dates
        self._breaks = series.breaks
        self._places, self._counts, self._at = places, counts, at
        self._cumulative, self._metric = cumulative, metric
        self.place, self.count = places[at], counts[at]
        self.step = self.count - max(counts[:at]) if cumulative else self.count
        recent = [self._rate(near) for near in range(max(at - _RECENT, int(cumulative)), at)]
        self.usual = median(recent)
        self._largest = max(recent)
        self._deviation = _MAD_SCALE * median(abs(rate - self.usual) for rate in recent)

    def is_sudden(self, thresholds: Thresholds) -> bool:
        """Tell whether the step is beyond what the steps before allow."""
        if self.step < thresholds["least"] or self._dates[self.place] in self._breaks:
            return False
        # The first that is counted at all: the rule of zeros tells of it.
        if self._cumulative and self.step == self.count and self._metric != "cases":
            return False
        rate = self.step / self._days(self._at)
        beyond = rate > self.usual + thresholds["spread"] * max(self._deviation, 1.0)
        return beyond and rate > thresholds["ratio"] * self._largest and not self._is_taken_back()

    def _rate(self, at: int) -> float:
        if not self._cumulative:
            return float(self._counts[at])
        return (self._counts[at] - self._counts[at - 1]) / self._days(at)

    def _days(self, at: int) -> int:
        if not self._cumulative:
            return 1
        later: dt.date = self._dates[self._places[at]]
        return (later - self._dates[self._places[at - 1]]).days

    def _is_taken_back(self) -> bool:
        if not self._cumulative or self._at + 1 >= len(self._counts):
            return False
        return self._counts[self._at + 1] < self.count - self.step / 2
