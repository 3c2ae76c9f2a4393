"""Statements built once and run with other values from then on.

To put a statement together and to recognise it again takes SQLAlchemy several times as long as
to run it, and a page of the list runs half a dozen of them. So conditions name their values
(`bindparam`), whoever uses them says by a `shape` what they look like, and statements of one
shape are one statement.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from sqlalchemy import CursorResult, Select
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
    # Not through the session: it would look for objects to load.
    return session.connection().execute(statement, values)
