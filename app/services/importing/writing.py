"""The rows that an import writes: where they come from, and the statements that write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models import METRICS, Record, RecordVersion
from app.services.importing.planning import Plan, of_country, same_key, says_else
from app.services.importing.staging import names, stage

_record = Record.metadata.tables[Record.__tablename__]
_version = Record.metadata.tables[RecordVersion.__tablename__]

# Each record that will be written, as it will be; of a new one the id it may get.
written = Table(
    "import_written",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("country_id", Integer),
    Column("date", Date),
    *(Column(metric, Integer) for metric in METRICS),
    Column("line", Integer),
    Column("revision", Integer),
    prefixes=["TEMPORARY"],
)
is_new = written.c.revision == 1


@dataclass(frozen=True)
class Source:
    """Rows on their way into the register."""

    outbreak_id: int
    # Joins the rows that change a record with it.
    changes: tuple[ColumnElement[bool], ...]
    # What a record will say, by metric, as far as that changes.
    counts: Mapping[str, ColumnElement[int | None]]
    line: ColumnElement[int]
    # Country, day, counts and line of those that are new.
    added: Select[Any]


def from_stage(plan: Plan) -> Source:
    """Let the rows be compared with the register once more, by the statements that write them."""
    counts = {
        metric: stage.c[metric]
        if metric in plan.blanked
        else func.coalesce(stage.c[metric], _record.c[metric])
        for metric in METRICS
    }
    of_record = same_key(plan.outbreak_id)
    changes = (of_country, of_record, says_else(plan.blanked))
    columns = (names.c.country_id, stage.c.date, *(stage.c[metric] for metric in METRICS))
    added = select(*columns, stage.c.line).select_from(stage.join(names, of_country))
    if not plan.first:
        known = _record.alias("known")
        added = added.where(~exists(select(known.c.id).where(same_key(plan.outbreak_id, known))))
    return Source(plan.outbreak_id, changes, counts, stage.c.line, added)


def from_written(outbreak_id: int, metrics: tuple[str, ...]) -> Source:
    """Take the rows that are written down already; only these metrics change."""
    # The sum lets SQLite look for each row's record, never for each record's row.
    changes = (_record.c.id == written.c.id + 0, ~is_new)
    counts = {metric: written.c[metric] for metric in metrics}
    columns = (written.c.country_id, written.c.date, *(written.c[metric] for metric in METRICS))
    added = select(*columns, written.c.line).where(is_new).order_by(written.c.id)
    return Source(outbreak_id, changes, counts, written.c.line, added)


def source_of(plan: Plan) -> Source:
    """Take the rows that are written down, if they are."""
    return from_written(plan.outbreak_id, plan.ready.metrics) if plan.ready else from_stage(plan)


def write_down(session: Session, plan: Plan, last_id: int) -> tuple[str, ...]:
    """Put the rows that a plan writes into `written`; return the metrics that change."""
    written.create(session.connection())
    source = from_stage(plan)
    if plan.added:
        added = source.added.subquery()
        new = select(added.c.line + (last_id - 1), *added.c, literal(1))
        session.execute(insert(written).from_select(written.columns.keys(), new))
    return _write_changes_down(session, source) if plan.changed else ()


def _write_changes_down(session: Session, source: Source) -> tuple[str, ...]:
    changed = select(
        _record.c.id,
        _record.c.country_id,
        _record.c.date,
        *(source.counts[metric] for metric in METRICS),
        source.line,
        _record.c.revision + 1,
    ).where(*source.changes)
    session.execute(insert(written).from_select(written.columns.keys(), changed))
    differs = [
        func.max(written.c[metric].is_distinct_from(_record.c[metric])) for metric in METRICS
    ]
    of_record = written.join(_record, _record.c.id == written.c.id + 0)
    differing = session.execute(select(*differs).select_from(of_record).where(~is_new)).one()
    return tuple(metric for metric, does in zip(METRICS, differing, strict=True) if does)


def keep_versions(
    session: Session, source: Source, changeset_id: int, into: Table = _version
) -> None:
    """Keep what the records say that are going to change."""
    same = [
        column.name for column in _version.c if column.name in _record.c and column.name != "id"
    ]
    states = select(
        *(_record.c[name] for name in same),
        _record.c.id,
        _record.c.changeset_id,
        literal(changeset_id),
    ).where(*source.changes)
    columns = [*same, "record_id", "from_changeset_id", "to_changeset_id"]
    session.execute(insert(into).from_select(columns, states))


def change(session: Session, source: Source, changeset_id: int) -> None:
    """Let the records say what the rows say."""
    session.execute(
        update(_record)
        .values(
            **source.counts,
            line=source.line,
            changeset_id=changeset_id,
            revision=_record.c.revision + 1,
        )
        .where(*source.changes)
    )


def add(session: Session, source: Source, changeset_id: int) -> None:
    """Add the records that are new."""
    added = source.added.subquery()
    rows = select(literal(source.outbreak_id), *added.c, literal(changeset_id), literal(1))
    columns = ["outbreak_id", "country_id", "date", *METRICS, "line", "changeset_id", "revision"]
    session.execute(insert(_record).from_select(columns, rows))
