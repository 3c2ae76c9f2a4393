"""Which failures are the database's, not ours, and what to say about them."""

import errno
import sqlite3
import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.services.messages import Message

if TYPE_CHECKING:
    import psycopg

AWAY = Message("The database cannot be reached at the moment.")
BUSY = Message("The database is busy with somebody else's changes.")
FULL = Message("There is no room left on the disk that holds the register.")
REFUSED = Message("The disk that holds the register refuses what is written; it may be full.")
READ_ONLY = Message("The register can only be read at the moment.")
DAMAGED = Message("The register's file is damaged. Restore it from a backup.")
OLD_TABLES = Message(
    "The register's tables are missing or older than this program. Run: %(command)s",
    command="flask db upgrade",
)

# By the first letters of SQLite's error name.
_SQLITE = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_PROTOCOL": BUSY,
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_CANTOPEN": AWAY,
    # A limit on the size of files, or of what somebody may store, is met in this way.
    "SQLITE_IOERR_WRITE": REFUSED,
    "SQLITE_IOERR_FSYNC": REFUSED,
    "SQLITE_IOERR": AWAY,
    "SQLITE_INTERRUPT": BUSY,
}

# By SQLSTATE, or by its class, the first two characters.
_POSTGRESQL = {
    "08": AWAY,
    "25006": READ_ONLY,
    "40": BUSY,
    "42P01": OLD_TABLES,
    "42703": OLD_TABLES,
    "53100": FULL,
    "53": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
    "57": AWAY,
    "58": AWAY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}


def explain(error: BaseException) -> Message | None:
    """Say in words why the database failed; None when the fault is the program's own."""
    if isinstance(error, PoolTimeout):
        return BUSY
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        return _explain_sqlite(cause)
    # Where the driver was not loaded, which takes a while, nothing of it can have failed.
    driver = sys.modules.get("psycopg")
    if driver is not None and isinstance(cause, driver.Error):
        return _explain_postgresql(cause)
    if isinstance(error, SQLAlchemyError) and getattr(error, "connection_invalidated", False):
        return AWAY
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FULL
    return None


def _explain_sqlite(error: sqlite3.Error) -> Message | None:
    name: str = getattr(error, "sqlite_errorname", "")
    for start, message in _SQLITE.items():
        if name.startswith(start):
            return message
    # SQLite has one code for every mistake in a statement.
    return OLD_TABLES if str(error).startswith(("no such table", "no such column")) else None


def _explain_postgresql(error: "psycopg.Error") -> Message | None:
    if error.sqlstate is None:
        # The connection broke, so the server could not name a reason.
        broken = ("OperationalError", "InterfaceError")
        return AWAY if any(kind.__name__ in broken for kind in type(error).__mro__) else None
    return _POSTGRESQL.get(error.sqlstate) or _POSTGRESQL.get(error.sqlstate[:2])
