"""Indexes of `record` built once after a large load instead of row by row during it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import CountryTotal, Record

# Fewer rows than this are not worth building an index again for.
_WORTHWHILE = 50_000
# An import fills these in their own order, or not at all.
_FILLED_IN_ORDER = {"ix_record_changeset_id", "ix_record_noted"}
# KiB of page cache meanwhile: rows are appended, and sorting takes as much memory again.
_SMALL_CACHE = 16 * 1024

_record = Record.metadata.tables[Record.__tablename__]


@contextmanager
def late_indexes(session: Session, coming: int) -> Iterator[None]:
    """Leave the indexes of `record` aside while the block adds rows, where that is faster.

    SQLite only, and only when more rows come than the table holds: there it neither blocks a
    reader nor is seen by one before the commit. PostgreSQL would lock every reader out. The
    unique index stays, and keeps what it promises.
    """
    if not _pays(session, coming):
        yield
        return
    connection = session.connection()
    indexes = [index for index in _record.indexes if index.name not in _FILLED_IN_ORDER]
    usual = session.scalar(text("PRAGMA cache_size"))
    session.execute(text(f"PRAGMA cache_size = -{_SMALL_CACHE}"))
    for index in indexes:
        index.drop(connection)
    yield
    for index in sorted(indexes, key=lambda index: str(index.name)):
        index.create(connection)
    session.execute(text(f"PRAGMA cache_size = {usual}"))


def _pays(session: Session, coming: int) -> bool:
    if session.get_bind().dialect.name != "sqlite" or coming < _WORTHWHILE:
        return False
    present = session.scalar(select(func.coalesce(func.sum(CountryTotal.reports), 0)))
    return coming >= (present or 0)
