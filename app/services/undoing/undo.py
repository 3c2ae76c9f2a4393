"""Taking a changeset back: many records or one, by the same few statements."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import begin_unlocked, lock_afresh
from app.models import Changeset
from app.services.changesets import Actor, lock_outbreak, newest_changeset, open_changeset
from app.services.rules import check_changed
from app.services.undoing.chains import obstacles, size
from app.services.undoing.plan import Plan, Progress, drop_plan, make_plan
from app.services.undoing.refusals import (
    BUILT_UPON,
    UNKNOWN,
    CannotUndo,
    KeepsRecords,
    NothingLeft,
)
from app.services.undoing.writing import write_plan

# So many records are looked at by the rules at once; those of more by whoever commits.
_CHECKED_AT_ONCE = 1_000


def undo(
    session: Session,
    changeset_id: int,
    actor: Actor,
    reason: str = "",
    *,
    most_kept: int | None = None,
    progress: Progress | None = None,
) -> Changeset:
    """Take a changeset back by a changeset of its own.

    What others changed since is kept; the records of the changeset less those of its undoing say
    how many. In a session that has not begun a transaction the write lock is taken only when it is
    known what becomes of each record. Raises KeepsRecords when more than `most_kept` are kept, and
    CannotUndo when it was undone before or when nothing is left to undo; then nothing is written.
    The rules have looked at what a small one writes; see rules.check_unchecked for a large one.
    """
    began = begin_unlocked(session)
    _allow_time(session)
    undone = _find(session, changeset_id)
    if not began:
        _lock(session, undone)
    session.flush()
    latest = newest_changeset(session, undone.outbreak_id)
    plan = make_plan(session, undone, progress)
    if began:
        lock_afresh(session)
        _lock(session, undone)
        if newest_changeset(session, undone.outbreak_id) != latest:
            plan = make_plan(session, undone)
    _agree(session, plan, size(undone), most_kept)
    changeset = open_changeset(session, undone.outbreak_id, "undo", actor, reason)
    changeset.undoes_id = undone.id
    changeset.added, changeset.changed = plan.put_back, plan.set_back
    changeset.removed = plan.removed
    session.flush()
    _write(session, plan, changeset)
    return changeset


def _write(session: Session, plan: Plan, changeset: Changeset) -> None:
    write_plan(session, plan, changeset)
    drop_plan(session)
    # What the session knows of records is of the state before.
    session.expire_all()
    if plan.written <= _CHECKED_AT_ONCE:
        check_changed(session, changeset)


def _find(session: Session, changeset_id: int) -> Changeset:
    undone = session.get(Changeset, changeset_id)
    if undone is None:
        raise CannotUndo(UNKNOWN)
    _refuse_obstacle(session, undone)
    return undone


def _lock(session: Session, undone: Changeset) -> None:
    lock_outbreak(session, undone.outbreak_id)
    # Read again, now that nobody else can be undoing it.
    session.refresh(undone)
    _refuse_obstacle(session, undone)


def _refuse_obstacle(session: Session, undone: Changeset) -> None:
    obstacle = obstacles(session, [undone]).get(undone.id)
    if obstacle is not None:
        raise CannotUndo(obstacle)


def _allow_time(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def _agree(session: Session, plan: Plan, all_of_them: int, most_kept: int | None) -> None:
    """Refuse a plan that writes nothing, or keeps more than the caller agreed to."""
    kept = all_of_them - plan.written
    refusal: CannotUndo | None = None
    if not plan.written:
        refusal = CannotUndo(BUILT_UPON) if all_of_them == 1 else NothingLeft()
    elif most_kept is not None and kept > most_kept:
        refusal = KeepsRecords(kept)
    if refusal is not None:
        drop_plan(session)
        raise refusal
