"""How many records a list holds, and how many come before a point in it."""

import datetime as dt
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from app.models import METRICS, Country, CountryTotal, DailyTotal, Record
from app.services.records_list import by_count, limits
from app.services.records_list.flags import flagged
from app.services.records_list.numbers import Count, Reports, bounded, reports_of_countries
from app.services.records_list.order import START, Cut, on_side, sort_columns
from app.services.records_list.prepared import run
from app.services.records_list.scope import Scope, conditions, in_outbreak, on_authors, on_days
from app.services.records_list.walk import Stretch, Walk, Where

record = Record.__table__
country = Country.__table__
country_total = CountryTotal.__table__
daily_total = DailyTotal.__table__


def count_matching(session: Session, scope: Scope, reports: Reports) -> Count | None:
    """Count the records of a list; None where that would mean to search it all."""
    query = scope.query
    if scope.is_plain and scope.countries is None:
        return Count(reports.number)
    if scope.is_plain and not scope.has_days:
        return Count(reports_of_countries(session, scope))
    if scope.is_plain:
        return _count_days_of_countries(session, scope)
    if query.flags:
        return _count_flagged(session, scope, reports) if scope.is_simple else None
    metrics = query.metrics
    if len(metrics) == 1 and by_count.is_direct(scope, metrics[0]):
        return _count_where(session, scope)
    one_author = (query.imported is None) != (query.changed_by is None)
    if one_author and not (metrics or query.text or query.countries or scope.has_days):
        return bounded(session, scope, Stretch("authors", lambda: tuple(on_authors(scope, record))))
    return None


def _count_flagged(session: Session, scope: Scope, reports: Reports) -> Count | None:
    """Count the records of a list that is narrowed by flags alone, through their findings."""
    flags = scope.query.flags
    some = bounded(session, scope, Stretch("flags", lambda: flagged(flags)))
    if not flags.none:
        return some
    return Count(reports.number - some.number) if some.kind == "exact" else None


def _count_days_of_countries(session: Session, scope: Scope) -> Count:
    """Count by the totals where all of a country's days are listed, by an index elsewhere."""

    def build() -> Select[Any]:
        date = country_total.c.first_date.type
        first, last = bindparam("earliest", type_=date), bindparam("latest", type_=date)
        return select(
            country_total.c.country_id,
            country_total.c.reports,
            and_(country_total.c.first_date >= first, country_total.c.last_date <= last),
        ).where(
            in_outbreak(country_total),
            country_total.c.country_id.in_(bindparam("countries", expanding=True)),
            country_total.c.last_date >= first,
            country_total.c.first_date <= last,
        )

    first, last = scope.query.first or dt.date.min, scope.query.last or dt.date.max
    ends = {"earliest": first, "latest": last}
    totals = run(session, "days of countries", build, {**scope.values, **ends})
    whole, partly = 0, []
    for country_id, reports, is_whole in totals:
        if is_whole:
            whole += reports
        else:
            partly.append(country_id)
    if not partly:
        return Count(whole)

    def where() -> Where:
        some = record.c.country_id.in_(bindparam("some", expanding=True))
        return in_outbreak(), some, *on_days(scope, record)

    rest = bounded(session, scope, Stretch("some countries", where, {"some": partly}))
    return Count(whole + rest.number, rest.kind)


def count_before(session: Session, scope: Scope, cut: Cut, total: Count) -> Count | None:
    """Count the records of a list that lie before a point; None where that takes a search."""
    if not cut.values:
        return total if cut.past else Count(0)
    first = scope.query.sort[0].name
    if first in METRICS:
        direct = by_count.is_direct(scope, first) and len(scope.query.sort) == 2
        return _from_nearer_end(session, scope, cut, total) if direct else None
    if not scope.is_plain:
        return None
    if first == "date" and scope.countries is None:
        return _by_day(session, scope, cut)
    if first == "country" and not scope.has_days:
        return _by_country(session, scope, cut)
    return _from_nearer_end(session, scope, cut, total)


def _by_day(session: Session, scope: Scope, cut: Cut) -> Count:
    down = scope.query.sort[0].descending

    def build() -> Select[Any]:
        date = daily_total.c.date
        day = bindparam("cut_0", type_=date.type)
        earlier = date > day if down else date < day
        reports = daily_total.c.reports
        return select(
            func.coalesce(func.sum(case((earlier, reports), else_=0)), 0),
            func.coalesce(func.sum(case((earlier, 0), else_=reports)), 0),
        ).where(
            in_outbreak(daily_total),
            *on_days(scope, daily_total),
            date >= day if down else date <= day,
        )

    shape = "days before", scope.shape, down
    before, on_the_day = map(int, run(session, shape, build, {**scope.values, **cut.bound}).one())
    if not on_the_day:
        return Count(before)
    if len(cut.values) == 1:
        return Count(before + (on_the_day if cut.past else 0))
    if on_the_day > limits.LARGE_DAY and scope.query.sort[1].name == "country":
        within = _share_of_countries(session, scope, cut, on_the_day)
    else:
        within = _count_where(session, scope, cut, "day")
    return Count(before + within.number, within.kind)


