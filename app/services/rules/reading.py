"""Rows as the driver has them: a million are read after a large import, a thousand at each edit."""

import datetime as dt
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Select, String, type_coerce
from sqlalchemy.orm import Session

# Days of two centuries: those of one outbreak are asked for again and again.
_MOST_DAYS = 1 << 16


def as_stored(date: Column[dt.date]) -> ColumnElement[Any]:
    """Select a day as the database has it, a text on SQLite; `read_day` turns it into a day."""
    return type_coerce(date, String)


@lru_cache(maxsize=_MOST_DAYS)
def read_day(stored: str | dt.date) -> dt.date:
    """Return the day that a database has."""
    return dt.date.fromisoformat(stored) if isinstance(stored, str) else stored


def fetch(
    session: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, Any]
) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a statement as plain tuples."""
    return list(stream(session, statement, asked))


def stream(
    session: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, Any]
) -> Generator[tuple[Any, ...]]:
    """Go through the rows of a statement as plain tuples, as SQLite finds them."""
    cursor = session.connection().execute(statement, asked).cursor
    assert cursor is not None
    with closing(cursor):
        # The driver's cursors are iterable, which SQLAlchemy's description of them leaves out.
        yield from cast(Iterable[tuple[Any, ...]], cursor)
