"""When few records can match, they are all read through the filter that finds the fewest."""

import math
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.models import METRICS, Record
from app.services.records_list import by_count, limits
from app.services.records_list.counting import Reports, bounded, reports_of_countries
from app.services.records_list.scope import Scope, on_authors, on_countries, on_days, on_metric
from app.services.records_list.walk import Stretch, in_outbreak

record = Record.__table__


def few_candidates(
    session: Session, scope: Scope, reports: Reports, *, at_most: int | None = None
) -> Stretch | None:
    """Return the fewest records one filter leaves, None when the list's order is the better way.

    Reading m records and sorting them is weighed against going through the list's order, where a
    page of p rows that match anywhere among n records takes about p * n / m of them.
    """
    if at_most is None:
        if is_direct(scope):
            return None
        balance = math.isqrt(scope.query.per * reports.number)
        at_most = max(limits.FEW, min(limits.SEARCH, balance))
    if scope.countries == () and not scope.widely_named:
        return Stretch((record.c.id.in_(scope.noted),), size=len(scope.noted))
    best = None
    if reports.number <= at_most:
        best = Stretch((in_outbreak(scope), *on_days(scope, record)), size=reports.number)
    for found in (_by_countries, _by_authors, _by_counts):
        most = at_most if best is None else best.size - 1
        best = found(session, scope, most) or best
    return best


def is_direct(scope: Scope) -> bool:
    """Tell whether the list's order leads through matching records only."""
    first = scope.query.sort[0].name
    if first in METRICS:
        return len(scope.query.sort) == 2 and by_count.is_direct(scope, first)
    return scope.is_plain


def _by_countries(session: Session, scope: Scope, most: int) -> Stretch | None:
    if scope.countries is None or scope.widely_named:
        return None
    size = reports_of_countries(session, scope) + len(scope.noted)
    if size > most:
        return None
    (among,) = on_countries(scope, record)
    return Stretch((in_outbreak(scope), among, *on_days(scope, record)), size=size)


def _by_authors(session: Session, scope: Scope, most: int) -> Stretch | None:
    if not scope.has_authors:
        return None
    # Without the outbreak: every other index begins with it.
    where = tuple(on_authors(scope, record))
    return _counted(session, select(record.c.id).where(*where), where, most)


def _by_counts(session: Session, scope: Scope, most: int) -> Stretch | None:
    best = None
    for metric in scope.query.metrics:
        where = (in_outbreak(scope), *on_metric(scope, record, metric))
        limit = most if best is None else best.size - 1
        best = _counted(session, select(record.c.id).where(*where), where, limit) or best
    return best


def _counted(
    session: Session, ids: Select[Any], where: tuple[ColumnElement[bool], ...], most: int
) -> Stretch | None:
    count = bounded(session, ids, most)
    return Stretch(where, size=count.number) if count.kind == "exact" else None
