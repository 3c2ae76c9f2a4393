"""How many records a list holds, and how many come before a point in it."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.models import METRICS, Country, CountryTotal, DailyTotal, Record
from app.services.records_list import by_count, limits
from app.services.records_list.order import Cut, on_side, sort_columns
from app.services.records_list.scope import Scope, conditions, on_authors, on_days, on_metric
from app.services.records_list.walk import Stretch, Walk, in_outbreak

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


def read_reports(session: Session, scope: Scope) -> Reports:
    """Read how many records the list's days have in all countries, and which days those are."""
    statement = select(
        func.coalesce(func.sum(daily_total.c.reports), 0),
        func.min(daily_total.c.date),
        func.max(daily_total.c.date),
    ).where(daily_total.c.outbreak_id == scope.outbreak_id, *on_days(scope, daily_total))
    number, first, last = session.execute(statement).one()
    return Reports(int(number), first, last)


def reports_of_countries(session: Session, scope: Scope) -> int:
    """Return how many records the list's countries have on all days."""
    statement = select(func.coalesce(func.sum(country_total.c.reports), 0)).where(
        country_total.c.outbreak_id == scope.outbreak_id,
        country_total.c.country_id.in_(scope.countries or ()),
    )
    return int(session.scalar(statement) or 0)


def bounded(session: Session, ids: Select[Any], most: int | None = None) -> Count:
    """Count the rows of a statement, but not further than a limit."""
    most = limits.COUNT if most is None else most
    rows = ids.limit(most + 1).subquery()
    number = session.scalar(select(func.count()).select_from(rows)) or 0
    return Count(min(number, most), "exact" if number <= most else "more")


def count_matching(session: Session, scope: Scope, reports: Reports) -> Count | None:
    """Count the records of a list; None where that would mean to search it all."""
    query = scope.query
    if scope.is_plain and scope.countries is None:
        return Count(reports.number)
    if scope.is_plain and not scope.has_days:
        return Count(reports_of_countries(session, scope))
    if scope.is_plain:
        return _count_days_of_countries(session, scope)
    ids = select(record.c.id)
    metrics = query.metrics
    if len(metrics) == 1 and by_count.is_direct(scope, metrics[0]):
        within = on_metric(scope, record, metrics[0])
        return bounded(session, ids.where(in_outbreak(scope), *within))
    by_author = [query.imported is not None, query.changed_by is not None].count(True) == 1
    if by_author and not metrics and not query.text and not query.countries and not scope.has_days:
        return bounded(session, ids.where(*on_authors(scope, record)))
    return None


def _count_days_of_countries(session: Session, scope: Scope) -> Count:
    """Count by the totals where all of a country's days are listed, by an index elsewhere."""
    query = scope.query
    first, last = query.first or dt.date.min, query.last or dt.date.max
    totals = select(
        country_total.c.country_id,
        country_total.c.reports,
        and_(country_total.c.first_date >= first, country_total.c.last_date <= last),
    ).where(
        country_total.c.outbreak_id == scope.outbreak_id,
        country_total.c.country_id.in_(scope.countries or ()),
        country_total.c.last_date >= first,
        country_total.c.first_date <= last,
    )
    whole, partly = 0, []
    for country_id, reports, is_whole in session.execute(totals):
        if is_whole:
            whole += reports
        else:
            partly.append(country_id)
    if not partly:
        return Count(whole)
    ids = select(record.c.id).where(
        in_outbreak(scope), record.c.country_id.in_(partly), *on_days(scope, record)
    )
    rest = bounded(session, ids)
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
    day, down = cut.values[0], scope.query.sort[0].descending
    earlier = daily_total.c.date > day if down else daily_total.c.date < day
    where = (daily_total.c.outbreak_id == scope.outbreak_id, *on_days(scope, daily_total))
    before, on_the_day = session.execute(
        select(
            func.coalesce(func.sum(case((earlier, daily_total.c.reports), else_=0)), 0),
            func.coalesce(func.sum(case((earlier, 0), else_=daily_total.c.reports)), 0),
        ).where(*where, earlier | (daily_total.c.date == day))
    ).one()
    if not on_the_day:
        return Count(int(before))
    if len(cut.values) == 1:
        return Count(int(before) + (int(on_the_day) if cut.past else 0))
    if on_the_day > limits.LARGE_DAY and scope.query.sort[1].name == "country":
        within = _share_of_countries(session, scope, cut, int(on_the_day))
    else:
        within = _count_where(session, scope, cut, record.c.date == day)
    return Count(int(before) + within.number, within.kind)


def _share_of_countries(session: Session, scope: Scope, cut: Cut, reports: int) -> Count:
    """Reckon how many of a large day's records come before a country of that day."""
    slug, down = cut.values[1], scope.query.sort[1].descending
    further = country.c.slug > slug if down else country.c.slug < slug
    known = session.scalar(select(func.count()).select_from(country)) or 1
    before = session.scalar(select(func.count()).select_from(country).where(further)) or 0
    before += 1 if cut.past else 0
    if known == reports:
        return Count(before)
    return Count(round(reports * before / known), "about")


def _by_country(session: Session, scope: Scope, cut: Cut) -> Count:
    slug, down = cut.values[0], scope.query.sort[0].descending
    earlier = country.c.slug > slug if down else country.c.slug < slug
    totals = (
        select(func.coalesce(func.sum(country_total.c.reports), 0))
        .join_from(country, country_total, country.c.id == country_total.c.country_id)
        .where(country_total.c.outbreak_id == scope.outbreak_id, earlier)
    )
    if scope.countries is not None:
        totals = totals.where(country.c.id.in_(scope.countries))
    before = int(session.scalar(totals) or 0)
    same = select(country.c.id).where(country.c.slug == slug).scalar_subquery()
    within = _count_where(session, scope, cut, record.c.country_id == same)
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
    ids = [select(record.c.id).where(*where) for where, _order in by_count.halves(walk)]
    counts = [bounded(session, half) for half in ids]
    number = sum(count.number for count in counts)
    exact = all(count.kind == "exact" for count in counts)
    return Count(number, "exact" if exact else "more")


def _count_where(
    session: Session, scope: Scope, cut: Cut, *where: ColumnElement[bool], backward: bool = True
) -> Count:
    side = on_side(sort_columns(record), scope.query.sort, cut, backward=backward)
    ids = select(record.c.id).where(*conditions(scope, record), *where)
    if side is not None:
        ids = ids.where(side)
    if any(key.name == "country" for key in scope.query.sort):
        ids = ids.join_from(record, country, country.c.id == record.c.country_id)
    return bounded(session, ids)


def count_candidates(
    session: Session, scope: Scope, stretch: Stretch, cut: Cut
) -> tuple[Count, Count]:
    """Count a list whose records are all in a stretch: in all, and before a point."""
    listed = select(record).where(*stretch.where).limit(stretch.most).subquery("listed")
    side = on_side(sort_columns(listed), scope.query.sort, cut, backward=True)
    before = func.count() if side is None else func.coalesce(func.sum(case((side, 1), else_=0)), 0)
    statement = (
        select(func.count(), before)
        .join_from(listed, country, country.c.id == listed.c.country_id)
        .where(*conditions(scope, listed))
    )
    total, number = session.execute(statement).one()
    return Count(total), Count(int(number))
