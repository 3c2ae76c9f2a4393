"""Changesets: every write to the register belongs to one, which says who, when and why."""

from dataclasses import dataclass

from sqlalchemy import delete, false, func, select
from sqlalchemy.orm import Session

from app.models import Changeset, Outbreak
from app.services.cells import read_text

# Room for the why and for what was kept against each warning.
MAX_REASON = 5000


@dataclass(frozen=True)
class Actor:
    """Who does something; scripts and commands have a name and no user."""

    name: str
    user_id: int | None = None


def lock_outbreak(session: Session, outbreak_id: int) -> None:
    """Let one writer at a time change an outbreak's records, until the transaction ends.

    Changesets are thus committed in the order of their ids, which is what asking for a past state
    relies on. SQLite has one writer anyway, who may have begun without the lock (see
    database.begin_unlocked) and takes it here; PostgreSQL locks the outbreak's row.
    """
    if session.get_bind().dialect.name == "sqlite":
        # It changes no row, but as a write it waits for the lock and keeps it.
        nothing = delete(Outbreak).where(false())
        session.execute(nothing, execution_options={"synchronize_session": False})
    else:
        session.execute(
            select(Outbreak.id).where(Outbreak.id == outbreak_id).with_for_update(key_share=True)
        )


def newest_changeset(session: Session, outbreak_id: int) -> int | None:
    """Return the id of an outbreak's newest changeset: another one, once its records changed."""
    newest = select(func.max(Changeset.id)).where(Changeset.outbreak_id == outbreak_id)
    return session.scalar(newest)


def open_changeset(
    session: Session, outbreak_id: int, kind: str, actor: Actor, reason: str = ""
) -> Changeset:
    """Open the changeset that the coming writes belong to, in an outbreak that is locked.

    It gets its id with the first of them, or with a flush.
    """
    changeset = Changeset(
        outbreak_id=outbreak_id,
        kind=kind,
        user_id=actor.user_id,
        actor=actor.name,
        reason=read_text(reason, most=MAX_REASON, lines=True),
        added=0,
        changed=0,
        removed=0,
    )
    session.add(changeset)
    return changeset
