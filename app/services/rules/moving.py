"""Whose report it may be: the country that has none that day and whose series the counts fit."""

import datetime as dt
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from app.models import METRICS, Country, CountryTotal, Record
from app.services.rules.rule import Sighting
from app.services.rules.series import Count, Series

# Reports further away than this prove nothing.
_NEAR = dt.timedelta(days=14)
# So many days are looked into at a time.
_MOST_DAYS = 10
# One count that falls may have many causes; several at once are another country's row.
_LEAST_FALLS = 2

# Day and counts.
Report = tuple[dt.date, tuple[Count, ...]]


@dataclass
class OtherCountries:
    """Looks into reports of which several counts fall at once, as far as that is worth it.

    In the SARS counts of 2003 a report of Viet Nam stands under China: 62 cases after 1,309.
    """

    session: Session
    outbreak_id: int
    looked_into: int = 0

    def suggest(self, series: Series, sightings: list[Sighting]) -> list[Sighting]:
        """Return the sightings, falls with the country whose report it may be."""
        falls = Counter(seen.date for seen in sightings if seen.rule == "decline")
        moves: dict[dt.date | None, dict[str, Any]] = {}
        for date, number in falls.items():
            if number >= _LEAST_FALLS and date is not None and self.looked_into < _MOST_DAYS:
                self.looked_into += 1
                moves.update(self._find(series, date))
        return [
            replace(seen, details={**seen.details, "suggestion": moves[seen.date]})
            if seen.rule == "decline" and seen.date in moves and not seen.details["suggestion"]
            else seen
            for seen in sightings
        ]

    def _find(self, series: Series, date: dt.date) -> dict[dt.date | None, dict[str, Any]]:
        place = bisect_left(series.dates, date)
        counts = tuple(series.counts(metric)[place] for metric in METRICS)
        # Without the report nothing may fall from the one before it to the one after it.
        if place + 1 < len(series.dates) and not _rises(series, place):
            return {}
        near = self._read(date)
        fitting = [
            country_id for country_id, reports in near.items() if _fits(reports, date, counts)
        ]
        if len(fitting) != 1:
            return {}
        name = self.session.get_one(Country, fitting[0]).name
        move = {
            "kind": "move",
            "date": date.isoformat(),
            "country_id": fitting[0],
            "country": name,
        }
        return {date: move}

    def _read(self, date: dt.date) -> dict[int, list[Report]]:
        """Read the reports near a day of the countries that lack it."""
        first = date - _NEAR if date - dt.date.min > _NEAR else dt.date.min
        last = date + _NEAR if dt.date.max - date > _NEAR else dt.date.max
        there = aliased(Record)
        that_day = exists().where(
            there.outbreak_id == self.outbreak_id,
            there.country_id == CountryTotal.country_id,
            there.date == date,
        )
        # Few countries lack a day, so that few reports are read.
        lacking = select(CountryTotal.country_id).where(
            CountryTotal.outbreak_id == self.outbreak_id,
            CountryTotal.first_date < date,
            CountryTotal.last_date > date,
            ~that_day,
        )
        rows = self.session.execute(
            select(Record.country_id, Record.date, *(getattr(Record, each) for each in METRICS))
            .where(
                Record.outbreak_id == self.outbreak_id,
                Record.country_id.in_(lacking),
                Record.date.between(first, last),
            )
            .order_by(Record.country_id, Record.date)
        )
        near: dict[int, list[Report]] = defaultdict(list)
        for country_id, day, *counts in rows:
            near[country_id].append((day, tuple(counts)))
        return near


def _rises(series: Series, place: int) -> bool:
    pairs = (
        (series.counts(metric)[place - 1], series.counts(metric)[place + 1]) for metric in METRICS
    )
    return all(before is None or after is None or before <= after for before, after in pairs)


def _fits(reports: Sequence[Report], date: dt.date, counts: tuple[Count, ...]) -> bool:
    """Tell whether a country lacks the day and its reports before and after bracket the counts."""
    place = bisect_left(reports, date, key=lambda report: report[0])
    if not 0 < place < len(reports) or reports[place][0] == date:
        return False
    (_, before), (_, after) = reports[place - 1], reports[place]
    says = False
    for low, count, high in zip(before, counts, after, strict=True):
        if count is None:
            continue
        if (low is not None and count < low) or (high is not None and count > high):
            return False
        # A series that says nothing brackets everything.
        says = says or (low is not None and bool(high))
    return says
