"""Pages of any list by the key of the row beside them: as quick at the end as at the beginning."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, unquote

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, func, not_, or_
from sqlalchemy.orm import Session
from sqlalchemy.sql.operators import desc_op

Side = Literal["after", "before"]
# The key of the list's last page is `before` this.
END = "end"
# No number of ours has more digits, and databases refuse larger ones.
_MOST_DIGITS = 9


@dataclass(frozen=True)
class Place:
    """Where a page is: just after, or just before, the row of this key."""

    side: Side
    key: str


@dataclass(frozen=True)
class Page:
    """One page of a list, and its place in the whole; `first_key` and `last_key` are its ends'."""

    entries: Sequence[Any]
    total: int
    before: int = 0
    first_key: str = ""
    last_key: str = ""

    @property
    def first(self) -> int:
        """Return the place of the page's first entry."""
        return self.before + 1

    @property
    def last(self) -> int:
        """Return the place of the page's last entry."""
        return self.before + len(self.entries)


class UnreadableKey(ValueError):
    """A key is not one of this list's."""


def read_page(
    session: Session,
    statement: Select[Any],
    order: Sequence[Any],
    *,
    size: int,
    place: Place | None = None,
    options: Sequence[Any] = (),
) -> Page:
    """Read a page of the statement's entities in an order that is total, in two queries.

    A column of the order that may be NULL stands behind `column.is_(None)`. Raises UnreadableKey.
    """
    keys = _Keys(order)
    backwards = place is not None and place.side == "before"
    beyond = None
    if place is not None and place.key != END:
        beyond = keys.beyond(keys.read(place.key), backwards=backwards)
    total, left = _count(session, statement, beyond)
    asked = statement if beyond is None else statement.where(beyond)
    rows = session.execute(
        asked.add_columns(*keys.columns)
        .options(*options)
        .order_by(None)
        .order_by(*keys.sorted(backwards=backwards))
        .limit(size)
    ).unique()
    found = list(rows.all())
    if backwards:
        found.reverse()
    before = left - len(found) if backwards else total - left
    if not found:
        return Page((), total, before)
    ends = [keys.write(row[1:]) for row in (found[0], found[-1])]
    return Page([row[0] for row in found], total, before, *ends)


def _count(
    session: Session, statement: Select[Any], beyond: ColumnElement[bool] | None
) -> tuple[int, int]:
    """Count all rows, and those on the page's side of its key."""
    counts: list[Any] = [func.count()]
    if beyond is not None:
        counts.append(func.count().filter(beyond))
    counted = statement.with_only_columns(*counts, maintain_column_froms=True).order_by(None)
    row = session.execute(counted).one()
    return row[0], row[-1]


class _Keys:
    """The columns a list is ordered by, and keys made of them."""

    def __init__(self, order: Sequence[Any]) -> None:
        falls = [isinstance(one, UnaryExpression) and one.modifier is desc_op for one in order]
        self.columns: list[Any] = [
            one.element if fall else one for one, fall in zip(order, falls, strict=True)
        ]
        self.falls = falls
        self._types: list[type[Any]] = [column.type.python_type for column in self.columns]

    def sorted(self, *, backwards: bool) -> list[Any]:
        """Return what to order by."""
        return [
            column.desc() if fall is not backwards else column.asc()
            for column, fall in zip(self.columns, self.falls, strict=True)
        ]

    def beyond(self, values: Sequence[Any], *, backwards: bool) -> ColumnElement[bool]:
        """Return the condition of the rows after these values, or before them."""
        conditions = []
        same: list[ColumnElement[bool]] = []
        for column, fall, value in zip(self.columns, self.falls, values, strict=True):
            further = _further(column, value, less=fall is not backwards)
            if further is not None:
                conditions.append(and_(*same, further))
            same.append(_equals(column, value))
        return or_(*conditions)

    def write(self, values: Sequence[Any]) -> str:
        """Return the key of a row with these values, as it stands in an address."""
        return ",".join(_written(value) for value in values)

    def read(self, key: str) -> list[Any]:
        """Read a key."""
        texts = key.split(",")
        if len(texts) != len(self._types):
            raise UnreadableKey(key)
        pairs = zip(texts, self._types, strict=True)
        try:
            return [_READ[kind](unquote(text)) for text, kind in pairs]
        except (ValueError, KeyError) as error:
            raise UnreadableKey(key) from error


def _further(column: Any, value: Any, *, less: bool) -> ColumnElement[bool] | None:
    """Return the condition of a value beyond this one; None where there can be none."""
    if isinstance(value, bool):
        condition: ColumnElement[bool] = not_(column) if less else column
        return condition if value is less else None
    if value is None:
        return None
    beyond: ColumnElement[bool] = column < value if less else column > value
    return beyond


def _equals(column: Any, value: Any) -> ColumnElement[bool]:
    same: ColumnElement[bool]
    if isinstance(value, bool):
        same = column if value else not_(column)
    else:
        same = column.is_(None) if value is None else column == value
    return same


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return quote(text, safe=" :+-")


def _read_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("no text of ours")
    return text


def _read_number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ValueError("no number of ours")
    return int(text)


def _read_moment(text: str) -> dt.datetime | None:
    moment = dt.datetime.fromisoformat(text) if text else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


_READ: dict[type[Any], Callable[[str], Any]] = {
    bool: lambda text: {"0": False, "1": True}[text],
    str: _read_text,
    int: _read_number,
    dt.date: lambda text: dt.date.fromisoformat(text) if text else None,
    dt.datetime: _read_moment,
}
