"""Days on which a country does not report, and countries that do not report any more."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from app.services.messages import Message
from app.services.rules.facts import Facts, Reporter
from app.services.rules.rule import Rule, Seen, Sighting, Threshold, Thresholds
from app.services.rules.series import Series

# Fewer missing days are no rhythm, however short the series.
_LEAST_FOR_RHYTHM = 5
# Days that a finding lists.
_MOST_LISTED = 20


class GapRule(Rule):
    """Days within a country's series on which the others report and it does not.

    The outbreak's reporting days are learned: those on which at least half of the countries that
    then report did, so that days on which nobody reports (21 of 117 in the SARS counts of 2003)
    are nobody's gap. A country that misses more than a fourth of them has a rhythm of its own
    (Australia and Japan, 101 of the 117 gaps of 2003) and is told once as a whole.
    """

    id = "gap"
    level = "notice"
    cumulative_only = False
    title = Message("Missing days")
    about = Message("A country lacks days on which the others report.")
    thresholds: ClassVar = {
        "days": Threshold(1, 1, 366, Message("The smallest number of days in a row that is told.")),
        "rhythm": Threshold(
            25,
            1,
            100,
            Message("From this part of missing days on, in percent, they are told as a whole."),
        ),
    }

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the gaps, or one for a country with a rhythm of its own."""
        expected = facts.days_between(series.dates[0], series.dates[-1])
        # Most countries report on just these days, which takes hardly any time to see.
        lacking = set(expected).difference(series.dates) if expected != series.dates else set()
        if not lacking:
            return
        many = len(lacking) >= _LEAST_FOR_RHYTHM
        if many and 100 * len(lacking) > thresholds["rhythm"] * len(expected):
            yield self._as_a_whole(series, sorted(lacking), expected)
            return
        for run in _runs(expected, lacking):
            if len(run) >= thresholds["days"]:
                yield self._gap(series, run)

    def _gap(self, series: Series, run: Sequence[dt.date]) -> Sighting:
        before = bisect_left(series.dates, run[0]) - 1
        around = [series.report(place) for place in (before, before + 1)]
        values = {"days": len(run), "through": run[-1].isoformat()}
        details = {"values": values, "around": around, "suggestion": None, "days": _listed(run)}
        country = series.country_id
        return Sighting(self.id, self.level, country, run[0], None, len(run), "days", details)

    def _as_a_whole(
        self, series: Series, lacking: Sequence[dt.date], expected: Sequence[dt.date]
    ) -> Sighting:
        details = {
            # Nothing that every further report changes: what was accepted once stays so.
            "values": {"rhythm": True},
            "around": [],
            "suggestion": None,
            "of": len(expected),
            "days": _listed(lacking),
        }
        country = series.country_id
        return Sighting(self.id, self.level, country, None, None, len(lacking), "rhythm", details)

    def headline(self, seen: Seen) -> Message:
        """Say how many days are missing."""
        details = seen.details
        if seen.date is None:
            said = "Reports at a rhythm of its own: %(missing)s of %(of)s days are missing."
            return Message(said, missing=f"{seen.size or 0:,}", of=f"{details['of']:,}")
        if seen.size == 1:
            return Message("No report on %(date)s, when others report.", date=seen.date)
        said = "No report from %(date)s to %(through)s: %(days)s days on which others report."
        through = dt.date.fromisoformat(details["values"]["through"])
        return Message(said, date=seen.date, through=through, days=f"{seen.size or 0:,}")

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name gaps."""
        if bucket == "rhythm":
            if count == 1:
                return Message("1 country that reports at a rhythm of its own")
            return Message(
                "%(count)s countries that report at a rhythm of their own", count=f"{count:,}"
            )
        if count == 1:
            return Message("1 gap between reports")
        return Message("%(count)s gaps between reports", count=f"{count:,}")


class StoppedRule(Rule):
    """A country whose reports ended while the others go on.

    What is latest of such a country is of an earlier day than the rest (six countries of the SARS
    counts of 2003), which a total should say.
    """

    id = "stopped"
    level = "notice"
    cumulative_only = False
    about_outbreak = True
    title = Message("Stopped reporting")
    about = Message("A country has not reported for days on which the others did.")
    thresholds: ClassVar = {
        "days": Threshold(7, 1, 366, Message("After so many days without a report it is told."))
    }

    def survey(self, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the countries whose reports ended."""
        for reporter in facts.reporters:
            missed = facts.days_between(reporter.last, facts.days[-1])[1:] if facts.days else ()
            if len(missed) >= thresholds["days"]:
                yield self._stopped(reporter, len(missed))

    def _stopped(self, reporter: Reporter, missed: int) -> Sighting:
        values: dict[str, Any] = {"last": reporter.last.isoformat()}
        details: dict[str, Any] = {"values": values, "around": [], "suggestion": None}
        country = reporter.country_id
        return Sighting(self.id, self.level, country, reporter.last, None, missed, "", details)

    def headline(self, seen: Seen) -> Message:
        """Say since when."""
        said = "No report since %(date)s, on %(days)s days on which others report."
        return Message(said, date=seen.date, days=f"{seen.size or 0:,}")

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name countries of this kind."""
        if count == 1:
            return Message("1 country that stopped reporting")
        return Message("%(count)s countries that stopped reporting", count=f"{count:,}")


def _runs(expected: Sequence[dt.date], lacking: set[dt.date]) -> Iterator[list[dt.date]]:
    """Yield the missing days that follow each other."""
    run: list[dt.date] = []
    for day in expected:
        if day in lacking:
            run.append(day)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _listed(days: Sequence[dt.date]) -> list[str]:
    return [day.isoformat() for day in days[:_MOST_LISTED]]
