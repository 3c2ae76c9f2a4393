"""The staged rows into the register: what is new, what changes, and nothing else is written."""

from sqlalchemy import Select, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, Record, RecordVersion
from app.services.bulk_totals import Days, kept_in_bulk
from app.services.importing.loading import fast_loading
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
    known_days = days if plan.first else None
    with kept_in_bulk(session, plan.outbreak_id, touched, known_days):
        if plan.changed:
            _keep_versions(session, plan, changeset.id)
            _change(session, plan, changeset.id)
        made_ready = plan.ready_for == changeset.id and copy_ready(session)
        if plan.added and not made_ready:
            with fast_loading(session, plan.added):
                _add(session, plan, changeset.id)
    session.expire_all()


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