def _share_of_countries(session: Session, scope: Scope, cut: Cut, reports: int) -> Count:
    """Reckon how many of a large day's records come before a country of that day."""
    down = scope.query.sort[1].descending

    def build() -> Select[Any]:
        name = bindparam("cut_1", type_=country.c.slug.type)
        further = country.c.slug > name if down else country.c.slug < name
        every = select(func.count()).select_from(country)
        # Each alone is counted in an index: together, every country would be compared.
        return select(every.scalar_subquery(), every.where(further).scalar_subquery())

    known, before = map(int, run(session, ("share", down), build, cut.bound).one())
    before += 1 if cut.past else 0
    if known == reports:
        return Count(before)
    return Count(round(reports * before / known), "about")


def _by_country(session: Session, scope: Scope, cut: Cut) -> Count:
    down = scope.query.sort[0].descending

    def build() -> Select[Any]:
        slug = bindparam("cut_0", type_=country.c.slug.type)
        earlier = country.c.slug > slug if down else country.c.slug < slug
        totals = (
            select(func.coalesce(func.sum(country_total.c.reports), 0))
            .join_from(country, country_total, country.c.id == country_total.c.country_id)
            .where(in_outbreak(country_total), earlier)
        )
        if scope.countries is None:
            return totals
        return totals.where(country.c.id.in_(bindparam("countries", expanding=True)))

    shape = "countries before", scope.shape, down
    before = int(run(session, shape, build, {**scope.values, **cut.bound}).scalar_one())
    within = _count_where(session, scope, cut, "country")
    return Count(before + within.number, within.kind)


def _from_nearer_end(session: Session, scope: Scope, cut: Cut, total: Count) -> Count:
    """Count from the beginning or, where that is too far, from the end."""
    before = _count_side(session, scope, cut, backward=True)
    if before.kind == "exact" or total.kind != "exact":
        return before
    behind = _count_side(session, scope, cut, backward=False)
    return before if behind.kind == "more" else Count(total.number - behind.number)


def _count_side(session: Session, scope: Scope, cut: Cut, *, backward: bool) -> Count:
    if scope.query.sort[0].name not in METRICS:
        return _count_where(session, scope, cut, backward=backward)
    walk = Walk(scope, replace(cut, backward=backward), limits.COUNT)
    number = 0
    for part in by_count.parts(walk):
        count = bounded(session, scope, Stretch(("part", part.shape), part.where, part.values))
        number += count.number
        if count.kind != "exact":
            return Count(number, count.kind)
    return Count(number)


def _count_where(
    session: Session,
    scope: Scope,
    cut: Cut = START,
    within: Literal["", "day", "country"] = "",
    *,
    backward: bool = True,
) -> Count:
    """Count the list's records on one side of a point, or only those of its day or country."""
    keys = scope.query.sort
    by_name = bool(cut.values) and any(key.name == "country" for key in keys)

    def where() -> Where:
        found = list(conditions(scope, record))
        if within == "day":
            # Nothing but its day makes such a list. Beside a day that is the same, SQLite would
            # rather look for all later ones, to which the list is narrowed.
            found = [in_outbreak(), record.c.date == bindparam("cut_0")]
        if within == "country":
            same = select(country.c.id).where(country.c.slug == bindparam("cut_0"))
            found.append(record.c.country_id == same.scalar_subquery())
        if not cut.values:
            return tuple(found)
        columns = sort_columns(record)
        side = on_side(columns, keys, cut, backward=backward, same_first=bool(within))
        return tuple(found) if side is None else (*found, side)

    shape = "side", keys, cut.shape, within, backward
    return bounded(session, scope, Stretch(shape, where, cut.bound), joined=by_name)


def count_candidates(
    session: Session, scope: Scope, stretch: Stretch, cut: Cut
) -> tuple[Count, Count]:
    """Count a list whose records are all in a stretch: in all, and before a point."""
    keys = scope.query.sort

    def build() -> Select[Any]:
        listed = select(record).where(*stretch.where()).limit(bindparam("most")).subquery("listed")
        side = on_side(sort_columns(listed), keys, cut, backward=True)
        before = (
            func.count() if side is None else func.coalesce(func.sum(case((side, 1), else_=0)), 0)
        )
        return (
            select(func.count(), before)
            .join_from(listed, country, country.c.id == listed.c.country_id)
            .where(*conditions(scope, listed))
        )

    shape = "candidates", scope.shape, keys, cut.shape, stretch.shape
    values = {**scope.values, **cut.bound, **stretch.values, "most": stretch.most}
    total, number = run(session, shape, build, values).one()
    return Count(total), Count(int(number))
