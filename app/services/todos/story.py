"""A to-do's log, with names in the place of numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country, Person, Todo, TodoEvent
from app.services import logs
from app.services.messages import Message

# Columns that name something by its number, and what it is called there.
NAMED = {"assignee_id": Person.name, "country_id": Country.name}
# More than anybody reads; the log keeps them all.
MOST_STEPS = 200
# Where a to-do stands among those of its day is of no interest later.
UNTOLD = frozenset({"position"})


@dataclass(frozen=True)
class Change:
    """What a column said before and after a step."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Step:
    """A step of a to-do's life, and what it changed."""

    event: TodoEvent
    changes: list[Change]
    # What became of its findings, where the step is about them.
    findings: Message | None = None


def read_story(session: Session, todo: Todo, limit: int = MOST_STEPS) -> list[Step]:
    """Return the newest steps of a to-do's life, the oldest of them first."""
    events: list[TodoEvent] = logs.read_log(session, todo, limit)
    told = [event for event in events if event.kind != "changed" or set(event.changes) - UNTOLD]
    names = {column: _names(session, column, told) for column in NAMED}
    return [_step(event, names) for event in told]


def step_in_words(changes: dict[str, Any]) -> Message:
    """Say what a step of kind "findings" in a to-do's log was."""
    before, after = changes["open"]
    values = {"open": after, "total": changes["findings"]}
    if changes.get("done_at", [None, None])[1]:
        if changes["findings"] == 1:
            return Message("Its only finding was settled: done.")
        return Message("The last of %(total)s findings was settled: done.", **values)
    if "done_at" in changes:
        return Message(
            "A finding opened again, and this with it. Findings open: %(open)s of %(total)s.",
            **values,
        )
    if not changes["findings"]:
        return Message("Its findings are no longer its own.")
    if after > before:
        return Message("Findings open: %(open)s of %(total)s.", **values)
    return Message("Findings still open: %(open)s of %(total)s.", **values)


def _step(event: TodoEvent, names: dict[str, dict[int, str]]) -> Step:
    if event.kind == "findings":
        following = event.changes.get("next_id")
        changes = [Change("next_id", *following)] if following else []
        return Step(event, changes, step_in_words(event.changes))
    return Step(event, _changes(event, names))


def _names(session: Session, column: str, events: Iterable[TodoEvent]) -> dict[int, str]:
    ids = {id for event in events for id in event.changes.get(column, ()) if id is not None}
    if not ids:
        return {}
    name = NAMED[column]
    rows = session.execute(select(name.class_.id, name).where(name.class_.id.in_(ids)))
    return dict(rows.all())


def _changes(event: TodoEvent, names: dict[str, dict[int, str]]) -> list[Change]:
    return [
        Change(column, *(_named(value, names.get(column)) for value in values))
        for column, values in event.changes.items()
        if column not in UNTOLD
    ]


def _named(value: Any, names: dict[int, str] | None) -> Any:
    # Somebody who was deleted for good is told by their number.
    return value if names is None or value is None else names.get(value, f"#{value}")
