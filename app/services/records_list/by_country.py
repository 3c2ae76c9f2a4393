"""The stretches of a list that is sorted by country first."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.models import Country, CountryTotal, Record
from app.services.records_list.asked import RecordQuery
from app.services.records_list.scope import on_days
from app.services.records_list.walk import Stretch, Walk, in_outbreak, stages

record = Record.__table__
country = Country.__table__
country_total = CountryTotal.__table__


class _Total(NamedTuple):
    """A country and what is kept about its records."""

    id: int
    slug: str
    reports: int
    first_date: dt.date
    last_date: dt.date


def stretches(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Yield the countries of a list, from a point on, as many at once as a page needs."""
    plain = walk.scope.is_plain
    alone = plain and walk.keys[1].name == "date" and not walk.scope.has_days
    amounts = iter(stages(walk.need))
    enough = walk.need if plain else next(amounts)
    taken: list[int] = []
    held = 0
    for total in _country_totals(session, walk):
        likely = _likely_reports(walk.scope.query, total)
        if not likely:
            continue
        if alone and likely > 2 * walk.need:
            if taken:
                yield _together(walk, taken, total.slug, held)
                taken, held = [], 0
            yield _one_country(walk, total)
            continue
        taken.append(total.id)
        held += 0 if total.slug == walk.start else likely
        if held >= enough:
            yield _together(walk, taken, total.slug, held)
            taken, held, enough = [], 0, next(amounts, 2 * enough)
    if taken:
        yield _together(walk, taken, "", held)


def _country_totals(session: Session, walk: Walk) -> Iterator[_Total]:
    """Yield the countries with records, read as they are asked for."""
    start, with_it, batch = walk.start, True, walk.need + 2
    total = and_(
        country_total.c.outbreak_id == walk.scope.outbreak_id,
        country_total.c.country_id == country.c.id,
    )
    while True:
        statement = select(
            country.c.id,
            country.c.slug,
            country_total.c.reports,
            country_total.c.first_date,
            country_total.c.last_date,
        ).join_from(country, country_total, total)
        if walk.scope.countries is not None and not walk.scope.noted:
            statement = statement.where(country.c.id.in_(walk.scope.countries))
        if start is not None:
            statement = statement.where(walk.onward(country.c.slug, start, with_it=with_it))
        order = walk.sorted(country.c.slug)
        found = session.execute(statement.order_by(*order).limit(batch)).all()
        yield from (_Total._make(row) for row in found)
        if len(found) < batch:
            return
        start, with_it, batch = found[-1].slug, False, batch * 4


def _likely_reports(query: RecordQuery, total: _Total) -> int:
    """Return about how many records of a country are within the list's days; 0 is sure."""
    first = max(total.first_date, query.first or total.first_date)
    last = min(total.last_date, query.last or total.last_date)
    if first > last:
        return 0
    share = ((last - first).days + 1) / ((total.last_date - total.first_date).days + 1)
    return max(1, round(total.reports * share))


def _one_country(walk: Walk, total: _Total) -> Stretch:
    where: tuple[ColumnElement[bool], ...] = (
        in_outbreak(walk.scope),
        record.c.country_id == total.id,
    )
    if total.slug == walk.start and walk.second is not None:
        where = (*where, walk.onward(record.c.date, walk.second, key=1))
    # One more than needed: the row the way starts from is found again.
    order = walk.sorted(record.c.date, key=1)
    return Stretch(where, order=order, most=walk.need + 1, end=(total.slug,))


def _together(walk: Walk, ids: list[int], last_slug: str, size: int) -> Stretch:
    where = (
        in_outbreak(walk.scope),
        record.c.country_id.in_(ids),
        *on_days(walk.scope, record),
    )
    return Stretch(where, end=(last_slug,) if last_slug else (), size=size)
