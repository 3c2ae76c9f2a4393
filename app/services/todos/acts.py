"""What is done with to-dos; each act is written into the to-do's log."""

import datetime as dt

from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Todo
from app.services import logs
from app.services.cells import read_text
from app.services.changesets import Actor
from app.services.messages import Message, ServiceError

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


def complete(session: Session, todo: Todo, actor: Actor, *, why: str = "") -> None:
    """Mark a to-do as done; one that is done already keeps its moment."""
    if todo.done_at is None:
        todo.done_at = utc_now()
        _write(session, todo, "done", actor, why)


def reopen(session: Session, todo: Todo, actor: Actor, *, why: str = "") -> None:
    """Mark a to-do as open again."""
    if todo.done_at is not None:
        todo.done_at = None
        _write(session, todo, "reopened", actor, why)


def comment(session: Session, todo: Todo, text: str, actor: Actor) -> None:
    """Add a comment to a to-do's log; NothingSaid when it is blank."""
    said = read_text(text, most=MOST_COMMENT, lines=True)
    if not said:
        raise NothingSaid(Message("Write what there is to say."))
    logs.write_step(session, todo, "comment", actor, text=said)
    session.flush()


def _write(session: Session, todo: Todo, kind: str, actor: Actor, why: str) -> None:
    changes = logs.changes_of(todo, ["done_at"])
    logs.write_step(session, todo, kind, actor, changes=changes, text=why)
    session.flush()
