"""The order of a list, and the point in it where a page begins or ends."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from app.models import METRICS, Country, Record
from app.models.record import MAX_COUNT
from app.services.records_list.asked import END, Place, SortKey

record = Record.__table__.c
country = Country.__table__.c

# Countries are in the order of their slugs: without accents and case, the way people look for
# them, and the same on every database.
COLUMNS: dict[str, ColumnElement[Any]] = {
    "date": record.date,
    "country": country.slug,
    "id": record.id,
    **{metric: record[metric] for metric in METRICS},
}

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Cut:
    """A point between two rows, beside the row or the day that `values` name.

    With `past` that row lies before the point, otherwise behind it. Without values the point is
    the list's beginning or, with `past`, its end.
    """

    values: Values = ()
    past: bool = False
    # The page lies before the point; its rows are found by walking backwards.
    backward: bool = False


START = Cut()


def read_cut(keys: Sequence[SortKey], place: Place | None) -> Cut | None:
    """Return the point that a place of the address means, None when it cannot be read."""
    if place is None:
        return START
    if place == END:
        return Cut(past=True, backward=True)
    wanted = keys[:1] if place.side == "at" else keys
    if place.side == "at" and keys[0].name != "date":
        return None
    texts = place.key.split(",")
    if len(texts) != len(wanted):
        return None
    try:
        values = tuple(_read(key.name, text) for key, text in zip(wanted, texts, strict=True))
    except ValueError:
        return None
    return Cut(values, past=place.side == "after", backward=place.side == "before")


def write_key(keys: Sequence[SortKey], values: Values) -> str:
    """Return what names a row in an address: the values it is sorted by."""
    return ",".join("" if value is None else str(value) for value in values)


def _read(name: str, text: str) -> Any:
    if name == "date":
        return dt.date.fromisoformat(text)
    if name == "country":
        return text
    if name in METRICS and not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > MAX_COUNT:
        raise ValueError(text)
    return int(text)


def ordering(keys: Sequence[SortKey], *, backward: bool = False) -> list[ColumnElement[Any]]:
    """Return the ORDER BY of a list; what was not reported comes last whichever way it is."""
    terms: list[ColumnElement[Any]] = []
    for key in keys:
        column = COLUMNS[key.name]
        term = column.desc() if key.descending != backward else column.asc()
        if key.name in METRICS:
            term = term.nulls_first() if backward else term.nulls_last()
        terms.append(term)
    return terms


def on_side(keys: Sequence[SortKey], cut: Cut, *, backward: bool) -> ColumnElement[bool] | None:
    """Say which rows lie behind a point or, backward, before it; None when all do."""
    if not cut.values:
        return false() if cut.past != backward else None
    inclusive = cut.past == backward
    alternatives: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for key, value in zip(keys, cut.values, strict=False):
        alternatives.append(and_(*same, _beyond(key, value, backward=backward)))
        same.append(_equal(key, value))
    if inclusive:
        alternatives.append(and_(*same))
    # The first condition follows from the others, but only it can be looked up in an index.
    return and_(_not_short_of(keys[0], cut.values[0], backward=backward), or_(*alternatives))


def _equal(key: SortKey, value: Any) -> ColumnElement[bool]:
    column = COLUMNS[key.name]
    return column.is_(None) if value is None else column == value


def _beyond(key: SortKey, value: Any, *, backward: bool) -> ColumnElement[bool]:
    column = COLUMNS[key.name]
    if value is None:
        return column.is_not(None) if backward else false()
    further = column < value if key.descending != backward else column > value
    return or_(further, column.is_(None)) if key.name in METRICS and not backward else further


def _not_short_of(key: SortKey, value: Any, *, backward: bool) -> ColumnElement[bool]:
    return (
        or_(_equal(key, value), _beyond(key, value, backward=backward))
        if (key.name in METRICS)
        else (
            COLUMNS[key.name] <= value if key.descending != backward else COLUMNS[key.name] >= value
        )
    )
