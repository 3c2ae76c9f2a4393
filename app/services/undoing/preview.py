"""What undoing a changeset would do, counted without writing."""

from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from app.models import Changeset
from app.services.undoing.chains import obstacles, size
from app.services.undoing.refusals import BUILT_UPON, UNKNOWN, CannotUndo
from app.services.undoing.states import (
    began,
    changed_since,
    ended,
    ended_by,
    key_taken,
    record,
)


@dataclass(frozen=True)
class Preview:
    """How many records undoing a changeset would remove, set back, put back and keep."""

    changeset: Changeset
    removed: int
    set_back: int
    put_back: int
    kept: int

    @property
    def written(self) -> int:
        """Return how many records the undoing would write."""
        return self.removed + self.set_back + self.put_back


def preview_undo(session: Session, changeset_id: int) -> Preview:
    """Count what undoing a changeset would do; five queries.

    What they read grows with what others changed since and with what the changeset itself
    changed or deleted, not with what it added. Where all of several records are kept, nothing
    would be written. Raises CannotUndo when there is nothing to undo.
    """
    changeset = session.get(Changeset, changeset_id)
    if changeset is None:
        raise CannotUndo(UNKNOWN)
    obstacle = obstacles(session, [changeset]).get(changeset_id)
    if obstacle is not None:
        raise CannotUndo(obstacle)
    since, since_changed = _count_changed_since(session, changeset_id)
    taken, taken_deleted = _count_taken(session, changeset_id)
    preview = Preview(
        changeset,
        removed=changeset.added - (since - since_changed),
        set_back=changeset.changed - since_changed - (taken - taken_deleted),
        put_back=changeset.removed - taken_deleted,
        kept=since + taken,
    )
    if not preview.written and size(changeset) == 1:
        raise CannotUndo(BUILT_UPON)
    return preview


def _count_changed_since(session: Session, changeset_id: int) -> tuple[int, int]:
    """Count the records that were changed since, and those of them that were there before."""
    before = exists().where(ended_by(changeset_id), ended.c.record_id == began.c.record_id)
    statement = select(func.count(), func.count(case((before, 1)))).where(
        changed_since(changeset_id)
    )
    all_of_them, there_before = session.execute(statement.select_from(began)).one()
    return all_of_them, there_before


def _count_taken(session: Session, changeset_id: int) -> tuple[int, int]:
    """Count the records whose former key another has, and those of them that are deleted."""
    untouched = ~exists().where(changed_since(changeset_id), began.c.record_id == ended.c.record_id)
    gone = ~exists().where(record.c.id == ended.c.record_id)
    statement = select(func.count(), func.count(case((gone, 1)))).where(
        ended_by(changeset_id), key_taken(changeset_id), untouched
    )
    all_of_them, deleted = session.execute(statement.select_from(ended)).one()
    return all_of_them, deleted
