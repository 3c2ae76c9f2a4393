"""The staged rows into the register: what is new, what changes, and nothing else is written."""

from sqlalchemy import Select, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, Record, RecordVersion
from app.services.bulk_loading import Load, fast_writing
from app.services.bulk_totals import Days, is_most, kept_in_bulk, reckon_anew
from app.services.importing.planning import Plan, of_country, same_key, says_else
from app.services.importing.readying import copy_ready
from app.services.importing.staging import names, stage, touched

_record = Record.metadata.tables[Record.__tablename__]
_version = Record.metadata.tables[RecordVersion.__tablename__]


def apply_plan(session: Session, plan: Plan, changeset: Changeset, days: Days) -> None:
    """Write what the plan found under the changeset, with versions and totals.

    `days` are the totals of the staged rows by day: of an outbreak's first import, the register's.
    """
    changeset.added, changeset.changed = plan.added, plan.changed
    session.flush()
    outbreak_id = plan.outbreak_id
    if plan.changed and is_most(session, outbreak_id, plan.changed):
        _write_records(session, plan, changeset.id)
        reckon_anew(session, outbreak_id, touched)
    else:
        with kept_in_bulk(session, outbreak_id, touched, days if plan.first else None):
            if plan.ready_for != changeset.id or not copy_ready(session):
                _write_records(session, plan, changeset.id)
    session.expire_all()


def _write_records(session: Session, plan: Plan, changeset_id: int) -> None:
    load = Load(plan.changed + plan.added, added=plan.added, versions=plan.changed)
    with fast_writing(session, load, select(names.c.country_id)):
        if plan.changed:
            _keep_versions(session, plan, changeset_id)
            _change(session, plan, changeset_id)
        if plan.added:
            _add(session, plan, changeset_id)


def _keep_versions(session: Session, plan: Plan, changeset_id: int) -> None:
    same = [
        column.name for column in _version.c if column.name in _record.c and column.name != "id"
    ]
    states = (
        select(
            *(_record.c[name] for name in same),
            _record.c.id,
            _record.c.changeset_id,
            literal(changeset_id),
        )
        .select_from(stage.join(names, of_country).join(_record, same_key(plan.outbreak_id)))
        .where(says_else(plan.blanked))
    )
    columns = [*same, "record_id", "from_changeset_id", "to_changeset_id"]
    session.execute(insert(_version).from_select(columns, states))


def _change(session: Session, plan: Plan, changeset_id: int) -> None:
    new = {
        metric: stage.c[metric]
        if metric in plan.blanked
        else func.coalesce(stage.c[metric], _record.c[metric])
        for metric in METRICS
    }
    session.execute(
        update(_record)
        .values(
            **new,
            line=stage.c.line,
            changeset_id=changeset_id,
            revision=_record.c.revision + 1,
        )
        .where(of_country, same_key(plan.outbreak_id), says_else(plan.blanked))
    )


def _add(session: Session, plan: Plan, changeset_id: int) -> None:
    columns = ["outbreak_id", "country_id", "date", *METRICS, "line", "changeset_id", "revision"]
    rows: Select[tuple[object, ...]] = select(
        literal(plan.outbreak_id),
        names.c.country_id,
        stage.c.date,
        *(stage.c[metric] for metric in METRICS),
        stage.c.line,
        literal(changeset_id),
        literal(1),
    ).select_from(stage.join(names, of_country))
    if not plan.first:
        known = _record.alias("known")
        rows = rows.where(~exists(select(known.c.id).where(same_key(plan.outbreak_id, known))))
    session.execute(insert(_record).from_select(columns, rows))
