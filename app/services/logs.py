"""What happened to entries of directories: steps written beside each write, and read again."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.database import Base
from app.models import Todo, TodoEvent
from app.services.changesets import Actor

Changes = dict[str, list[Any]]

# Kinds whose steps are kept, and the table that keeps them.
LOGS: dict[type[Base], type[Base]] = {Todo: TodoEvent}


def write_step(
    session: Session,
    entry: Any,
    kind: str,
    actor: Actor | None,
    *,
    changes: Changes | None = None,
    text: str = "",
) -> None:
    """Write a step of an entry into its kind's log; nothing where the kind keeps none."""
    write_steps(session, type(entry), {entry.id: changes or {}}, kind, actor, text=text)


def write_steps(
    session: Session,
    model: type[Base],
    changes: Mapping[int, Changes],
    kind: str,
    actor: Actor | None,
    *,
    text: str = "",
) -> list[Any]:
    """Write a step of many entries at once, and return it: `changes` says what it changed by id."""
    log = LOGS.get(model)
    if log is None:
        return []
    if actor is None:
        raise ValueError(f"the log of {model.__name__} names who did it")
    by = {"kind": kind, "text": text, "user_id": actor.user_id, "actor": actor.name}
    column = _entry_column(model)
    steps = [log(**by, **{column: id}, changes=change) for id, change in changes.items()]
    session.add_all(steps)
    return steps


def changes_of(entry: Any, attributes: Iterable[str]) -> Changes:
    """Say what an entry's attributes were and are, of those changed since they were stored."""
    changes: Changes = {}
    for name in attributes:
        history = inspect(entry).attrs[name].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else None
            changes[name] = [_as_json(before), _as_json(getattr(entry, name))]
    return changes


def read_log(session: Session, entry: Any, limit: int) -> list[Any]:
    """Return an entry's newest steps, as many as asked for, the oldest of them first."""
    log: Any = LOGS[type(entry)]
    column = getattr(log, _entry_column(type(entry)))
    newest = select(log).where(column == entry.id).order_by(log.id.desc()).limit(limit)
    return list(session.scalars(newest))[::-1]


def model_of(table: Any) -> type[Base] | None:
    """Return the kind that is kept in a table, if its steps are kept too."""
    return next((model for model in LOGS if model.__table__ is table), None)


def _entry_column(model: type[Base]) -> str:
    return f"{model.__tablename__}_id"


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
