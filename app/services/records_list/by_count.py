"""The stretches of a list that is sorted by a count."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from app.models import Record
from app.services.records_list import limits
from app.services.records_list.order import Cut, Values
from app.services.records_list.prepared import run
from app.services.records_list.scope import Scope, in_outbreak, on_metric
from app.services.records_list.walk import Order, Stretch, Walk, Where

record = Record.__table__


@dataclass(frozen=True)
class Part:
    """What lies on a way from `since` on, the count and perhaps the id of a record.

    All other records of that count, those with another count, or those without one: of a pair of
    count and id SQLite looks up the count only, and reads all records that have it.
    """

    walk: Walk
    kind: Literal["same", "counted", "uncounted"]
    since: tuple[Any, ...] = ()
    with_it: bool = True

    @property
    def shape(self) -> Hashable:
        """What the conditions look like."""
        walk = self.walk
        return walk.scope.shape, walk.keys[0], walk.cut.backward, self._own_shape

    @property
    def _own_shape(self) -> Hashable:
        return self.kind, len(self.since), self.with_it

    @property
    def values(self) -> Mapping[str, Any]:
        """What the conditions' parameters stand for."""
        return dict(zip(("since", "since_id"), self.since, strict=False))

    @property
    def _column(self) -> ColumnElement[Any]:
        return record.c[self.walk.keys[0].name]

    def where(self) -> Where:
        """Return the conditions."""
        if self.kind == "uncounted":
            return (in_outbreak(), self._column.is_(None), *self._onward())
        span = tuple(on_metric(self.walk.scope, record, self.walk.keys[0].name))
        # What lies in a span or beyond a count is known: to ask again takes as long as to read it.
        known = () if span or self.since else (self._column.is_not(None),)
        return (in_outbreak(), *known, *span, *self._onward())

    def _onward(self) -> Iterator[ColumnElement[bool]]:
        if not self.since:
            return
        since = bindparam("since", type_=self._column.type)
        if self.kind == "counted":
            yield self.walk.onward(self._column, since, with_it=self.with_it)
            return
        if self.kind == "same":
            yield self._column == since
        since_id = bindparam("since_id", type_=record.c.id.type)
        yield self.walk.onward(record.c.id, since_id, with_it=self.with_it)

    def order(self) -> Order:
        """Return the order of the index that is read."""
        counts = (self._column,) if self.kind == "counted" else ()
        return self.walk.sorted(*counts, record.c.id)

    def stretch(self, most: int) -> Stretch:
        """Return the first so many records as a stretch."""
        shape = "part", self._own_shape
        return Stretch(shape, self.where, self.values, self.order, in_order=True, most=most)


def is_direct(scope: Scope, metric: str) -> bool:
    """Tell whether every record in the order of this count belongs to the list."""
    narrowed = scope.countries is not None or scope.has_days or scope.has_authors
    others = scope.noted or scope.widely_named or set(scope.query.metrics) - {metric}
    return not (narrowed or others or scope.query.flags)


def stretches(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Yield the records of a list, from a point on, in the order of the count."""
    for part in parts(walk):
        if is_direct(walk.scope, walk.keys[0].name):
            yield part.stretch(walk.need)
        else:
            # The database stops at the last row that the page needs.
            most = max(walk.need, limits.SEARCH)
            end = partial(_nth, session, part, most)
            yield replace(part.stretch(most), find_end=end, size=most)


def parts(walk: Walk) -> list[Part]:
    """Return what is left of the records with a count and of those without one, which come last."""
    cut: Cut = walk.cut
    from_counted = walk.start is not None
    from_uncounted = bool(cut.values) and not from_counted
    counted, uncounted = [], []
    if from_counted and len(cut.values) > 1:
        counted = [
            Part(walk, "same", cut.values, walk.with_start),
            Part(walk, "counted", cut.values[:1], with_it=False),
        ]
    elif not from_uncounted or cut.backward:
        since = cut.values if from_counted else ()
        counted = [Part(walk, "counted", since, walk.with_start)]
    # A point that names no record lies before or behind all those without a count.
    is_behind = from_uncounted and walk.second is None and not walk.with_start
    is_left_out = walk.scope.query.span(walk.keys[0].name) or (from_counted and cut.backward)
    if not is_left_out and not is_behind:
        since = cut.values if from_uncounted and walk.second is not None else ()
        uncounted = [Part(walk, "uncounted", since, walk.with_start)]
    return uncounted + counted if cut.backward else counted + uncounted


def _nth(session: Session, part: Part, number: int) -> Values:
    """Return the count and id of a part's n-th record; nothing where it has fewer."""

    def build() -> Select[Any]:
        column = record.c[part.walk.keys[0].name]
        statement = select(column, record.c.id).where(*part.where()).order_by(*part.order())
        return statement.limit(1).offset(bindparam("skipped"))

    values = {**part.walk.scope.values, **part.values, "skipped": number - 1}
    last = run(session, ("nth", part.shape), build, values).one_or_none()
    return () if last is None else tuple(last)
