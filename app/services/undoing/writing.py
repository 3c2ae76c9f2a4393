"""The records of a plan, taken back: versions of what is superseded, and totals that stay true."""

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models import Changeset
from app.services.bulk_loading import Load, fast_writing
from app.services.bulk_totals import kept_in_bulk, reckon_anew
from app.services.rules import mark_unchecked
from app.services.undoing.plan import Plan, planned, touched
from app.services.undoing.states import KEY, VALUES, ended, record, version

_to_go_back_to = ended.c.id == planned.c.version_id
_removed = and_(planned.c.is_there, planned.c.version_id.is_(None))
# A record that moves is taken out and put in again, so that two can change places.
_moved = and_(planned.c.is_there, planned.c.arrives)
_set_back = and_(planned.c.is_there, planned.c.version_id.is_not(None), ~planned.c.arrives)


def write_plan(session: Session, plan: Plan, changeset: Changeset) -> None:
    """Take the planned records back under the changeset, with versions and totals."""
    outbreak_id = changeset.outbreak_id
    superseded = plan.removed + plan.set_back
    load = Load(plan.written, plan.put_back, plan.removed, versions=superseded)
    if plan.is_most:
        with fast_writing(session, load):
            _write_records(session, plan, changeset.id)
        reckon_anew(session, outbreak_id, touched)
    else:
        with kept_in_bulk(session, outbreak_id, touched), fast_writing(session, load):
            _write_records(session, plan, changeset.id)
    mark_unchecked(session, changeset, touched)


def _write_records(session: Session, plan: Plan, changeset_id: int) -> None:
    _keep_versions(session, changeset_id)
    leaving = select(planned.c.record_id).where(or_(_removed, _moved))
    session.execute(delete(record).where(record.c.id.in_(leaving)))
    if plan.set_back:
        _go_back(session, changeset_id)
    if plan.set_back or plan.put_back:
        _put_in(session, changeset_id)


def _keep_versions(session: Session, changeset_id: int) -> None:
    same = [column.name for column in version.c if column.name in record.c and column.name != "id"]
    present = (
        select(
            *(record.c[name] for name in same),
            record.c.id,
            record.c.changeset_id,
            literal(changeset_id),
        )
        .join_from(planned, record, record.c.id == planned.c.record_id)
        .where(planned.c.is_there)
    )
    columns = [*same, "record_id", "from_changeset_id", "to_changeset_id"]
    session.execute(insert(version).from_select(columns, present))


def _go_back(session: Session, changeset_id: int) -> None:
    values = {name: ended.c[name] for name in VALUES if name not in KEY}
    session.execute(
        update(record)
        .values(**values, line=None, changeset_id=changeset_id, revision=record.c.revision + 1)
        .where(record.c.id == planned.c.record_id, _set_back, _to_go_back_to)
    )


def _put_in(session: Session, changeset_id: int) -> None:
    newest = version.alias("newest")
    revision: ColumnElement[int] = (
        select(func.max(newest.c.revision) + 1)
        .where(newest.c.record_id == planned.c.record_id)
        .scalar_subquery()
    )
    states = (
        select(
            planned.c.record_id,
            ended.c.outbreak_id,
            *(ended.c[name] for name in VALUES),
            literal(changeset_id),
            revision,
        )
        .join_from(planned, ended, _to_go_back_to)
        .where(planned.c.arrives)
    )
    columns = ["id", "outbreak_id", *VALUES, "changeset_id", "revision"]
    session.execute(insert(record).from_select(columns, states))
