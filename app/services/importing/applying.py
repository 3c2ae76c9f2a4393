"""A plan into the register: what is new, what changes, and nothing else is written."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset
from app.services.bulk_foreseen import put_foreseen
from app.services.bulk_loading import Load, fast_writing
from app.services.bulk_totals import Days, is_most, kept_in_bulk, reckon_anew
from app.services.importing.planning import Plan
from app.services.importing.readying import put_built
from app.services.importing.staging import names, touched
from app.services.importing.writing import add, change, keep_versions, source_of


def apply_plan(session: Session, plan: Plan, changeset: Changeset, days: Days) -> None:
    """Write what the plan found under the changeset, with versions and totals.

    `days` are the totals of the staged rows by day: of an outbreak's first import, the register's.
    """
    changeset.added, changeset.changed = plan.added, plan.changed
    session.flush()
    outbreak_id = plan.outbreak_id
    if plan.ready:
        _write_records(session, plan, changeset.id)
        put_foreseen(session)
    elif plan.changed and is_most(session, outbreak_id, plan.changed):
        _write_records(session, plan, changeset.id)
        reckon_anew(session, outbreak_id, touched)
    else:
        with kept_in_bulk(session, outbreak_id, touched, days if plan.first else None):
            _write_records(session, plan, changeset.id)
    session.expire_all()


def _write_records(session: Session, plan: Plan, changeset_id: int) -> None:
    if put_built(session, plan, changeset_id):
        return
    source = source_of(plan)
    load = Load(plan.changed + plan.added, added=plan.added, versions=plan.changed)
    with fast_writing(session, load, select(names.c.country_id)):
        if plan.changed:
            keep_versions(session, source, changeset_id)
            change(session, source, changeset_id)
        if plan.added:
            add(session, source, changeset_id)
