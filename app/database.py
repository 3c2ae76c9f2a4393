"""The database as every door sees it: model base, types, engines, sessions. No Flask here."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Engine, Index, MetaData, create_engine, event
from sqlalchemy.engine import Connection, Dialect, ExceptionContext
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

# column_0_N_name names a constraint after all of its columns: with column_0_name two unique
# constraints on (a, b) and (a, c) would get one name.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Seconds another writer is waited for before "database is locked" is reported.
SQLITE_BUSY_SECONDS = 10
SQLITE_FOLDING_MS = 500

# KiB of the database that a connection keeps: the largest single lever on import speed. Pages and
# files are as quick with half of it, and each thread of a server may hold one.
SQLITE_CACHE = 65536
SQLITE_READING_CACHE = 32768

# FULL: an acknowledged edit survives a power cut (NORMAL in WAL may lose the last commits).
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={SQLITE_BUSY_SECONDS * 1000}",
    f"PRAGMA cache_size=-{SQLITE_CACHE}",
    "PRAGMA temp_store=FILE",
    "PRAGMA journal_size_limit=67108864",
)


class Base(DeclarativeBase):
    """Base of every model; usable from the app, from Alembic and from a plain script alike."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', None)}>"


class UTCDateTime(TypeDecorator[dt.datetime]):
    """A moment, stored in UTC and handed back aware; SQLite alone would return it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[dt.datetime]:
        """Return what the values are."""
        return dt.datetime

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Turn an aware moment into UTC, refusing a naive one with ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        """Hand the moment back aware, in UTC."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read a moment once: the rows of a page name the same few over and over."""
        process = super().result_processor(dialect, coltype)
        return process and lru_cache(maxsize=256)(process)


def only_on(dialect: str, index: Index) -> Index:
    """Have an index on one engine only."""
    # Who creates tables goes by ddl_if alone, which nobody else can ask.
    index.info["dialect"] = dialect
    return index.ddl_if(dialect=dialect)


def is_on(dialect: str, index: Index) -> bool:
    """Tell whether an engine has an index."""
    return index.info.get("dialect") in (None, dialect)


def utc_now() -> dt.datetime:
    """Tell the present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def normalise_url(url: str) -> str:
    """Return a database URL that SQLAlchemy understands: hosting vendors still say postgres://."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str) -> dict[str, Any]:
    """Say how to create an engine for this URL, for the app and for scripts alike."""
    if url.startswith("postgresql"):
        return {
            "pool_pre_ping": True,
            "connect_args": {
                "connect_timeout": 10,
                "options": "-c timezone=utc -c statement_timeout=60000",
            },
        }
    return {"connect_args": {"timeout": SQLITE_BUSY_SECONDS}}


@event.listens_for(Engine, "connect")
def _set_up_sqlite(dbapi_connection: Any, _record: Any) -> None:
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    # None: the driver starts no transactions of its own, so savepoints and DDL are
    # transactional and the BEGIN below is the only one.
    dbapi_connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        dbapi_connection.execute(pragma)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    # A transaction that starts by reading and then writes fails at once with "database is locked",
    # whatever the timeout: whoever may write takes the lock first.
    options = connection.get_execution_options()
    read_only = options.get("read_only", False)
    deferred = read_only or options.get("locks_later", False)
    dbapi_connection = connection.connection.dbapi_connection
    assert isinstance(dbapi_connection, sqlite3.Connection)
    # Only where it changes: after this pragma SQLite prepares every statement it knows anew.
    if connection.info.get("query_only") is not read_only:
        dbapi_connection.execute(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        cache = SQLITE_READING_CACHE if read_only else SQLITE_CACHE
        dbapi_connection.execute(f"PRAGMA cache_size=-{cache}")
        connection.info["query_only"] = read_only
    dbapi_connection.execute("BEGIN" if deferred else "BEGIN IMMEDIATE")


@event.listens_for(Engine, "handle_error")
def _drop_demoted_primary(context: ExceptionContext) -> None:
    # After a failover the old primary still answers a ping, but refuses to write (SQLSTATE 25006):
    # its connections are as good as dead. Our own read-only transactions are not meant.
    if getattr(context.original_exception, "sqlstate", None) != "25006":
        return
    reading = context.connection and context.connection.get_execution_options().get("read_only")
    if not reading:
        context.is_disconnect = True


def read_only(engine: Engine, *, steady: bool = False) -> Engine:
    """Return the same engine (one pool) whose transactions can only read.

    With `steady` all statements of a transaction see one state, as they always do on SQLite.
    """
    options: dict[str, Any] = {"read_only": True, "postgresql_readonly": True}
    if steady and engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    return engine.execution_options(**options)


def begin_unlocked(session: Session) -> bool:
    """Begin a transaction that takes SQLite's write lock at its first write, not at once.

    Whoever begins so may fill temporary tables for as long as it takes, and blocks nobody; the
    first statement on the register itself must be a write (services.changesets.lock_outbreak is
    one), or follow lock_afresh. In a session that has begun already this does nothing but say so.
    """
    if session.in_transaction():
        return False
    session.connection(execution_options={"locks_later": True})
    return True


def lock_afresh(session: Session, *, checking_keys: bool = True) -> bool:
    """Give up what a transaction of begin_unlocked has read, and take SQLite's write lock.

    Only temporary tables were written so far; they stay until the connection is closed, at the end
    of the transaction. Without `checking_keys` SQLite does not enforce foreign keys from here on
    (it cannot be told so within a transaction): the caller answers for them. On PostgreSQL nothing
    happens; returns whether anything did.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return False
    connection.detach()
    keys = f"PRAGMA foreign_keys={'ON' if checking_keys else 'OFF'}"
    for statement in ("COMMIT", keys, "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(statement)
    session.expire_all()
    return True


def give_up(session: Session) -> None:
    """Close a session whose database failed.

    A server's connection may be broken, so it is thrown away. SQLite's is closed in good order: one
    that was taken out of the pool (see lock_afresh) would otherwise go on holding the write lock.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.close()
    else:
        session.invalidate()


def fold_log(engine: Engine) -> None:
    """Fold SQLite's write-ahead log, long after an import, back into the database file."""
    if engine.dialect.name != "sqlite":
        return
    # Its own way of connecting: a checkpoint runs outside any transaction.
    with closing(engine.raw_connection()) as connection:
        connection.detach()
        cursor = connection.cursor()
        # While it waits for readers to end nobody can write; the next one folds the log.
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_FOLDING_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def open_session(url: str, *, reading: bool = False) -> Iterator[Session]:
    """Open a session on the register for a script, with no app running.

    The caller commits; leaving the block without a commit keeps nothing. Values that were read
    stay readable after a commit. With `reading` the session cannot write and blocks nobody.
    """
    url = normalise_url(url)
    engine = create_engine(url, **engine_options(url))
    try:
        with Session(read_only(engine) if reading else engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()
