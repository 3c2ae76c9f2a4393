"""What an import writes on SQLite, made ready before the register is locked.

It holds only while nobody else writes; where that is in doubt, the rows are written by the
statements that need nothing (see applying).
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, insert, literal, select, text
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, CountryTotal, Record, RecordVersion
from app.services.bulk_foreseen import begin_series, foresee, series
from app.services.importing.planning import Plan, Ready
from app.services.importing.staging import touched
from app.services.importing.twins import Twin, is_empty
from app.services.importing.writing import (
    is_new,
    keep_versions,
    source_of,
    write_down,
    written,
)

_record = Record.metadata.tables[Record.__tablename__]
_version = RecordVersion.metadata.tables[RecordVersion.__tablename__]
_records = Twin(Record, "import_ready")
_versions = Twin(RecordVersion, "import_ready_version")
_FILLING_CACHE = 16 * 1024
# Copying a record takes a third of the time of writing to one.
_COPIES = 3


def make_ready(session: Session, plan: Plan, *, large: bool) -> Plan:
    """Make ready what the plan writes; return the plan that has it, if anything can be."""
    if session.get_bind().dialect.name != "sqlite" or not plan.writes:
        return plan
    session.execute(text(f"PRAGMA temp.cache_size = -{_FILLING_CACHE}"))
    if not plan.first:
        last_id = _last_id(session, Record.__tablename__)
        plan = replace(plan, ready=Ready(write_down(session, plan, last_id)))
        _foresee_totals(session, plan.outbreak_id)
    if large and _is_most(session, plan) and _records.fits(session):
        changeset_id = _last_id(session, Changeset.__tablename__) + 1
        _build(session, plan, changeset_id)
        plan = replace(plan, built_for=changeset_id)
    return plan


def put_built(session: Session, plan: Plan, changeset_id: int) -> bool:
    """Let what was built take the place of the register's records; tell whether it could."""
    if plan.built_for != changeset_id or not _records.can_copy(session):
        return False
    if plan.changed and _versions.can_copy(session):
        _versions.replace(session, added=plan.changed)
    elif plan.changed:
        keep_versions(session, source_of(plan), changeset_id)
    _records.replace(session, added=plan.added)
    return True


def _foresee_totals(session: Session, outbreak_id: int) -> None:
    begin_series(session, outbreak_id, touched)
    # The sum keeps SQLite from reading all records.
    of_touched = _record.c.country_id == touched.c.country_id + 0
    since = (_record.c.outbreak_id == outbreak_id) & (_record.c.date >= touched.c.first_date)
    stays = written.c.id.is_(None)
    counts = (case((stays, _record.c[name]), else_=written.c[name]) for name in METRICS)
    there = (
        select(_record.c.outbreak_id, _record.c.country_id, _record.c.date, *counts, literal(0))
        .select_from(
            touched.join(_record, of_touched & since).outerjoin(
                written, written.c.id == _record.c.id
            )
        )
        .order_by(touched.c.country_id, _record.c.date)
    )
    new = (written.c.country_id, written.c.date, *(written.c[metric] for metric in METRICS))
    for rows in (there, select(literal(outbreak_id), *new, literal(1)).where(is_new)):
        session.execute(insert(series).from_select(series.columns.keys(), rows))
    foresee(session, outbreak_id, touched)


def _is_most(session: Session, plan: Plan) -> bool:
    """Tell whether copying all records takes less time than writing to those of the plan."""
    present = session.scalar(select(func.sum(CountryTotal.reports))) or 0
    return _COPIES * (plan.added + plan.changed) >= present + plan.added


def _build(session: Session, plan: Plan, changeset_id: int) -> None:
    """Build all records as they will be, and the first versions."""
    built = [_records]
    if plan.changed and is_empty(session, _version) and _versions.fits(session):
        built.append(_versions)
        _versions.begin(session)
        keep_versions(session, source_of(plan), changeset_id, into=_versions.table)
    _records.begin(session)
    if not is_empty(session, _record):
        _records.put(session, _record.columns.keys(), _staying(plan, changeset_id))
    _put_added(session, plan, changeset_id)
    for twin in built:
        twin.build_indexes(session)


def _put_added(session: Session, plan: Plan, changeset_id: int) -> None:
    added = source_of(plan).added.subquery()
    values: dict[str, ColumnElement[Any]] = {
        "outbreak_id": literal(plan.outbreak_id),
        **added.c,
        "changeset_id": literal(changeset_id),
        "revision": literal(1),
    }
    last_id = _last_id(session, Record.__tablename__)
    # SQLite counts on by itself from the last record, in less time, if that was not deleted.
    if _records.last_id(session) != last_id:
        values["id"] = added.c.line + (last_id - 1)
    _records.put(session, list(values), select(*values.values()))


def _staying(plan: Plan, changeset_id: int) -> Select[Any]:
    """Select the records that are there already, as they will be."""
    if not plan.ready:
        return select(_record)
    will: dict[str, ColumnElement[Any]] = {
        name: written.c[name] for name in (*METRICS, "line", "revision")
    }
    will["changeset_id"] = literal(changeset_id)
    stays = written.c.id.is_(None)
    columns = (
        case((stays, column), else_=will[column.name]) if column.name in will else column
        for column in _record.c
    )
    return select(*columns).select_from(_record.outerjoin(written, written.c.id == _record.c.id))


def _last_id(session: Session, table: str) -> int:
    last = "SELECT seq FROM main.sqlite_sequence WHERE name = :table"
    return session.scalar(text(last), {"table": table}) or 0
