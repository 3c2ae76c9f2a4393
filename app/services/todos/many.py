"""Acts on several to-dos at once, and taking them back as one."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Todo, TodoEvent
from app.services import logs
from app.services.changesets import Actor
from app.services.deletions import CannotRestore, delete_entry, find_deletion, restore_entry
from app.services.todos.acts import complete, reopen

Act = Literal["complete", "assign", "move", "delete"]
ACTS: tuple[Act, ...] = ("complete", "assign", "move", "delete")
# As many as a page has, and some more.
MOST_AT_ONCE = 200


@dataclass
class TakenBack:
    """How many to-dos are as they were before, and the titles of those that others changed."""

    count: int = 0
    kept: list[str] = field(default_factory=list)


def act_on_many(
    session: Session,
    ids: Collection[int],
    act: Act,
    actor: Actor,
    *,
    assignee_id: int | None = None,
    due: dt.date | None = None,
) -> list[int]:
    """Do the same with several to-dos; return the steps in their logs that take_back undoes.

    To-dos that say so already, or are gone, are left as they are.
    """
    chosen = select(Todo).where(Todo.id.in_(sorted(ids)[:MOST_AT_ONCE])).order_by(Todo.id)
    touched = []
    for todo in session.scalars(chosen.with_for_update(of=Todo)).all():
        if act == "complete" and todo.done_at is None:
            complete(session, todo, actor)
        elif act == "delete":
            delete_entry(session, todo, actor, revision=todo.revision)
        elif act == "assign" and todo.assignee_id != assignee_id:
            _change(session, todo, {"assignee_id": assignee_id}, actor)
        elif act == "move" and todo.due != due:
            _change(session, todo, {"due": due}, actor)
        else:
            continue
        touched.append(todo.id)
    return _last_steps(session, touched)


def take_back(session: Session, step_ids: Collection[int], actor: Actor) -> TakenBack:
    """Undo these steps where nothing happened to their to-dos since."""
    steps = select(TodoEvent).where(TodoEvent.id.in_(sorted(step_ids)[:MOST_AT_ONCE]))
    taken = TakenBack()
    for step in session.scalars(steps.order_by(TodoEvent.id)).all():
        todo = session.get(Todo, step.todo_id, with_for_update=True)
        if _undo(session, step, todo, actor):
            taken.count += 1
        elif todo is not None:
            taken.kept.append(todo.title)
    return taken


def _undo(session: Session, step: TodoEvent, todo: Todo | None, actor: Actor) -> bool:
    if step.kind == "deleted":
        return todo is None and _bring_back(session, step.todo_id, actor)
    if todo is None or not _still_says(todo, step.changes):
        return False
    if step.kind == "done":
        reopen(session, todo, actor)
        return True
    if step.kind != "changed":
        return False
    before = {name: _value(name, values[0]) for name, values in step.changes.items()}
    try:
        with session.begin_nested():
            _change(session, todo, before, actor)
    except IntegrityError:
        # Whom it was given to is deleted.
        return False
    return True


def _bring_back(session: Session, todo_id: int, actor: Actor) -> bool:
    deletion = find_deletion(session, Todo, str(todo_id))
    if deletion is None:
        return False
    try:
        restore_entry(session, Todo, deletion.id, actor)
    except CannotRestore:
        return False
    return True


def _change(session: Session, todo: Todo, values: dict[str, Any], actor: Actor) -> None:
    for name, value in values.items():
        setattr(todo, name, value)
    # Another day takes a to-do out of its order. Its place is kept behind the day, so that Undo,
    # which sets one after the other, puts it back there.
    changes = logs.changes_of(todo, [*(name for name in values if name != "position"), "position"])
    logs.write_step(session, todo, "changed", actor, changes=changes)
    session.flush()


def _still_says(todo: Todo, changes: logs.Changes) -> bool:
    """Tell whether a to-do says what a step left in it, wherever it stands in the order since."""
    return all(
        getattr(todo, name) == _value(name, values[1])
        for name, values in changes.items()
        if name in Todo.__table__.columns and name != "position"
    )


def _value(name: str, kept: Any) -> Any:
    kind = Todo.__table__.columns[name].type.python_type
    if kept is None or not issubclass(kind, dt.date):
        return kept
    return kind.fromisoformat(kept)


def _last_steps(session: Session, ids: Sequence[int]) -> list[int]:
    steps = select(func.max(TodoEvent.id)).where(TodoEvent.todo_id.in_(ids))
    return sorted(session.scalars(steps.group_by(TodoEvent.todo_id)))
