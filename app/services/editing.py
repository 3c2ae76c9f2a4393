"""A person's additions and edits: as the register's, with warnings that wait for a reason."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.models import Outbreak, Record
from app.services import plausibility, register
from app.services.changesets import Actor
from app.services.states import RecordValues


def add(
    session: Session,
    outbreak: Outbreak,
    values: RecordValues,
    actor: Actor,
    *,
    why: str = "",
    kept: Mapping[str, str],
) -> Record:
    """Add a record; Implausible unless each warning about it is kept with a reason.

    Raises DuplicateRecord when its key is taken.
    """
    register.lock_for_addition(session, outbreak.id, values)
    warnings = plausibility.check_record(session, outbreak, values)
    plausibility.refuse_unexplained(warnings, kept)
    reason = plausibility.reason_of(why, warnings, kept)
    record = register.add_locked(session, outbreak.id, values, actor, reason)
    plausibility.accept_kept(session, outbreak.id, warnings, kept, actor)
    return record


def change(
    session: Session,
    record_id: int,
    values: RecordValues,
    actor: Actor,
    *,
    revision: int,
    why: str,
    kept: Mapping[str, str],
) -> Record:
    """Change a record; Implausible unless each new warning about it is kept with a reason.

    Raises StaleRecord when somebody changed it meanwhile, DuplicateRecord when the new key is
    taken.
    """
    record = register.lock_for_change(session, record_id, values, revision)
    warnings = plausibility.check_record(session, record.outbreak, values, record)
    plausibility.refuse_unexplained(warnings, kept)
    reason = plausibility.reason_of(why, warnings, kept)
    register.change_locked(session, record, values, actor, reason)
    plausibility.accept_kept(session, record.outbreak_id, warnings, kept, actor)
    return record
