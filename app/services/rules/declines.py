"""Cumulative counts that fall."""

import datetime as dt
from collections.abc import Iterator
from itertools import compress, count, islice
from operator import gt
from typing import Any, ClassVar

from app.models import METRICS
from app.services.messages import Message
from app.services.rules.buckets import bucket_of, show_bucket
from app.services.rules.facts import Facts
from app.services.rules.mending import Suggestion, exchange, retype
from app.services.rules.rule import Rule, Seen, Sighting, Threshold, Thresholds
from app.services.rules.series import Series

_HEADLINES = {
    "cases": "Cases fall from %(before)s on %(since)s to %(count)s.",
    "deaths": "Deaths fall from %(before)s on %(since)s to %(count)s.",
    "recoveries": "Recoveries fall from %(before)s on %(since)s to %(count)s.",
}
_ONE = {
    "cases": "1 fall of cases by %(size)s",
    "deaths": "1 fall of deaths by %(size)s",
    "recoveries": "1 fall of recoveries by %(size)s",
}
_IN_ONE_COUNTRY = {
    "cases": "%(count)s falls of cases by %(size)s in 1 country",
    "deaths": "%(count)s falls of deaths by %(size)s in 1 country",
    "recoveries": "%(count)s falls of recoveries by %(size)s in 1 country",
}
_IN_COUNTRIES = {
    "cases": "%(count)s falls of cases by %(size)s in %(countries)s countries",
    "deaths": "%(count)s falls of deaths by %(size)s in %(countries)s countries",
    "recoveries": "%(count)s falls of recoveries by %(size)s in %(countries)s countries",
}


class DeclineRule(Rule):
    """A cumulative count below the country's report before.

    A total can only grow, unless cases are classified anew: small falls are usual (in the SARS
    counts of 2003 94 in 79 reports, 43 of them by 1; 2 % of all rows of nytimes/covid-19-data,
    issue 456), so a fall is told and never forbidden. A break in the series on that day explains
    it. It is compared with the last report that states the metric.
    """

    id = "decline"
    level = "warning"
    title = Message("Falling counts")
    about = Message("A total is below the country's report before.")
    thresholds: ClassVar = {
        "least": Threshold(
            1, 1, 1_000_000_000, Message("The smallest fall that is told, as a number.")
        ),
        "percent": Threshold(
            0, 0, 100, Message("The smallest fall that is told, in percent of the count before.")
        ),
    }

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the falls of each metric."""
        for metric in METRICS:
            if not series.never_falls(metric):
                yield from self._falls(series, metric, thresholds)

    def _falls(self, series: Series, metric: str, thresholds: Thresholds) -> Iterator[Sighting]:
        places, counts = series.reported(metric)
        for at in compress(count(1), map(gt, counts, islice(counts, 1, None))):
            size = counts[at - 1] - counts[at]
            if size < thresholds["least"] or 100 * size < thresholds["percent"] * counts[at - 1]:
                continue
            if series.breaks_off(places[at - 1], places[at]):
                continue
            yield self.sighting(
                series,
                places[at],
                metric=metric,
                size=size,
                bucket=bucket_of(size),
                values=self._values(series, places[at - 1], places[at], metric),
                suggestion=_mend(series, places[at - 1], places[at], metric),
            )

    @staticmethod
    def _values(series: Series, before: int, place: int, metric: str) -> dict[str, Any]:
        counts = series.counts(metric)
        since = series.dates[before].isoformat()
        return {"before": counts[before], "since": since, "count": counts[place]}

    def headline(self, seen: Seen) -> Message:
        """Say from what to what the count falls."""
        assert seen.metric is not None
        values = seen.details["values"]
        return Message(
            _HEADLINES[seen.metric],
            before=f"{values['before']:,}",
            since=dt.date.fromisoformat(values["since"]),
            count=f"{values['count']:,}",
        )

    def grounds(self, seen: Seen) -> list[Message]:
        """Say how large the fall is."""
        values = seen.details["values"]
        fall = values["before"] - values["count"]
        share = 100 * fall / values["before"]
        percent = f"{share:.1f}" if share >= 0.1 else f"{share:.1g}"
        said = "A total can only grow; this one falls by %(size)s, %(percent)s %%."
        return [Message(said, size=f"{fall:,}", percent=percent)]

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name falls of about one size."""
        texts = _ONE if count == 1 else _IN_ONE_COUNTRY if countries == 1 else _IN_COUNTRIES
        size = show_bucket(bucket)
        return Message(texts[metric], count=f"{count:,}", countries=f"{countries:,}", size=size)


def _mend(series: Series, before: int, place: int, metric: str) -> Suggestion | None:
    """Suggest what one of the two reports should say, if only one of them can be mended."""
    found = [
        suggestion
        for at in (before, place)
        for suggestion in (retype(series, at, metric), exchange(series, at, surrounded=True))
        if suggestion is not None
    ]
    return found[0] if len(found) == 1 else None
