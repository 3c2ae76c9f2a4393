"""Taking a changeset back, by a changeset of its own."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Record, RecordVersion
from app.services import states
from app.services.changesets import Actor, lock_outbreak, open_changeset
from app.services.messages import Message, ServiceError

# Rows are written one by one here, which a large import would take minutes for.
MOST_ROWS = 1000

UNDONE = Message("This change was undone already.")
BUILT_UPON = Message("Later changes build upon this one. Undo those first, or edit the records.")


class CannotUndo(ServiceError):
    """The changeset cannot be undone: it was already, or later changes build upon it."""


def undo(session: Session, changeset_id: int, actor: Actor, reason: str = "") -> Changeset:
    """Take a changeset back by a changeset of its own.

    Raises CannotUndo, writing nothing, when it was undone before, when a later changeset wrote to
    one of its records or took one of their keys, or when it wrote more than MOST_ROWS rows.
    """
    undone = session.get(Changeset, changeset_id)
    if undone is None:
        raise CannotUndo(Message("There is no such change."))
    lock_outbreak(session, undone.outbreak_id)
    # Read again, now that nobody else can be undoing it.
    session.refresh(undone)
    obstacle = obstacles(session, [undone]).get(undone.id)
    if obstacle is not None:
        raise CannotUndo(obstacle)
    written = list(session.scalars(select(Record).where(Record.changeset_id == changeset_id)))
    superseded = {
        version.record_id: version
        for version in session.scalars(
            select(RecordVersion).where(RecordVersion.to_changeset_id == changeset_id)
        )
    }
    _refuse_taken_keys(session, written, superseded)
    changeset = open_changeset(session, undone.outbreak_id, "undo", actor, reason)
    changeset.undoes_id = undone.id
    _take_back(session, changeset, written, superseded)
    session.flush()
    return changeset


def obstacles(session: Session, changesets: Collection[Changeset]) -> dict[int, Message]:
    """Say, by id, which of these changesets cannot be undone and why, in two queries.

    A key that somebody else took meanwhile is not looked for here; `undo` finds it.
    """
    ids = [changeset.id for changeset in changesets]
    undone = set(session.scalars(select(Changeset.undoes_id).where(Changeset.undoes_id.in_(ids))))
    built_upon = set(
        session.scalars(
            select(Changeset.id).where(
                Changeset.id.in_(ids),
                select(RecordVersion.id)
                .where(RecordVersion.from_changeset_id == Changeset.id)
                .exists(),
            )
        )
    )
    found = {}
    for changeset in changesets:
        rows = changeset.added + changeset.changed + changeset.removed
        if changeset.id in undone:
            found[changeset.id] = UNDONE
        elif changeset.id in built_upon:
            found[changeset.id] = BUILT_UPON
        elif rows > MOST_ROWS:
            found[changeset.id] = Message(
                "This change wrote %(rows)s records. Up to %(most)s can be undone here.",
                rows=f"{rows:,}",
                most=f"{MOST_ROWS:,}",
            )
    return found


def _take_back(
    session: Session,
    changeset: Changeset,
    written: list[Record],
    superseded: dict[int, RecordVersion],
) -> None:
    # Removed first, so that a key which moved from one record to another is free again.
    for record in written:
        if record.id not in superseded:
            states.remove(session, changeset, record)
    for record in written:
        if record.id in superseded:
            values = states.values_of(superseded.pop(record.id))
            states.rewrite(session, changeset, record, values)
    for version in superseded.values():
        states.restore(session, changeset, version)


def _refuse_taken_keys(
    session: Session, written: list[Record], superseded: dict[int, RecordVersion]
) -> None:
    freed = {states.values_of(record).key for record in written}
    for version in superseded.values():
        key = states.values_of(version).key
        if key not in freed and states.find_record(session, version.outbreak_id, *key):
            raise CannotUndo(BUILT_UPON)
