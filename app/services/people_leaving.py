"""People who are away for good: who takes their work over, and their coming back."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Person, Todo, TodoEvent
from app.services import logs, people
from app.services.changesets import Actor
from app.services.messages import Message, ServiceError

# Databases take some 32,000 values in one statement.
_BATCH = 10_000


class CannotTakeOver(ServiceError):
    """Whoever shall take the work over cannot."""


@dataclass(frozen=True)
class Handover:
    """How many to-dos were handed over, and the first and last step of it in their logs."""

    count: int = 0
    first: int = 0
    last: int = 0


def deactivate(
    session: Session, person: Person, heir_id: int | None, actor: Actor, *, revision: int
) -> Handover:
    """Offer a person for no more work, and give their open to-dos to another or to nobody.

    StaleEntry when the person changed since; CannotTakeOver when the other is not active either.
    """
    heir = session.get(Person, heir_id) if heir_id is not None else None
    if heir is None:
        people.lock_people(session, person, revisions=[revision])
    else:
        people.lock_people(session, person, heir, revisions=[revision, heir.revision])
    if heir_id is not None and (heir is None or not heir.active or heir is person):
        raise CannotTakeOver(Message("Choose somebody who is active."))
    person.active = False
    session.flush()
    theirs = select(Todo.id).where(Todo.assignee_id == person.id, Todo.done_at.is_(None))
    ids = list(session.scalars(theirs.order_by(Todo.id).with_for_update()))
    return _give(session, dict.fromkeys(ids, person.id), heir_id, actor)


def activate(session: Session, person: Person, actor: Actor, handover: Handover) -> Handover:
    """Offer a person for work again, and give back what a handover took from them.

    To-dos that were given to somebody else since stay there.
    """
    person.active = True
    session.flush()
    change = TodoEvent.changes["assignee_id"]
    steps = select(TodoEvent.todo_id, change[1].as_integer().label("heir_id")).where(
        TodoEvent.id.between(handover.first, handover.last),
        TodoEvent.kind == "changed",
        change[0].as_integer() == person.id,
    )
    handed = steps.subquery()
    still_there = (
        select(Todo.id, Todo.assignee_id)
        .join(handed, handed.c.todo_id == Todo.id)
        .where(Todo.assignee_id.is_not_distinct_from(handed.c.heir_id))
        .order_by(Todo.id)
        .with_for_update(of=Todo)
    )
    before = {row[0]: row[1] for row in session.execute(still_there)}
    return _give(session, before, person.id, actor)


def _give(
    session: Session, before: dict[int, int | None], assignee_id: int | None, actor: Actor
) -> Handover:
    """Give to-dos to a person or to nobody; `before` says who has them."""
    moved = {id: was for id, was in before.items() if was != assignee_id}
    if not moved:
        return Handover()
    values = {"assignee_id": assignee_id, "revision": Todo.revision + 1}
    ids = list(moved)
    for start in range(0, len(ids), _BATCH):
        among = Todo.id.in_(ids[start : start + _BATCH])
        session.execute(update(Todo).where(among).values(values))
    changes = {id: {"assignee_id": [was, assignee_id]} for id, was in moved.items()}
    steps = logs.write_steps(session, Todo, changes, "changed", actor)
    session.flush()
    numbers = [step.id for step in steps]
    return Handover(len(moved), min(numbers), max(numbers))
