"""The stretches of a list that is sorted by day first."""

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Country, DailyTotal, Record
from app.services.records_list import limits
from app.services.records_list.scope import on_days
from app.services.records_list.walk import Stretch, Walk, in_outbreak, stages

record = Record.__table__
country = Country.__table__
daily_total = DailyTotal.__table__


def stretches(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Yield the days of a list, from a point on, as many at once as a page needs."""
    if not walk.scope.is_plain or walk.scope.countries is None:
        return _days(session, walk)
    if len(walk.scope.countries) == 1:
        return _days_of_one_country(walk)
    return _days_of_countries(session, walk)


def _days(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Take the days that have the rows needed; where not every row matches, more and more."""
    plain = walk.scope.is_plain
    amounts = iter(stages(walk.need))
    enough = walk.need if plain else next(amounts)
    by_name = plain and walk.keys[1].name == "country"
    taken: list[dt.date] = []
    held = 0
    for day, reports in _daily_totals(session, walk):
        if by_name and reports > limits.LARGE_DAY:
            if taken:
                yield _between(walk, taken, held)
                taken, held = [], 0
            yield from _large_day(session, walk, day, reports)
            continue
        taken.append(day)
        # Rows of the day the way starts from may all lie on its other side.
        held += 0 if day == walk.start else reports
        if held >= enough:
            yield _between(walk, taken, held)
            taken, held, enough = [], 0, next(amounts, enough)
    if taken:
        yield _between(walk, taken, held)


def _daily_totals(session: Session, walk: Walk) -> Iterator[tuple[dt.date, int]]:
    """Yield the days with records and their number, read as they are asked for."""
    query, start, with_it = walk.scope.query, walk.start, True
    batch = walk.need + 2
    while True:
        statement = select(daily_total.c.date, daily_total.c.reports).where(
            daily_total.c.outbreak_id == walk.scope.outbreak_id
        )
        if query.first:
            statement = statement.where(daily_total.c.date >= query.first)
        if query.last:
            statement = statement.where(daily_total.c.date <= query.last)
        if start is not None:
            statement = statement.where(walk.onward(daily_total.c.date, start, with_it=with_it))
        order = walk.sorted(daily_total.c.date)
        found = session.execute(statement.order_by(*order).limit(batch)).all()
        yield from ((row.date, row.reports) for row in found)
        if len(found) < batch:
            return
        start, with_it, batch = found[-1][0], False, batch * 4


def _between(walk: Walk, days: Sequence[dt.date], size: int) -> Stretch:
    earliest, latest = sorted((days[0], days[-1]))
    between = (record.c.date >= earliest, record.c.date <= latest)
    return Stretch((in_outbreak(walk.scope), *between), end=(days[-1],), size=size)


def _large_day(session: Session, walk: Walk, day: dt.date, reports: int) -> Iterator[Stretch]:
    """Read a day on which very many report in the order of the countries, not sorting it all."""
    known = session.scalar(select(func.count()).select_from(country)) or 1
    # As many countries as probably have the rows needed, and some.
    batch = walk.need * known * 5 // (reports * 4) + 16
    start, with_it = (walk.second if day == walk.start else None), True
    while True:
        statement = select(country.c.id, country.c.slug)
        if start is not None:
            onward = walk.onward(country.c.slug, start, with_it=with_it, key=1)
            statement = statement.where(onward)
        order = walk.sorted(country.c.slug, key=1)
        found = session.execute(statement.order_by(*order).limit(batch)).all()
        ids = [id for id, _slug in found]
        where = (in_outbreak(walk.scope), record.c.date == day, record.c.country_id.in_(ids))
        if len(found) < batch:
            yield Stretch(where, end=(day,), size=len(ids))
            return
        start, with_it = found[-1][1], False
        yield Stretch(where, end=(day, start), size=len(ids))


def _days_of_one_country(walk: Walk) -> Iterator[Stretch]:
    (country_id,) = walk.scope.countries or ()
    # The row that names the start, when it is not on the way, is one more to read.
    since = () if walk.start is None else (walk.onward(record.c.date, walk.start),)
    yield Stretch(
        (
            in_outbreak(walk.scope),
            record.c.country_id == country_id,
            *on_days(walk.scope, record),
            *since,
        ),
        order=walk.sorted(record.c.date),
        most=walk.need + 1,
    )


def _days_of_countries(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Take so many days that the countries together have the rows needed."""
    countries = walk.scope.countries or ()
    since = () if walk.start is None else (walk.onward(record.c.date, walk.start),)
    where = (
        in_outbreak(walk.scope),
        record.c.country_id.in_(countries),
        *on_days(walk.scope, record),
        *since,
    )
    until = _full_page(session, walk) if countries else None
    if until is not None:
        yield Stretch((*where, walk.as_far_as(record.c.date, until)), end=(until,))
        where = (*where, walk.onward(record.c.date, until, with_it=False))
    yield Stretch(where)


def _full_page(session: Session, walk: Walk) -> dt.date | None:
    """Return a day by which the countries have the rows needed, as near as is quickly found.

    When k countries have n rows each, there are k times n. A first try assumes that all report
    alike; where they do not, one country alone has to fill the page.
    """
    for rows in (2 * walk.need // len(walk.scope.countries or ()) + 1, walk.need + 1):
        days = _nth_days(session, walk, min(rows, walk.need + 1))
        needed = -(-(walk.need + 1) // rows)
        if len(days) >= needed:
            return days[needed - 1]
    return None


def _nth_days(session: Session, walk: Walk, number: int) -> list[dt.date]:
    """Return, nearest first, the day of each country's n-th record after the start's day.

    That day does not count: all of its rows may lie on the other side of the start.
    """
    days = (
        select(record.c.date)
        .where(
            in_outbreak(walk.scope),
            record.c.country_id == country.c.id,
            *on_days(walk.scope, record),
        )
        .order_by(*walk.sorted(record.c.date))
        .limit(1)
        .offset(number - 1)
        .correlate(country)
    )
    if walk.start is not None:
        days = days.where(walk.onward(record.c.date, walk.start, with_it=False))
    statement = select(days.scalar_subquery()).where(country.c.id.in_(walk.scope.countries or ()))
    found = [day for day in session.scalars(statement) if day is not None]
    return sorted(found, reverse=walk.down())
