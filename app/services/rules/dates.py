"""Days that cannot be meant."""

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

from app.services.messages import Message
from app.services.rules.facts import Facts
from app.services.rules.rule import Rule, Seen, Sighting, Threshold, Thresholds
from app.services.rules.series import Series


class FutureRule(Rule):
    """A report of a day that has not come.

    Somewhere it is tomorrow already, so a day's grace is given. A date with day and month
    exchanged is the usual cause.
    """

    id = "future"
    level = "error"
    cumulative_only = False
    title = Message("Day in the future")
    about = Message("A report is of a day that has not come.")
    thresholds: ClassVar = {
        "days": Threshold(1, 1, 366, Message("How many days ahead a report may be."))
    }

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the reports of days that have not come."""
        ahead = facts.today.toordinal() + thresholds["days"]
        for place in range(len(series.dates) - 1, -1, -1):
            date = series.dates[place]
            if date.toordinal() <= ahead:
                return
            yield self.sighting(series, place, values={"date": date.isoformat()})

    def headline(self, seen: Seen) -> Message:
        """Say which day."""
        return Message("%(date)s has not come.", date=seen.date)

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name reports of this kind."""
        if count == 1:
            return Message("1 report of a day that has not come")
        return Message("%(count)s reports of days that have not come", count=f"{count:,}")


class AncientRule(Rule):
    """A report of a day longer ago than anybody counts an outbreak: a year was mistyped."""

    id = "ancient"
    level = "error"
    cumulative_only = False
    title = Message("Day of long ago")
    about = Message("A report is of a day longer ago than anybody counts an outbreak.")
    thresholds: ClassVar = {
        "years": Threshold(100, 1, 2000, Message("How many years ago a report may be."))
    }

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the reports of days of long ago."""
        year = facts.today.year - thresholds["years"]
        if year < dt.MINYEAR:
            return
        first = facts.today.replace(year=year, day=1)
        for place, date in enumerate(series.dates):
            if date >= first:
                return
            yield self.sighting(series, place, values={"date": date.isoformat()})

    def headline(self, seen: Seen) -> Message:
        """Say which day."""
        return Message("%(date)s is long ago.", date=seen.date)

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name reports of this kind."""
        if count == 1:
            return Message("1 report of a day of long ago")
        return Message("%(count)s reports of days of long ago", count=f"{count:,}")
