"""One change of many records at once: the same counts for all of them, by statements over sets."""

from collections.abc import Mapping

from sqlalchemy import (
    Column,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from app.models import Changeset, Record, RecordVersion
from app.services.bulk_totals import kept_in_bulk
from app.services.changesets import Actor, open_changeset
from app.services.rules import check_series

_record = Record.metadata.tables[Record.__tablename__]
_version = Record.metadata.tables[RecordVersion.__tablename__]
# Apart from the register's own tables: these live as long as one change.
_temporary = MetaData()
_edited = Table(
    "edited_record",
    _temporary,
    Column("record_id", Integer, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
# Countries that are written to, each from its first day on.
_touched = Table(
    "edited_country",
    _temporary,
    Column("country_id", Integer, primary_key=True, autoincrement=False),
    Column("first_date", Date),
    prefixes=["TEMPORARY"],
)


def set_counts(
    session: Session,
    outbreak_id: int,
    records: Select[int],
    counts: Mapping[str, int | None],
    actor: Actor,
    reason: str,
) -> Changeset:
    """Give the selected records of a locked outbreak these counts, as one changeset.

    Records that say so already are left alone. The rules have looked at the series it touched.
    """
    changeset = open_changeset(session, outbreak_id, "bulk", actor, reason)
    session.flush()
    _find(session, outbreak_id, records, counts)
    with kept_in_bulk(session, outbreak_id, _touched):
        _keep_versions(session, changeset)
        edited = select(_edited.c.record_id)
        written = {**counts, "changeset_id": changeset.id, "line": None}
        session.execute(
            update(_record)
            .where(_record.c.id.in_(edited))
            .values(**written, revision=_record.c.revision + 1)
        )
    changeset.changed = session.scalar(select(func.count()).select_from(_edited)) or 0
    countries = list(session.scalars(select(_touched.c.country_id)))
    _drop(session)
    session.flush()
    # What the session knows of records is of the state before.
    session.expire_all()
    check_series(session, outbreak_id, countries, changeset.id)
    return changeset


def _find(
    session: Session, outbreak_id: int, records: Select[int], counts: Mapping[str, int | None]
) -> None:
    _drop(session)
    _temporary.create_all(session.connection(), checkfirst=False)
    differs = [_record.c[name].is_distinct_from(count) for name, count in counts.items()]
    wanted = select(_record.c.id).where(
        _record.c.outbreak_id == outbreak_id, _record.c.id.in_(records)
    )
    differing = wanted.where(or_(*differs))
    session.execute(insert(_edited).from_select(["record_id"], differing))
    where = (
        select(_record.c.country_id, func.min(_record.c.date))
        .where(_record.c.id.in_(select(_edited.c.record_id)))
        .group_by(_record.c.country_id)
    )
    session.execute(insert(_touched).from_select(["country_id", "first_date"], where))


def _keep_versions(session: Session, changeset: Changeset) -> None:
    same = [
        column.name for column in _version.c if column.name in _record.c and column.name != "id"
    ]
    present = select(
        *(_record.c[name] for name in same),
        _record.c.id,
        _record.c.changeset_id,
        literal(changeset.id),
    ).where(_record.c.id.in_(select(_edited.c.record_id)))
    columns = [*same, "record_id", "from_changeset_id", "to_changeset_id"]
    session.execute(insert(_version).from_select(columns, present))


def _drop(session: Session) -> None:
    schema = "temp" if session.get_bind().dialect.name == "sqlite" else "pg_temp"
    for table in _temporary.tables.values():
        session.execute(text(f"DROP TABLE IF EXISTS {schema}.{table.name}"))
