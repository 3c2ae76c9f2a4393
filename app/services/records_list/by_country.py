"""The stretches of a list that is sorted by country first."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from app.models import Country, CountryTotal, Record
from app.services.records_list.asked import RecordQuery
from app.services.records_list.prepared import run
from app.services.records_list.scope import in_outbreak, on_days
from app.services.records_list.walk import Stretch, Walk, Where, first_batch, is_enough

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
    of_a_page = walk.read_as in ("values", "details")
    alone = of_a_page and walk.keys[1].name == "date"
    taken: list[int] = []
    held = searched = 0
    for total in _country_totals(session, walk):
        likely = _likely_reports(walk.scope.query, total)
        if not likely or _lies_before(walk, total):
            continue
        if alone and likely > 2 * walk.need:
            if taken:
                yield _together(walk, taken, total.slug, held)
                taken, held = [], 0
            yield _one_country(walk, total, likely)
            searched += likely
            continue
        taken.append(total.id)
        held += 0 if total.slug == walk.start else likely
        enough = held >= walk.need if plain else is_enough(held, walk.need, searched)
        if enough:
            yield _together(walk, taken, total.slug, held)
            taken, held, searched = [], 0, searched + held
    if taken:
        yield _together(walk, taken, "", held)


def _country_totals(session: Session, walk: Walk) -> Iterator[_Total]:
    """Yield the countries with records, read as they are asked for."""
    start, with_it, batch = walk.start, True, first_batch(walk.need)
    narrowed = walk.scope.countries is not None and not walk.scope.noted

    def build() -> Select[Any]:
        total = and_(in_outbreak(country_total), country_total.c.country_id == country.c.id)
        kept = (country_total.c[name] for name in ("reports", "first_date", "last_date"))
        statement = (
            select(country.c.id, country.c.slug, *kept)
            # An outer join keeps to the countries' order; those without records are left out below.
            .outerjoin_from(country, country_total, total)
            .order_by(*walk.sorted(country.c.slug))
            .limit(bindparam("batch"))
        )
        if narrowed:
            some = country.c.id.in_(bindparam("countries", expanding=True))
            statement = statement.where(some)
        if start is None:
            return statement
        return statement.where(walk.onward(country.c.slug, bindparam("start"), with_it=with_it))

    while True:
        shape = "country totals", walk.shape, start is None, with_it
        values = {**walk.scope.values, "start": start, "batch": batch}
        found = run(session, shape, build, values).all()
        yield from (_Total._make(row) for row in found if row.reports)
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


def _lies_before(walk: Walk, total: _Total) -> bool:
    """Tell whether the way starts behind all records of a country."""
    return total.slug == walk.start and walk.second is None and not walk.with_start


def _one_country(walk: Walk, total: _Total, size: int) -> Stretch:
    since = total.slug == walk.start and walk.second is not None

    def where() -> Where:
        one = in_outbreak(), record.c.country_id == bindparam("one"), *on_days(walk.scope, record)
        if not since:
            return one
        start = bindparam("since", type_=record.c.date.type)
        return *one, walk.onward(record.c.date, start, with_it=walk.with_start, key=1)

    return Stretch(
        ("one country", since),
        where,
        {"one": total.id, "since": walk.second} if since else {"one": total.id},
        order=lambda: walk.sorted(record.c.date, key=1),
        in_order=True,
        end=(total.slug,),
        size=size,
    )


def _together(walk: Walk, ids: list[int], last_slug: str, size: int) -> Stretch:
    def where() -> Where:
        some = record.c.country_id.in_(bindparam("some", expanding=True))
        return in_outbreak(), some, *on_days(walk.scope, record)

    end = (last_slug,) if last_slug else ()
    return Stretch("some countries", where, {"some": ids}, end=end, size=size)
