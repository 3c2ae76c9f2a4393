"""Changesets: every write to the register belongs to one, which says who, when and why."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Outbreak
from app.services.cells import read_text

MAX_REASON = 1000


@dataclass(frozen=True)
class Actor:
    """Who does something; scripts and commands have a name and no user."""

    name: str
    user_id: int | None = None


def lock_outbreak(session: Session, outbreak_id: int) -> None:
    """Let one writer at a time change an outbreak's records, until the transaction ends.

    Changesets are thus committed in the order of their ids, which is what asking for a past state
    relies on. SQLite has one writer anyway; PostgreSQL locks the outbreak's row.
    """
    session.execute(
        select(Outbreak.id).where(Outbreak.id == outbreak_id).with_for_update(key_share=True)
    )


def open_changeset(
    session: Session, outbreak_id: int, kind: str, actor: Actor, reason: str = ""
) -> Changeset:
    """Open the changeset that the coming writes belong to."""
    lock_outbreak(session, outbreak_id)
    changeset = Changeset(
        outbreak_id=outbreak_id,
        kind=kind,
        user_id=actor.user_id,
        actor=actor.name,
        reason=read_text(reason, most=MAX_REASON, lines=True),
    )
    session.add(changeset)
    session.flush()
    return changeset
