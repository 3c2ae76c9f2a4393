"""What makes adding very many rows fast: indexes built once, foreign keys checked once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.models import Changeset, Country, CountryTotal, Import, Record
from app.services.importing.staging import names

# Fewer rows than this are not worth the trouble.
WORTHWHILE = 50_000
# An import fills these in their own order, or not at all.
_FILLED_IN_ORDER = {"ix_record_changeset_id", "ix_record_noted"}
# KiB of SQLite's page cache meanwhile: rows are appended, and sorting takes as much again.
_SMALL_CACHE = 8 * 1024

_record = Record.metadata.tables[Record.__tablename__]


@contextmanager
def fast_loading(session: Session, coming: int) -> Iterator[None]:
    """Add very many rows in the block the fast way, where the engine has one.

    Indexes of `record` other than the unique ones are built once at the end. On SQLite no reader
    notices before the commit, so it is done whenever more rows come than there are. PostgreSQL
    locks readers out meanwhile: there it is for the first load, and only when nobody is reading.
    """
    if coming < WORTHWHILE:
        yield
        return
    present = session.scalar(select(func.coalesce(func.sum(CountryTotal.reports), 0))) or 0
    with ExitStack() as stack:
        if session.get_bind().dialect.name == "sqlite":
            if coming >= present:
                stack.enter_context(_small_cache(session))
                stack.enter_context(_late_indexes(session))
        else:
            stack.enter_context(_keys_checked_once(session))
            if coming >= 10 * present and _try(
                session, "LOCK TABLE record IN ACCESS EXCLUSIVE MODE NOWAIT"
            ):
                stack.enter_context(_late_indexes(session))
        yield


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


@contextmanager
def _late_indexes(session: Session) -> Iterator[None]:
    connection = session.connection()
    indexes = [index for index in _record.indexes if index.name not in _FILLED_IN_ORDER]
    for index in indexes:
        index.drop(connection)
    yield
    for index in sorted(indexes, key=lambda index: str(index.name)):
        index.create(connection)


@contextmanager
def _small_cache(session: Session) -> Iterator[None]:
    usual = session.scalar(text("PRAGMA cache_size"))
    session.execute(text(f"PRAGMA cache_size = -{_SMALL_CACHE}"))
    yield
    session.execute(text(f"PRAGMA cache_size = {usual}"))


@contextmanager
def _keys_checked_once(session: Session) -> Iterator[None]:
    """Lock each country the rows refer to once, as PostgreSQL would again for every row.

    Its own checks, four fifths of the time of a load, are left out where the database's user may
    do so; outbreak and changeset are this transaction's own.
    """
    session.execute(
        select(Country.id)
        .where(Country.id.in_(select(names.c.country_id)))
        .with_for_update(read=True, key_share=True)
    )
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
