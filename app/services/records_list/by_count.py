"""The stretches of a list that is sorted by a count."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from app.models import Record
from app.services.records_list import limits
from app.services.records_list.order import Values
from app.services.records_list.scope import Scope, on_metric
from app.services.records_list.walk import Stretch, Walk, in_outbreak, stages

record = Record.__table__


def is_direct(scope: Scope, metric: str) -> bool:
    """Tell whether every record in the order of this count belongs to the list."""
    narrowed = scope.countries is not None or scope.has_days or scope.has_authors
    others = scope.noted or scope.widely_named or set(scope.query.metrics) - {metric}
    return not narrowed and not others


Where = tuple[ColumnElement[bool], ...]
Half = tuple[Where, tuple[ColumnElement[int], ...]]


def stretches(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Yield the records of a list, from a point on, in the order of the count."""
    for where, order in halves(walk):
        if is_direct(walk.scope, walk.keys[0].name):
            yield Stretch(where, order=order, most=walk.need)
        else:
            yield from _in_stages(session, walk, where, order)


def halves(walk: Walk) -> list[Half]:
    """Return what is left of the records with a count and of those without one, which come last."""
    metric = walk.keys[0].name
    from_null = bool(walk.cut.values) and walk.start is None
    from_count = walk.start is not None
    found = []
    if not from_null or walk.cut.backward:
        found.append(_with_count(walk, metric, from_count=from_count))
    if not walk.scope.query.span(metric) and not (from_count and walk.cut.backward):
        found.append(_without_count(walk, metric, from_null=from_null))
    return found[::-1] if walk.cut.backward else found


def _with_count(walk: Walk, metric: str, *, from_count: bool) -> Half:
    column = record.c[metric]
    where: Where = (
        in_outbreak(walk.scope),
        column.is_not(None),
        *on_metric(walk.scope, record, metric),
    )
    if from_count:
        where = (*where, _onward(walk, walk.cut.values, with_it=walk.with_start))
    return where, walk.sorted(column, record.c.id)


def _without_count(walk: Walk, metric: str, *, from_null: bool) -> Half:
    where: Where = (in_outbreak(walk.scope), record.c[metric].is_(None))
    if from_null and walk.second is not None:
        where = (*where, walk.onward(record.c.id, walk.second, with_it=walk.with_start))
    return where, walk.sorted(record.c.id)


def _onward(walk: Walk, values: Values, *, with_it: bool) -> ColumnElement[bool]:
    """Say that records come after the one with these values in the order of the index."""
    column = record.c[walk.keys[0].name]
    if len(values) == 1:
        return walk.onward(column, values[0], with_it=with_it)
    return walk.onward(tuple_(column, record.c.id), values, with_it=with_it)


def _in_stages(
    session: Session, walk: Walk, where: Where, order: tuple[ColumnElement[int], ...]
) -> Iterator[Stretch]:
    """Yield a half in pieces that grow, ending where the page would have searched too far."""
    column = record.c[walk.keys[0].name]
    for most in stages(walk.need):
        last = session.execute(
            select(column, record.c.id).where(*where).order_by(*order).limit(1).offset(most - 1)
        ).one_or_none()
        if last is None:
            yield Stretch(where, order=order, most=most, size=most)
            return
        end = (last[0], last[1])
        yield Stretch(where, order=order, most=most, end=end, size=most)
        onward = (
            walk.onward(record.c.id, end[1], with_it=False)
            if end[0] is None
            else _onward(walk, end, with_it=False)
        )
        where = (*where, onward)
    yield Stretch(where, order=order, most=limits.FENCE)
