"""What is done with to-dos; each act is written into the to-do's log."""

import datetime as dt

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Todo, TodoEvent
from app.services import logs
from app.services.cells import read_text
from app.services.changesets import Actor
from app.services.deletions import delete_entry
from app.services.messages import Message, ServiceError
from app.services.todos.repeating import anchored, next_due, read_rule

MOST_COMMENT = 5000


class NothingSaid(ServiceError):
    """A comment holds nothing."""


def add_todo(
    session: Session,
    title: str,
    actor: Actor,
    *,
    notes: str | None = None,
    due: dt.date | None = None,
    priority: int = 3,
    assignee_id: int | None = None,
    country_id: int | None = None,
    record_id: int | None = None,
    import_id: int | None = None,
    repeat: str | None = None,
    why: str = "",
) -> Todo:
    """Add a to-do; `why` is what its log says about where it comes from."""
    todo = Todo(
        title=read_text(title, most=300),
        notes=notes,
        due=due,
        priority=priority,
        assignee_id=assignee_id,
        country_id=country_id,
        record_id=record_id,
        import_id=import_id,
        repeat=repeat,
    )
    session.add(todo)
    session.flush()
    logs.write_step(session, todo, "added", actor, text=why)
    return todo


def complete(session: Session, todo: Todo, actor: Actor, *, why: str = "") -> Todo | None:
    """Mark a to-do as done, and return the one that comes next if it repeats.

    One that is done already keeps its moment.
    """
    if todo.done_at is not None:
        return None
    todo.done_at = utc_now()
    changes = logs.changes_of(todo, ["done_at"])
    following = add_next(session, todo, actor)
    if following:
        changes["next_id"] = [None, following.id]
    _write(session, todo, "done", actor, why, changes)
    return following


def reopen(session: Session, todo: Todo, actor: Actor, *, why: str = "") -> Todo | None:
    """Mark a to-do as open again; the one that came next goes, if nobody has touched it.

    Returns the next one where it stays.
    """
    if todo.done_at is None:
        return None
    todo.done_at = None
    _write(session, todo, "reopened", actor, why, logs.changes_of(todo, ["done_at"]))
    return take_next_away(session, todo, actor)


def comment(session: Session, todo: Todo, text: str, actor: Actor) -> None:
    """Add a comment to a to-do's log; NothingSaid when it is blank."""
    said = read_text(text, most=MOST_COMMENT, lines=True)
    if not said:
        raise NothingSaid(Message("Write what there is to say."))
    logs.write_step(session, todo, "comment", actor, text=said)
    session.flush()


def add_next(session: Session, todo: Todo, actor: Actor) -> Todo | None:
    """Add the to-do that comes after this one, if it repeats."""
    if todo.repeat is None:
        return None
    repeat = anchored(read_rule(todo.repeat), todo.due)
    due = next_due(repeat, todo.due, utc_now().date())
    if due is None:
        return None
    copied = ("notes", "priority", "assignee_id", "country_id", "record_id", "import_id")
    values = {name: getattr(todo, name) for name in copied}
    return add_todo(session, todo.title, actor, due=due, repeat=repeat.rule, **values)


def take_next_away(session: Session, todo: Todo, actor: Actor) -> Todo | None:
    """Delete the to-do that came after this one, or return it where somebody has touched it."""
    following = _next_of(session, todo)
    if following is None or not _is_untouched(session, following):
        return following
    delete_entry(session, following, actor, revision=following.revision)
    return None


def _next_of(session: Session, todo: Todo) -> Todo | None:
    """Return the open to-do that was made when this one was done last."""
    by_findings = TodoEvent.changes["done_at"][1].as_string().is_not(None)
    done = (
        select(TodoEvent.changes)
        .where(TodoEvent.todo_id == todo.id, or_(TodoEvent.kind == "done", by_findings))
        .order_by(TodoEvent.id.desc())
        .limit(1)
    )
    changes = session.scalar(done) or {}
    next_id = changes.get("next_id", [None, None])[1]
    following = session.get(Todo, next_id, with_for_update=True) if next_id else None
    return following if following and following.done_at is None else None


def _is_untouched(session: Session, todo: Todo) -> bool:
    steps = select(func.count()).where(TodoEvent.todo_id == todo.id)
    return todo.revision == 1 and session.scalar(steps) == 1


def _write(
    session: Session,
    todo: Todo,
    kind: str,
    actor: Actor,
    why: str,
    changes: logs.Changes,
) -> None:
    logs.write_step(session, todo, kind, actor, changes=changes, text=why)
    session.flush()
