"""What makes writing very many records fast: indexes built once, foreign keys checked once."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import Select, Table, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.models import Changeset, Country, CountryTotal, Import, Record, RecordVersion

# Fewer records than this are not worth the trouble.
WORTHWHILE = 50_000
# Whoever writes very many records goes through these in their own order.
_IN_ORDER = {
    "ix_record_changeset_id",
    "ix_record_changeset_id_id",
    "ix_record_noted",
    "ix_record_version_from_changeset_id_record_id",
    "ix_record_version_to_changeset_id_record_id",
}
# KiB of SQLite's page cache where rows are gone through in order; sorting takes as much again.
_SMALL_CACHE = 8 * 1024

_record = Record.metadata.tables[Record.__tablename__]
_version = Record.metadata.tables[RecordVersion.__tablename__]


@dataclass(frozen=True)
class Load:
    """How many records are written to, how many of them come and go, and versions of how many."""

    written: int
    added: int = 0
    removed: int = 0
    versions: int = 0


@contextmanager
def fast_writing(
    session: Session, load: Load, countries: Select[tuple[int]] | None = None
) -> Iterator[None]:
    """Write very many records in the block the fast way, where the engine has one.

    Indexes other than the unique ones are built once at the end where that takes less time.
    SQLite's readers do not notice before the commit; PostgreSQL locks them out meanwhile, so there
    it is for a first load, and only when nobody is reading. `countries` are those that the records
    refer to, if not all.
    """
    if load.written < WORTHWHILE:
        yield
        return
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    tables = _late_on_sqlite(session, load) if on_sqlite else _late_on_postgresql(session, load)
    with ExitStack() as stack:
        if not on_sqlite:
            stack.enter_context(_keys_checked_once(session, countries))
        elif _record in tables:
            # Indexes that stay are written to all over.
            stack.enter_context(small_cache(session))
        for table in tables:
            stack.enter_context(_late_indexes(session, table))
        yield


@contextmanager
def small_cache(session: Session) -> Iterator[None]:
    """Keep SQLite's cache of the database small in the block, and what it sorts at a time."""
    # Its own connection, which can be told so even when the transaction has failed.
    raw = session.connection().connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    (usual,) = raw.execute("PRAGMA cache_size").fetchone()
    raw.execute(f"PRAGMA cache_size = -{_SMALL_CACHE}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA cache_size = {usual}")


def look_at_sizes(session: Session, *tables: Table) -> None:
    """Let PostgreSQL see how large tables have become; it guesses for those it has not looked at.

    Its guess would read the whole register for the undoing of one record.
    """
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            session.execute(text(f"ANALYZE {table.name}"))


def check_keys(session: Session) -> None:
    """Check the keys of what an import writes, where SQLite does not (database.lock_afresh).

    Those of records and totals are the outbreak's, the changeset's and those of countries found
    by their names or created by this transaction; the outbreak is locked.
    """
    for table in (Import.__tablename__, Changeset.__tablename__):
        broken = session.execute(text(f"PRAGMA main.foreign_key_check('{table}')")).first()
        if broken:
            statement = f"{broken.table} {broken.rowid} refers to no {broken.parent}"
            raise IntegrityError(statement, None, Exception("FOREIGN KEY constraint failed"))


def _late_on_sqlite(session: Session, load: Load) -> list[Table]:
    staying = _count_records(session) + load.added - load.removed
    late = [_record] if 2 * load.written >= staying else []
    if load.versions:
        # Versions are never deleted, so that their ids count them.
        present = session.scalar(select(func.max(_version.c.id))) or 0
        if load.versions >= present:
            late.append(_version)
    return late


def _late_on_postgresql(session: Session, load: Load) -> list[Table]:
    if load.added < 10 * _count_records(session):
        return []
    alone = _try(session, "LOCK TABLE record IN ACCESS EXCLUSIVE MODE NOWAIT")
    return [_record] if alone else []


def _count_records(session: Session) -> int:
    return session.scalar(select(func.sum(CountryTotal.reports))) or 0


@contextmanager
def _late_indexes(session: Session, table: Table) -> Iterator[None]:
    connection = session.connection()
    indexes = [index for index in table.indexes if index.name not in _IN_ORDER]
    for index in indexes:
        index.drop(connection)
    yield
    for index in sorted(indexes, key=lambda index: str(index.name)):
        index.create(connection)


@contextmanager
def _keys_checked_once(session: Session, countries: Select[tuple[int]] | None) -> Iterator[None]:
    """Lock each country the records refer to once, as PostgreSQL would again for every row.

    Its own checks, most of the time of such a load, are left out where the database's user may
    do so: the outbreak is locked, too, and nobody deletes a changeset.
    """
    referred = select(Country.id)
    if countries is not None:
        referred = referred.where(Country.id.in_(countries))
    session.execute(referred.with_for_update(read=True, key_share=True))
    if not _try(session, "SET LOCAL session_replication_role = replica"):
        yield
        return
    yield
    session.execute(text("SET LOCAL session_replication_role = origin"))


def _try(session: Session, statement: str) -> bool:
    try:
        with session.begin_nested():
            session.execute(text(statement))
    except DBAPIError:
        return False
    return True
