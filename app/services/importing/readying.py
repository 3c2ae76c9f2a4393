"""An empty register's records made ready beside it, so that SQLite has only to copy them.

SQLite copies a table and its indexes as they are, without sorting or checking anything, where the
statement is INSERT INTO a SELECT * FROM b, `a` is empty, both have the same columns, checks and
indexes, and foreign keys are not enforced (database.lock_afresh). Where one of these does not
hold, the rows go in by the ordinary way.
"""

from dataclasses import replace

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    case,
    exists,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from app.models import METRICS, Changeset, Record
from app.services.bulk_foreseen import begin_series, foresee, series
from app.services.bulk_loading import small_cache
from app.services.importing.planning import Plan, Ready
from app.services.importing.staging import touched
from app.services.importing.writing import from_stage, is_new, write_down, written

_record = Record.metadata.tables[Record.__tablename__]
_COPY = "INSERT INTO main.record SELECT * FROM temp.import_ready"
# KiB of page cache while sorting: what is sorted at a time then stays within the processor's own.
_SORTING_CACHE = 2 * 1024
_FILLING_CACHE = 16 * 1024


def _like_record() -> Table:
    columns = [
        Column(
            column.name,
            column.type,
            primary_key=column.primary_key,
            nullable=column.nullable,
            server_default=getattr(column.server_default, "arg", None),
        )
        for column in _record.columns
    ]
    table = Table("import_ready", MetaData(), *columns, prefixes=["TEMPORARY"])
    # In their order, which has to be the same.
    for constraint in Record.__table_args__:
        if isinstance(constraint, UniqueConstraint):
            table.append_constraint(UniqueConstraint(*(table.c[c.name] for c in constraint)))
        elif isinstance(constraint, CheckConstraint):
            table.append_constraint(CheckConstraint(str(constraint.sqltext)))
    return table


_ready = _like_record()
_indexes = [
    Index(
        f"import_ready_{number}",
        *(_ready.c[column.name] for column in index.columns),
        sqlite_where=index.dialect_options["sqlite"]["where"],
    )
    for number, index in enumerate(sorted(_record.indexes, key=lambda index: str(index.name)))
]


def make_ready(session: Session, plan: Plan, *, large: bool) -> Plan:
    """Make ready what the plan writes; return the plan that has it, if anything can be."""
    if session.get_bind().dialect.name != "sqlite" or not plan.writes:
        return plan
    session.connection().exec_driver_sql(f"PRAGMA temp.cache_size = -{_FILLING_CACHE}")
    if not plan.first:
        return _write_down(session, plan)
    return _build_records(session, plan) if large and _can_copy(session) else plan


def _write_down(session: Session, plan: Plan) -> Plan:
    outbreak_id = plan.outbreak_id
    next_id = _last_id(session, Record.__tablename__) + 1
    ready = Ready(write_down(session, plan, next_id))
    begin_series(session, outbreak_id, touched)
    # The sum keeps SQLite from reading all records.
    of_touched = _record.c.country_id == touched.c.country_id + 0
    since = (_record.c.outbreak_id == outbreak_id) & (_record.c.date >= touched.c.first_date)
    stays = written.c.id.is_(None)
    counts = (case((stays, _record.c[name]), else_=written.c[name]) for name in METRICS)
    there = select(_record.c.outbreak_id, _record.c.country_id, _record.c.date, *counts, literal(0))
    there = there.select_from(
        touched.join(_record, of_touched & since).outerjoin(written, written.c.id == _record.c.id)
    ).order_by(touched.c.country_id, _record.c.date)
    new = (written.c.country_id, written.c.date, *(written.c[metric] for metric in METRICS))
    for rows in (there, select(literal(outbreak_id), *new, literal(1)).where(is_new)):
        session.execute(insert(series).from_select(series.columns.keys(), rows))
    foresee(session, outbreak_id, touched)
    return replace(plan, ready=ready)


def _build_records(session: Session, plan: Plan) -> Plan:
    changeset_id = _last_id(session, Changeset.__tablename__) + 1
    connection = session.connection()
    connection.exec_driver_sql("DROP TABLE IF EXISTS temp.import_ready")
    # Without its indexes, which are built once the rows are there.
    connection.execute(CreateTable(_ready))
    added = from_stage(plan).added.subquery()
    rows = select(
        added.c.line + (_last_id(session, Record.__tablename__) - 1),
        literal(plan.outbreak_id),
        *added.c,
        literal(changeset_id),
        literal(1),
    )
    columns = ["id", "outbreak_id", "country_id", "date", *METRICS, "line"]
    columns += ["changeset_id", "revision"]
    session.execute(insert(_ready).from_select(columns, rows))
    connection.exec_driver_sql(f"PRAGMA main.cache_size = -{_SORTING_CACHE}")
    for index in _indexes:
        index.create(connection)
    return replace(plan, ready_for=changeset_id)


def copy_ready(session: Session) -> bool:
    """Copy the records that were made ready into the register; tell whether that was possible."""
    steps = session.execute(text(f"EXPLAIN {_COPY}"))
    # The step that takes a row as it is, which the ordinary way does not know.
    as_it_is = any(step.opcode == "RowData" for step in steps)
    if not as_it_is or not _can_copy(session):
        return False
    # It writes from end to end, so nothing is gained by keeping what was written.
    with small_cache(session):
        session.execute(text(_COPY))
    return True


def _can_copy(session: Session) -> bool:
    """Tell whether the register has no record, and its columns in the order of the model."""
    columns = session.execute(text("PRAGMA main.table_info(record)"))
    in_order = [column.name for column in columns] == _record.columns.keys()
    return in_order and not session.scalar(select(exists(_record.c.id)))


def _last_id(session: Session, table: str) -> int:
    last = "SELECT seq FROM main.sqlite_sequence WHERE name = :table"
    return session.scalar(text(last), {"table": table}) or 0
