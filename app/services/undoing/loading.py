"""What makes writing very many records fast: indexes built once, foreign keys checked once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models import Country
from app.services.undoing.plan import Plan
from app.services.undoing.states import record, version

# Fewer records than this are not worth the trouble.
_WORTHWHILE = 50_000
# An undoing goes through these in their own order.
_IN_ORDER = {
    "ix_record_changeset_id",
    "ix_record_noted",
    "ix_record_version_from_changeset_id_record_id",
    "ix_record_version_to_changeset_id_record_id",
}


@contextmanager
def fast_writing(session: Session, plan: Plan, present: int) -> Iterator[None]:
    """Write very many records in the block the fast way, where the engine has one.

    `present` is how many records the outbreak has. SQLite's readers do not notice that an index
    is away; PostgreSQL would lock them out, and has less to do for a row that goes.
    """
    if plan.written < _WORTHWHILE:
        yield
        return
    with ExitStack() as stack:
        if session.get_bind().dialect.name != "sqlite":
            stack.enter_context(_keys_checked_once(session))
        else:
            staying = present - plan.removed + plan.put_back
            if 2 * plan.written >= staying:
                stack.enter_context(_late_indexes(session, record))
            # Versions are never deleted, so that their ids count them.
            versions = session.scalar(select(func.max(version.c.id))) or 0
            if plan.removed + plan.set_back >= versions:
                stack.enter_context(_late_indexes(session, version))
        yield


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
def _keys_checked_once(session: Session) -> Iterator[None]:
    """Lock each country once, as PostgreSQL would again for every row.

    Its own checks, most of the time of such a load, are left out where the database's user may
    do so: what is written refers to countries that are locked here, to the outbreak, which is
    locked, and to changesets, which nobody deletes.
    """
    session.execute(select(Country.id).with_for_update(read=True, key_share=True))
    try:
        with session.begin_nested():
            session.execute(text("SET LOCAL session_replication_role = replica"))
    except DBAPIError:
        yield
        return
    yield
    session.execute(text("SET LOCAL session_replication_role = origin"))
