"""Numbers of records: what the kept totals say, and counts that go only so far."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from app.models import Country, CountryTotal, DailyTotal, Record
from app.services.records_list import limits
from app.services.records_list.prepared import run
from app.services.records_list.scope import Scope, in_outbreak, on_days
from app.services.records_list.walk import Stretch

record = Record.__table__
country = Country.__table__
country_total = CountryTotal.__table__
daily_total = DailyTotal.__table__


@dataclass(frozen=True)
class Count:
    """A number of records: exactly so many, about so many, or more than so many."""

    number: int
    kind: Literal["exact", "about", "more"] = "exact"


@dataclass(frozen=True)
class Reports:
    """What the daily totals say about a list's days, whatever its other filters."""

    number: int
    first: dt.date | None
    last: dt.date | None
    # How many records the outbreak has on any day.
    all: int


def read_reports(session: Session, scope: Scope) -> Reports:
    """Read how many records the list's days have in all countries, and which days those are."""

    def build() -> Select[Any]:
        within = in_outbreak(daily_total), *on_days(scope, daily_total)
        number = func.coalesce(func.sum(daily_total.c.reports), 0)
        # Alone, the least and the greatest are found at the ends of an index.
        first, last = (
            select(end(daily_total.c.date)).where(*within).scalar_subquery()
            for end in (func.min, func.max)
        )
        every = select(number).where(in_outbreak(daily_total)).scalar_subquery()
        return select(number, first, last, every if scope.has_days else number).where(*within)

    shape = "reports", scope.query.first is None, scope.query.last is None
    number, first, last, every = run(session, shape, build, scope.values).one()
    return Reports(int(number), first, last, int(every))


def reports_of_countries(session: Session, scope: Scope) -> int:
    """Return how many records the list's countries have on all days."""

    def build() -> Select[Any]:
        some = country_total.c.country_id.in_(bindparam("countries", expanding=True))
        number = func.coalesce(func.sum(country_total.c.reports), 0)
        # With a column that the index by number of reports lacks: all of it would be read.
        first = func.min(country_total.c.first_date)
        return select(number, first).where(in_outbreak(country_total), some)

    return int(run(session, "reports of countries", build, scope.values).one()[0])


def bounded(
    session: Session,
    scope: Scope,
    stretch: Stretch,
    most: int | None = None,
    *,
    joined: bool = False,
) -> Count:
    """Count the records of a stretch, but not further than a limit."""

    def build() -> Select[Any]:
        # Nothing of a record is read, not even its id, which takes a third of the time.
        found: Select[Any] = select(literal_column("1").label("one")).select_from(record)
        if joined:
            found = found.join(country, country.c.id == record.c.country_id)
        found = found.where(*stretch.where()).limit(bindparam("most"))
        return select(func.count()).select_from(found.subquery())

    most = limits.COUNT if most is None else most
    shape = "bounded", scope.shape, stretch.shape
    values = {**scope.values, **stretch.values, "most": most + 1}
    number = run(session, shape, build, values).scalar_one()
    return Count(min(number, most), "exact" if number <= most else "more")
