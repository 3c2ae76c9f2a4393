"""The order of a list, and the point in it where a page begins or ends."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, false, or_

from app.models import METRICS, Country
from app.services.records_list.asked import SortKey

country = Country.__table__

Columns = Mapping[str, ColumnElement[Any]]
Values = tuple[Any, ...]


def sort_columns(records: FromClause) -> Columns:
    """Return what a list of these records can be sorted by, by the keys' names.

    Countries are in the order of their slugs: without accents and case, the way people look for
    them.
    """
    names = ("date", "id", *METRICS)
    read = {name: records.c[name] for name in names if name in records.c}
    return {"country": country.c.slug, **read}


@dataclass(frozen=True)
class Cut:
    """A point between two rows, beside the row or the day that `values` name.

    With `past` that row lies before the point, otherwise behind it. Without values the point is
    the list's beginning or, with `past`, its end. Fewer values than keys mean all rows that
    begin with them.
    """

    values: Values = ()
    past: bool = False
    # The page lies before the point; its rows are found by walking backwards.
    backward: bool = False

    @property
    def shape(self) -> Hashable:
        """What the conditions of the point look like; `bound` has their values."""
        return tuple(value is None for value in self.values), self.past, self.backward

    @property
    def bound(self) -> dict[str, Any]:
        """What the conditions' parameters stand for."""
        return {f"cut_{number}": value for number, value in enumerate(self.values)}


START = Cut()


def ordering(
    columns: Columns, keys: Sequence[SortKey], *, backward: bool = False
) -> list[ColumnElement[Any]]:
    """Return the ORDER BY of a list; what was not reported comes last whichever way it is."""
    terms: list[ColumnElement[Any]] = []
    for key in keys:
        column = columns[key.name]
        term = column.desc() if key.descending != backward else column.asc()
        if key.name in METRICS:
            term = term.nulls_first() if backward else term.nulls_last()
        terms.append(term)
    return terms


def on_side(
    columns: Columns, keys: Sequence[SortKey], cut: Cut, *, backward: bool, same_first: bool = False
) -> ColumnElement[bool] | None:
    """Say which rows lie behind a point or, backward, before it; None when all do.

    With `same_first` all rows in question have the point's first value, which is then not compared:
    SQLite would read every record that lies further than that, to count those of one day.
    """
    if len(cut.values) <= same_first:
        return false() if cut.past != backward else None
    alternatives: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for number, (key, value) in enumerate(zip(keys, cut.values, strict=False)):
        if same_first and number == 0:
            continue
        column = columns[key.name]
        limit = None if value is None else bindparam(f"cut_{number}", type_=column.type)
        alternatives.append(and_(*same, _beyond(column, key, limit, backward=backward)))
        same.append(column.is_(None) if limit is None else column == limit)
    if cut.past == backward:
        alternatives.append(and_(*same))
    first = keys[0]
    if first.name in METRICS or same_first:
        return or_(*alternatives)
    # This follows from the others, but only this can be looked up in an index.
    column, start = columns[first.name], bindparam("cut_0", type_=columns[first.name].type)
    reached = column <= start if first.descending != backward else column >= start
    return and_(reached, or_(*alternatives))


def _beyond(
    column: ColumnElement[Any],
    key: SortKey,
    limit: ColumnElement[Any] | None,
    *,
    backward: bool,
) -> ColumnElement[bool]:
    if limit is None:
        return column.is_not(None) if backward else false()
    further = column < limit if key.descending != backward else column > limit
    return or_(further, column.is_(None)) if key.name in METRICS and not backward else further
