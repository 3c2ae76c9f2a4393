"""What the rules know of an outbreak beside the one series they look at."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import METRICS, Country, CountryTotal, DailyTotal, Outbreak, Record
from app.services.rules.days import Day, reporting_days, stalled_days, unheard_of
from app.services.rules.reading import as_stored, fetch, read_day

_day = DailyTotal.metadata.tables[DailyTotal.__tablename__]
_DAYS = (
    select(
        as_stored(_day.c.date),
        _day.c.reports,
        *(_day.c[metric] for metric in METRICS),
        *(_day.c[f"{metric}_step"] for metric in METRICS),
    )
    .where(_day.c.outbreak_id == bindparam("outbreak"))
    .order_by(_day.c.date)
)
_country = CountryTotal.metadata.tables[CountryTotal.__tablename__]
_REPORTERS = (
    select(_country.c.country_id, _country.c.first_date, _country.c.last_date, _country.c.reports)
    .where(_country.c.outbreak_id == bindparam("outbreak"))
    .order_by(_country.c.country_id)
)
_record = Record.metadata.tables[Record.__tablename__]
_before = _record.alias("before")
_same = and_(*(_record.c[metric].is_not_distinct_from(_before.c[metric]) for metric in METRICS))
_day_before = (
    select(func.max(_day.c.date))
    .where(_day.c.outbreak_id == _record.c.outbreak_id, _day.c.date < _record.c.date)
    .scalar_subquery()
)
_ALIKE = (
    select(_record.c.date, func.count().filter(_same), func.count())
    .join_from(
        _record,
        _before,
        (_before.c.outbreak_id == _record.c.outbreak_id)
        & (_before.c.country_id == _record.c.country_id)
        & (_before.c.date == _day_before),
    )
    .where(
        _record.c.outbreak_id == bindparam("outbreak"),
        _record.c.date.in_(bindparam("days", expanding=True)),
    )
    .group_by(_record.c.date)
    .order_by(_record.c.date)
)


@dataclass(frozen=True)
class Reporter:
    """A country that reports: its first and last day, and how often."""

    country_id: int
    first: dt.date
    last: dt.date
    reports: int


@dataclass(frozen=True)
class Named:
    """The name of a country that reports; `known` where it is one that everybody knows."""

    country_id: int
    name: str
    known: bool
    reports: int


@dataclass(frozen=True)
class Facts:
    """How an outbreak is counted, who reports and when, and which day it is."""

    cumulative: bool = True
    today: dt.date = dt.date.max
    # The days on which at least half of those who then report did.
    days: Sequence[dt.date] = ()
    reporters: Sequence[Reporter] = ()
    # By metric: the first day on which anybody reports more than 0, where nobody did for long.
    unheard_of: Mapping[str, dt.date] = field(default_factory=dict)
    # By day on which next to nothing moved: how many of how many countries say the same as before.
    stalled: Mapping[dt.date, tuple[int, int]] = field(default_factory=dict)
    # None where names are not to be compared.
    names: Sequence[Named] | None = None

    def days_between(self, first: dt.date, last: dt.date) -> Sequence[dt.date]:
        """Return the reporting days from one day to another, both included."""
        return self.days[bisect_left(self.days, first) : bisect_right(self.days, last)]


def read_facts(session: Session, outbreak: Outbreak, *, names: bool = False) -> Facts:
    """Read what the rules know of an outbreak."""
    days = _read_days(session, outbreak.id)
    reporters = _read_reporters(session, outbreak.id)
    cumulative = outbreak.counting == "cumulative"
    return Facts(
        cumulative=cumulative,
        today=utc_now().date(),
        days=reporting_days(days, [(one.first, one.last) for one in reporters]),
        reporters=reporters,
        unheard_of=unheard_of(days) if cumulative else {},
        stalled=_compare(session, outbreak.id, stalled_days(days)) if cumulative else {},
        names=_read_names(session, outbreak.id) if names else None,
    )


def _read_days(session: Session, outbreak_id: int) -> list[Day]:
    rows = fetch(session, _DAYS, {"outbreak": outbreak_id})
    return [
        Day(read_day(date), reports, (cases, deaths, recoveries), (one, two, three))
        for date, reports, cases, deaths, recoveries, one, two, three in rows
    ]


def _read_reporters(session: Session, outbreak_id: int) -> list[Reporter]:
    return [Reporter(*row) for row in session.execute(_REPORTERS, {"outbreak": outbreak_id})]


def _read_names(session: Session, outbreak_id: int) -> list[Named]:
    statement = (
        select(Country.id, Country.name, Country.code.is_not(None), CountryTotal.reports)
        .join(CountryTotal, CountryTotal.country_id == Country.id)
        .where(CountryTotal.outbreak_id == outbreak_id)
    )
    return [Named(*row) for row in session.execute(statement.order_by(Country.id))]


def _compare(
    session: Session, outbreak_id: int, days: Sequence[dt.date]
) -> dict[dt.date, tuple[int, int]]:
    """Count the countries that say the same on a day as on the one before."""
    if not days:
        return {}
    compared = session.execute(_ALIKE, {"outbreak": outbreak_id, "days": days})
    return {day: (alike, both) for day, alike, both in compared}
