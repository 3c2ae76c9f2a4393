"""The stretches of a list that is sorted by a count."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session

from app.models import Record
from app.services.records_list import limits
from app.services.records_list.order import Cut, Values
from app.services.records_list.prepared import run
from app.services.records_list.scope import Scope, in_outbreak, on_metric
from app.services.records_list.walk import Order, Stretch, Walk, Where

record = Record.__table__


@dataclass(frozen=True)
class Half:
    """The records with a count, or those without one, on a way from `since` on."""

    walk: Walk
    counted: bool
    # The count and perhaps the id of the record to go on from.
    since: tuple[Any, ...] = ()
    with_it: bool = True

    @property
    def shape(self) -> Hashable:
        """What the conditions look like."""
        walk = self.walk
        return walk.scope.shape, walk.keys[0], walk.cut.backward, self._own_shape

    @property
    def _own_shape(self) -> Hashable:
        return self.counted, len(self.since), self.with_it

    @property
    def values(self) -> Mapping[str, Any]:
        """What the conditions' parameters stand for."""
        return dict(zip(("since", "since_id"), self.since, strict=False))

    @property
    def _column(self) -> ColumnElement[Any]:
        return record.c[self.walk.keys[0].name]

    def where(self) -> Where:
        """Return the conditions."""
        if not self.counted:
            return (in_outbreak(), self._column.is_(None), *self._onward())
        span = tuple(on_metric(self.walk.scope, record, self.walk.keys[0].name))
        # What lies in a span or beyond a count is known: to ask again takes as long as to read it.
        known = () if span or self.since else (self._column.is_not(None),)
        return (in_outbreak(), *known, *span, *self._onward())

    def _onward(self) -> Iterator[ColumnElement[bool]]:
        if not self.since:
            return
        since_id = bindparam("since_id", type_=record.c.id.type)
        since = bindparam("since", type_=self._column.type)
        if not self.counted:
            yield self.walk.onward(record.c.id, since_id, with_it=self.with_it)
        elif len(self.since) == 1:
            yield self.walk.onward(self._column, since, with_it=self.with_it)
        else:
            pair = tuple_(self._column, record.c.id)
            yield self.walk.onward(pair, tuple_(since, since_id), with_it=self.with_it)

    def order(self) -> Order:
        """Return the order of the index that is read."""
        return self.walk.sorted(*((self._column,) if self.counted else ()), record.c.id)

    def _of_same_count(self) -> Where:
        same = self._column == bindparam("since", type_=self._column.type)
        onward = self.walk.onward(record.c.id, bindparam("since_id"), with_it=self.with_it)
        span = on_metric(self.walk.scope, record, self.walk.keys[0].name)
        return in_outbreak(), same, onward, *span

    def pieces(self) -> Iterator[Stretch]:
        """Yield stretches to count it by: SQLite compares pairs of values one by one."""
        if not self.counted or len(self.since) < 2:
            yield Stretch(("half", self.shape), self.where, self.values)
            return
        further = replace(self, since=self.since[:1], with_it=False)
        yield Stretch(("half", further.shape), further.where, further.values)
        yield Stretch(("same count", self.shape), self._of_same_count, self.values)

    def stretch(self, most: int) -> Stretch:
        """Return the first so many records as a stretch."""
        shape = "half", self._own_shape
        return Stretch(shape, self.where, self.values, self.order, in_order=True, most=most)


def is_direct(scope: Scope, metric: str) -> bool:
    """Tell whether every record in the order of this count belongs to the list."""
    narrowed = scope.countries is not None or scope.has_days or scope.has_authors
    others = scope.noted or scope.widely_named or set(scope.query.metrics) - {metric}
    return not (narrowed or others or scope.query.flags)


def stretches(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Yield the records of a list, from a point on, in the order of the count."""
    for half in halves(walk):
        if is_direct(walk.scope, walk.keys[0].name):
            yield half.stretch(walk.need)
        else:
            # The database stops at the last row that the page needs.
            most = max(walk.need, limits.SEARCH)
            end = partial(_nth, session, half, most)
            yield replace(half.stretch(most), find_end=end, size=most)


def halves(walk: Walk) -> list[Half]:
    """Return what is left of the records with a count and of those without one, which come last."""
    cut: Cut = walk.cut
    from_counted = walk.start is not None
    from_uncounted = bool(cut.values) and not from_counted
    found = []
    if not from_uncounted or cut.backward:
        since = cut.values if from_counted else ()
        found.append(Half(walk, True, since, walk.with_start))
    # A point that names no record lies before or behind all those without a count.
    is_behind = from_uncounted and walk.second is None and not walk.with_start
    is_left_out = walk.scope.query.span(walk.keys[0].name) or (from_counted and cut.backward)
    if not is_left_out and not is_behind:
        since = cut.values if from_uncounted and walk.second is not None else ()
        found.append(Half(walk, False, since, walk.with_start))
    return found[::-1] if cut.backward else found


def _nth(session: Session, half: Half, number: int) -> Values:
    """Return the count and id of a half's n-th record; nothing where it has fewer."""

    def build() -> Select[Any]:
        column = record.c[half.walk.keys[0].name]
        statement = select(column, record.c.id).where(*half.where()).order_by(*half.order())
        return statement.limit(1).offset(bindparam("skipped"))

    values = {**half.walk.scope.values, **half.values, "skipped": number - 1}
    last = run(session, ("nth", half.shape), build, values).one_or_none()
    return () if last is None else tuple(last)
