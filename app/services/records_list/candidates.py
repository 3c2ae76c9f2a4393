"""When few records can match, they are all read through the filter that finds the fewest."""

import math
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from app.models import METRICS, Record
from app.services.records_list import by_count, limits
from app.services.records_list.flags import flagged
from app.services.records_list.numbers import Count, Reports, bounded, reports_of_countries
from app.services.records_list.scope import (
    Scope,
    in_outbreak,
    on_authors,
    on_countries,
    on_days,
    on_metric,
)
from app.services.records_list.walk import Order, Stretch, Where

record = Record.__table__


def few_candidates(
    session: Session,
    scope: Scope,
    reports: Reports,
    total: Count | None,
    *,
    at_most: int | None = None,
) -> Stretch | None:
    """Return the fewest records one filter leaves, None when the list's order is the better way.

    `total` is the list's number of records, where that is known and one filter makes it.
    """
    if at_most is None:
        if is_direct(scope):
            return None
        at_most = balance(scope, reports)
    if scope.countries == () and not scope.widely_named:
        return _by_notes(scope)
    best = _by_days(scope, reports) if reports.number <= at_most else None
    for stretch in _by_filters(scope):
        most = at_most if best is None else best.size - 1
        count = total or _count(session, scope, stretch, most)
        if count.kind == "exact" and count.number <= most:
            best = replace(stretch, size=count.number)
    return best


def balance(scope: Scope, reports: Reports) -> int:
    """Return how many records to read and sort at most, not to go through the list's order.

    In that order a page of p rows that match m times anywhere among n records takes about
    p * n / m of them.
    """
    even = math.isqrt(scope.query.per * reports.number)
    return max(limits.FEW, min(limits.SORT, even))


def is_direct(scope: Scope) -> bool:
    """Tell whether the list's order leads through matching records only."""
    first = scope.query.sort[0].name
    if first in METRICS:
        return len(scope.query.sort) == 2 and by_count.is_direct(scope, first)
    return scope.is_plain


def _by_notes(scope: Scope) -> Stretch:
    noted = record.c.id.in_(bindparam("noted", expanding=True))
    values = {"noted": scope.noted}
    return Stretch("noted", lambda: (noted,), values, size=len(scope.noted))


def _by_days(scope: Scope, reports: Reports) -> Stretch:
    return Stretch("days", lambda: (in_outbreak(), *on_days(scope, record)), size=reports.number)


def _by_filters(scope: Scope) -> Iterator[Stretch]:
    """Yield what each filter but the days finds."""
    if scope.countries is not None and not scope.widely_named:
        newest_first = scope.query.sort[0].descending and not scope.noted
        order = _newest_first if newest_first else tuple
        yield Stretch("countries", lambda: _of_countries(scope), order=order)
    if scope.has_authors:
        yield Stretch("authors", lambda: (_written(scope),))
    for metric in scope.query.metrics:
        yield _by_count(scope, metric)
    if scope.query.flags and not scope.query.flags.none:
        yield Stretch("flags", lambda: flagged(scope.query.flags))


def _count(session: Session, scope: Scope, stretch: Stretch, most: int) -> Count:
    if stretch.shape == "countries":
        return Count(reports_of_countries(session, scope) + len(scope.noted))
    return bounded(session, scope, stretch, most)


def _of_countries(scope: Scope) -> Where:
    return in_outbreak(), *on_countries(scope, record), *on_days(scope, record)


def _newest_first() -> Order:
    """Return the order in which the most of what has added up come first.

    SQLite keeps the most it has met so far, and of those that follow it then keeps nothing. The
    country is named for the index to have this order.
    """
    return record.c.country_id.desc(), record.c.date.desc()


def _written(scope: Scope) -> ColumnElement[bool]:
    """Say that a record was written by the list's authors, whose records the index finds alone.

    To a database that knows how many records a changeset has on average, when one wrote nearly
    all of them, reading the whole register looks quicker than that index.
    """
    written = record.alias("written")
    ids = select(written.c.id).where(*on_authors(scope, written)).limit(limits.FENCE)
    return record.c.id.in_(ids)


def _by_count(scope: Scope, metric: str) -> Stretch:
    return Stretch(metric, lambda: (in_outbreak(), *on_metric(scope, record, metric)))
