"""Undoing, redoing: which of a chain of changesets is in effect, and what stands in the way."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from app.models import Changeset
from app.services.messages import Message
from app.services.undoing.refusals import BUILT_UPON, UNDONE
from app.services.undoing.states import began, changed_since

# So many records are undone at once; what more becomes of is looked at before.
MOST_AT_ONCE = 50


def size(changeset: Changeset) -> int:
    """Return how many records a changeset wrote."""
    return changeset.added + changeset.changed + changeset.removed


def is_large(changeset: Changeset) -> bool:
    """Tell whether people see what undoing this changeset does before they do it."""
    return size(changeset) > MOST_AT_ONCE


def count_kept(undoing: Changeset) -> int:
    """Return how many records an undoing kept, of the changeset it undoes."""
    return size(undoing.undoes) - size(undoing) if undoing.undoes else 0


def obstacles(session: Session, changesets: Collection[Changeset]) -> dict[int, Message]:
    """Say, by id, which of these changesets cannot be undone and why, in one query.

    A changeset of a single record cannot when that one was changed since; of others the rest is
    taken back. A key that somebody else took meanwhile is not looked for here; `undo` finds it.
    """
    single = [changeset.id for changeset in changesets if size(changeset) == 1]
    later = aliased(Changeset)
    undone = exists(select(later.id).where(later.undoes_id == Changeset.id))
    built_upon = exists(select(began.c.id).where(changed_since(Changeset.id)))
    hindered = select(Changeset.id, undone).where(
        Changeset.id.in_([changeset.id for changeset in changesets]),
        undone | (Changeset.id.in_(single) & built_upon),
    )
    return {id: UNDONE if was else BUILT_UPON for id, was in session.execute(hindered)}


def in_effect(session: Session, changeset_ids: Collection[int]) -> dict[int, int | None]:
    """Say, by id, which changeset to undo to take back what each of these did.

    That is the changeset itself, or, when it was undone and that was undone again, the last of
    these; None when it stands undone. As many queries as the longest chain has links.
    """
    last = {id: id for id in changeset_ids}
    undone = dict.fromkeys(changeset_ids, False)
    links = _undone_by(session, last.values())
    while links:
        for id, end in last.items():
            if end in links:
                last[id], undone[id] = links[end], not undone[id]
        links = _undone_by(session, links.values())
    return {id: None if undone[id] else last[id] for id in last}


def _undone_by(session: Session, ids: Collection[int]) -> dict[int, int]:
    statement = select(Changeset.undoes_id, Changeset.id).where(Changeset.undoes_id.in_(ids))
    return {undone: by for undone, by in session.execute(statement) if undone is not None}
