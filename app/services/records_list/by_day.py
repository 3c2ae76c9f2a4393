"""The stretches of a list that is sorted by day first."""

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from app.models import Country, DailyTotal, Record
from app.services.records_list import limits
from app.services.records_list.prepared import run
from app.services.records_list.scope import in_outbreak, on_days
from app.services.records_list.walk import Order, Stretch, Walk, Where, first_batch, is_enough

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
    by_name = walk.keys[1].name == "country"
    # Whoever needs more rows than a page sorts a day as a whole.
    large = max(limits.LARGE_DAY if plain else limits.SEARCH, 2 * walk.need)
    taken: list[dt.date] = []
    held = searched = 0
    for day, reports in _daily_totals(session, walk):
        if by_name and reports > large:
            if taken:
                yield _between(walk, taken, held)
                taken, held = [], 0
            yield from _large_day(session, walk, day)
            continue
        taken.append(day)
        # Rows of the day the way starts from may all lie on its other side.
        held += 0 if day == walk.start else reports
        enough = held >= walk.need if plain else is_enough(held, walk.need, searched)
        if enough:
            yield _between(walk, taken, held)
            taken, held, searched = [], 0, searched + held
    if taken:
        yield _between(walk, taken, held)


def _daily_totals(session: Session, walk: Walk) -> Iterator[tuple[dt.date, int]]:
    """Yield the days with records and their number, read as they are asked for."""
    start, with_it, batch = walk.start, True, first_batch(walk.need)

    def build() -> Select[Any]:
        statement = (
            select(daily_total.c.date, daily_total.c.reports)
            .where(in_outbreak(daily_total), *on_days(walk.scope, daily_total))
            .order_by(*walk.sorted(daily_total.c.date))
            .limit(bindparam("batch"))
        )
        if start is None:
            return statement
        onward = walk.onward(daily_total.c.date, bindparam("start"), with_it=with_it)
        return statement.where(onward)

    while True:
        shape = "days", walk.shape, start is None, with_it
        values = {**walk.scope.values, "start": start, "batch": batch}
        found = run(session, shape, build, values).all()
        yield from ((row.date, row.reports) for row in found)
        if len(found) < batch:
            return
        start, with_it, batch = found[-1][0], False, batch * 4


def _between(walk: Walk, days: Sequence[dt.date], size: int) -> Stretch:
    earliest, latest = sorted((days[0], days[-1]))
    return Stretch(
        "between days",
        _between_days,
        {"earliest": earliest, "latest": latest},
        end=(days[-1],),
        size=size,
        fenced=not walk.scope.is_plain,
    )


def _between_days() -> Where:
    return (
        in_outbreak(),
        record.c.date >= bindparam("earliest"),
        record.c.date <= bindparam("latest"),
    )


def _large_day(session: Session, walk: Walk, day: dt.date) -> Iterator[Stretch]:
    """Read a day on which very many report in the order of the countries, not sorting it all."""
    start, with_it = None, True
    if day == walk.start:
        start, with_it = walk.second, walk.with_start
        if start is None and not with_it:
            return
    # Where few match, one statement looks through as many as may be; where all do, it stops early.
    batch = walk.need if walk.scope.is_plain else max(walk.need, limits.SEARCH // 5)
    while True:
        part = _PartOfDay(walk, day, start, batch, with_it)
        yield part.stretch(session)
        last = part.last_country(session)
        if last is None:
            return
        start, with_it, batch = last, False, 3 * batch


@dataclass(frozen=True)
class _PartOfDay:
    """The records of the next so many countries that report on a day."""

    walk: Walk
    day: dt.date
    start: str | None
    batch: int
    with_it: bool

    @property
    def _shape(self) -> Hashable:
        return self.walk.down(1), self.start is None, self.with_it

    @property
    def _values(self) -> Mapping[str, Any]:
        return {"day": self.day, "named_from": self.start}

    def _source(self) -> FromClause:
        its = record.c.country_id == country.c.id
        of_the_day = and_(in_outbreak(), record.c.date == bindparam("day"), its)
        return country.outerjoin(record, of_the_day)

    def _where(self) -> Where:
        # Said like this the join stays an outer one, which keeps to the countries' order.
        reporting = func.coalesce(record.c.id, 0) > 0
        if self.start is None:
            return (reporting,)
        since = bindparam("named_from", type_=country.c.slug.type)
        return reporting, self.walk.onward(country.c.slug, since, with_it=self.with_it, key=1)

    def _order(self) -> Order:
        return self.walk.sorted(country.c.slug, key=1)

    def stretch(self, session: Session) -> Stretch:
        """Return them as a stretch."""
        return Stretch(
            ("part of a day", self._shape),
            self._where,
            self._values,
            self._order,
            source=self._source,
            in_order=True,
            most=self.batch,
            find_end=lambda: tuple(filter(None, (self.day, self.last_country(session)))),
            # To look each country up takes as long as reading three records that follow each other.
            size=3 * self.batch,
        )

    def last_country(self, session: Session) -> str | None:
        """Return the name in addresses of the last one; None where the day has no more of them."""

        def build() -> Select[Any]:
            names = select(country.c.slug).select_from(self._source()).where(*self._where())
            return names.order_by(*self._order()).limit(1).offset(bindparam("skipped"))

        values = {**self.walk.scope.values, **self._values, "skipped": self.batch - 1}
        return run(session, ("last country", self._shape), build, values).scalar_one_or_none()


def _days_of_one_country(walk: Walk) -> Iterator[Stretch]:
    def where() -> Where:
        one = record.c.country_id == bindparam("one")
        return in_outbreak(), one, *on_days(walk.scope, record), *_since(walk)

    (country_id,) = walk.scope.countries or ()
    yield Stretch(
        "one country",
        where,
        {"one": country_id, "start": walk.start},
        order=lambda: walk.sorted(record.c.date),
        # One more than needed: the row that names the start is found, and left out, again.
        most=walk.need + 1,
    )


def _since(walk: Walk) -> Where:
    return () if walk.start is None else (walk.onward(record.c.date, bindparam("start")),)


def _days_of_countries(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Take so many days that the countries together have the rows needed."""

    def all_days() -> Where:
        some = record.c.country_id.in_(bindparam("countries", expanding=True))
        return in_outbreak(), some, *on_days(walk.scope, record), *_since(walk)

    def until() -> Where:
        return *all_days(), walk.as_far_as(record.c.date, bindparam("until"))

    def behind() -> Where:
        return *all_days(), walk.onward(record.c.date, bindparam("until"), with_it=False)

    day = _full_page(session, walk) if walk.scope.countries else None
    values = {"start": walk.start, "until": day}
    if day is None:
        yield Stretch("all days", all_days, values)
    else:
        yield Stretch("until a day", until, values, end=(day,))
        yield Stretch("behind a day", behind, values)


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

    def build() -> Select[Any]:
        days = (
            select(record.c.date)
            .where(
                in_outbreak(),
                record.c.country_id == country.c.id,
                *on_days(walk.scope, record),
            )
            .order_by(*walk.sorted(record.c.date))
            .limit(1)
            .offset(bindparam("skipped"))
            .correlate(country)
        )
        if walk.start is not None:
            days = days.where(walk.onward(record.c.date, bindparam("start"), with_it=False))
        some = country.c.id.in_(bindparam("countries", expanding=True))
        return select(days.scalar_subquery()).where(some)

    values = {**walk.scope.values, "start": walk.start, "skipped": number - 1}
    found = run(session, ("nth days", walk.shape), build, values).scalars()
    return sorted((day for day in found if day is not None), reverse=walk.down())
