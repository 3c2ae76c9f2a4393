"""Statements built once and run with other values from then on.

To put a statement together and to recognise it again takes SQLAlchemy several times as long as
to run it, and a page of the list runs half a dozen of them. So conditions name their values
(`bindparam`), whoever uses them says by a `shape` what they look like, and statements of one
shape are one statement.
"""

from collections.abc import Callable, Hashable, Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, CursorResult, Select
from sqlalchemy.orm import Session

# There are few shapes; strange addresses can make more.
MOST_SHAPES = 2_000

_statements: dict[Hashable, Select[Any]] = {}


def run(
    session: Session,
    shape: Hashable,
    build: Callable[[], Select[Any]],
    values: Mapping[str, Any],
) -> CursorResult[*tuple[Any, ...]]:
    """Run the statement of this shape, built when it is the first one."""
    statement = _statements.get(shape)
    if statement is None:
        if len(_statements) >= MOST_SHAPES:
            _statements.clear()
        statement = _statements[shape] = build()
    return connection_of(session).execute(statement, values)


def connection_of(session: Session) -> Connection:
    """Return the connection of the session's transaction, asked for once.

    Statements go there and not through the session, which would look for objects to load; to ask
    it for its connection takes a fifth of what a small statement does.
    """
    known = session.info.get("connection")
    transaction = session.get_transaction()
    if known is not None and known[0] is transaction:
        connection: Connection = known[1]
        return connection
    connection = session.connection()
    session.info["connection"] = session.get_transaction(), connection
    return connection


def run_for_file(
    session: Session,
    shape: Hashable,
    build: Callable[[], Select[Any]],
    values: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    """Run a statement for tuples as the driver makes them, whose values need no conversion.

    SQLAlchemy's rows take half as long again as a file of a million records does without them.
    """
    with closing(run(session, shape, build, values)) as result:
        cursor = result.cursor
        assert cursor is not None
        return list(cursor.fetchall())
