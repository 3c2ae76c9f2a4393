"""Counts that rise far more than the country's own recent reports."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, compress, count, islice, repeat
from operator import gt, mul, sub, truediv
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
# Reports that are looked at together.
_TOGETHER = 14
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
    times the largest of them, `least` in itself and `percent` of the count before, so that small
    numbers stay quiet. A rise is counted from the largest count so far (what comes back after a
    fall is no jump) and by the day (three days without reports bring three days' cases). One that
    the next report takes back is told as the fall that it is followed by, the first deaths or
    recoveries of all by the rule of zeros.
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
        "percent": Threshold(
            10, 0, 1000, Message("How large it has to be, in percent of the count before.")
        ),
        "spread": Threshold(
            8, 1, 1000, Message("How many deviations it has to be above what is usual.")
        ),
    }

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the sudden rises of each metric."""
        for metric in METRICS:
            column = _Column(series, metric, cumulative=facts.cumulative)
            for at in column.candidates(thresholds):
                if column.is_sudden(at, thresholds):
                    yield self._jump(series, column, at)

    def _jump(self, series: Series, column: "_Column", at: int) -> Sighting:
        place, metric, step = column.places[at], column.metric, column.step(at)
        return self.sighting(
            series,
            place,
            metric=metric,
            size=step,
            bucket=bucket_of(step),
            values={"step": step, "count": column.counts[at]},
            suggestion=retype(series, place, metric) if column.cumulative else None,
            usual=round(median(column.recent(at)), 1),
            cumulative=column.cumulative,
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


class _Column:
    """A metric's counts, and how fast they rise: by the day from each report to the next."""

    def __init__(self, series: Series, metric: str, *, cumulative: bool) -> None:
        self._series = series
        self.metric, self.cumulative = metric, cumulative
        self.places, self.counts = series.reported(metric)
        # Of the first report nothing is known where only totals are.
        self._first = int(cumulative)

    def candidates(self, thresholds: Thresholds) -> Iterator[int]:
        """Yield which counts rise by so much, and so many times as much as those lately."""
        ratio = thresholds["ratio"]
        rising = self._large(thresholds) if self.cumulative else self._steep(thresholds)
        for at in rising:
            if at > _LEAST_RECENT and self._rate(at) > ratio * max(self.recent(at)):
                yield at

    def is_sudden(self, at: int, thresholds: Thresholds) -> bool:
        """Tell whether a count rises beyond what its rises before allow."""
        recent = self.recent(at)
        usual = median(recent)
        deviation = _MAD_SCALE * median(abs(other - usual) for other in recent)
        if self._rate(at) <= usual + thresholds["spread"] * max(deviation, 1.0):
            return False
        return self._stands_out(at, thresholds["ratio"]) and self._is_told(at)

    def recent(self, at: int) -> Sequence[float]:
        """Return the rates before the one that leads to a count."""
        return self._rates(max(at - _RECENT, self._first), at)

    def step(self, at: int) -> int:
        """Return by how much a count is above the largest before it."""
        return self.counts[at] - (max(self.counts[:at]) if self.cumulative else 0)

    def _large(self, thresholds: Thresholds) -> Iterator[int]:
        """Yield which totals rise by so much above the largest before.

        Over most stretches of a series the total rises by less: no report in them does.
        """
        if self._series.never_falls(self.metric):
            totals = self.counts
        else:
            totals = list(accumulate(self.counts, max))
        # What begins each stretch, and what ends the last.
        marks = [*totals[::_TOGETHER], *totals[-1:]]
        for mark in _rising(marks, thresholds):
            start = (mark - 1) * _TOGETHER
            for at in _rising(totals[start : start + _TOGETHER + 1], thresholds):
                yield start + at

    def _steep(self, thresholds: Thresholds) -> Iterator[int]:
        """Yield which daily counts are so large, and so many times the one before."""
        before = map(mul, self.counts, repeat(thresholds["ratio"]))
        steep = compress(count(1), map(gt, islice(self.counts, 1, None), before))
        return (at for at in steep if self.counts[at] >= thresholds["least"])

    def _stands_out(self, at: int, ratio: int) -> bool:
        """Tell whether a total rises so many times as much as it usually does when it rises.

        Some report a few times a month: their rises are compared with each other.
        """
        if not self.cumulative:
            return True
        step = self.step(at)
        before = (reversed(self.recent(end)) for end in range(at, 0, -_RECENT))
        lately = (rate for rate in chain.from_iterable(before) if rate > 0)
        rises = list(islice(lately, _LEAST_RECENT))
        # The first count was a rise, too.
        return step > ratio * (median(rises) if rises else self.counts[at] - step)

    def _is_told(self, at: int) -> bool:
        """Tell whether nothing else explains it."""
        step, total = self.step(at), self.counts[at]
        if at and self._series.breaks_off(self.places[at - 1], self.places[at]):
            return False
        if not self.cumulative:
            return True
        # The first that is counted at all: the rule of zeros tells of it.
        if step == total and self.metric != "cases":
            return False
        taken_back = at + 1 < len(self.counts) and self.counts[at + 1] < total - step / 2
        return not taken_back

    def _rate(self, at: int) -> float:
        return self._rates(at, at + 1)[0]

    def _rates(self, first: int, end: int) -> Sequence[float]:
        """Return how fast counts rise from the ones before them, by the day."""
        if not self.cumulative:
            return self.counts[first:end]
        steps = map(sub, self.counts[first:end], self.counts[first - 1 : end - 1])
        if self._in_a_row:
            return list(steps)
        dates = self._series.dates
        days = [dates[place].toordinal() for place in self.places[first - 1 : end]]
        return list(map(truediv, steps, map(sub, days[1:], days)))

    @cached_property
    def _in_a_row(self) -> bool:
        """Whether the reports are of days in a row: of as many as lie between the ends."""
        first, last = (self._series.dates[self.places[end]] for end in (0, -1))
        return (last - first).days == len(self.places) - 1


def _rising(totals: Sequence[int], thresholds: Thresholds) -> Iterator[int]:
    """Yield which totals are so much above the one before."""
    least, hundredths = thresholds["least"], 100 + thresholds["percent"]
    for at, before, total in zip(count(1), totals, islice(totals, 1, None), strict=False):
        if 100 * total >= hundredths * before and total - before >= least:
            yield at
