"""One finding with all that happened to it: what was decided, and what the rules saw since."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Changeset, Finding, FindingDecision, FindingEvent, Todo

MOST_STEPS = 200


@dataclass(frozen=True)
class Step:
    """Something that happened to a finding: when, by whom, and what it changed.

    `what` is "accepted", "opened", "given", "taken", "exempted", "undone", "resolved" or
    "reopened". `values` are the numbers it rested on, before and after, where they changed.
    """

    what: str
    at: dt.datetime
    decision: FindingDecision | None = None
    changeset: Changeset | None = None
    todo: Todo | None = None
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """Return who did it; blank when it was the rules, of themselves."""
        by = self.decision or self.changeset
        return by.actor if by else ""

    @property
    def reason(self) -> str:
        """Return why."""
        by = self.decision or self.changeset
        return by.reason if by else ""


def get_finding(session: Session, finding_id: int) -> Finding | None:
    """Return a finding with all that its page links to."""
    statement = (
        select(Finding)
        .where(Finding.id == finding_id)
        .options(
            joinedload(Finding.country),
            joinedload(Finding.decision),
            joinedload(Finding.outbreak),
            joinedload(Finding.todo).joinedload(Todo.assignee),
            joinedload(Finding.changeset).joinedload(Changeset.source_import),
        )
    )
    return session.scalar(statement)


def read_story(session: Session, finding: Finding) -> Sequence[Step]:
    """Return what happened to a finding since it was found, the newest first; two queries."""
    statement = (
        select(FindingEvent)
        .where(FindingEvent.finding_id == finding.id)
        .options(joinedload(FindingEvent.decision), joinedload(FindingEvent.changeset))
        .order_by(FindingEvent.id.desc())
        .limit(MOST_STEPS)
    )
    events = session.scalars(statement).all()
    named = {
        side["todo_id"] for event in events for side in (event.before, event.after)
        if side.get("todo_id") is not None
    }  # fmt: skip
    todos = {todo.id: todo for todo in session.scalars(select(Todo).where(Todo.id.in_(named)))}
    return [_step(event, todos) for event in events]


def list_undoable(session: Session, steps: Sequence[Step]) -> set[int]:
    """Return those decisions of a story that were not taken back."""
    # What a rule goes by is changed on the rule's own page, and so changed back there.
    ids = {step.decision.id for step in steps if step.decision and step.what != "settings"}
    undone = select(FindingDecision.undoes_id).where(FindingDecision.undoes_id.in_(ids))
    return ids - set(session.scalars(undone))


def _step(event: FindingEvent, todos: dict[int, Todo]) -> Step:
    before, after = event.before, event.after
    todo_id = after.get("todo_id") or before.get("todo_id")
    return Step(
        what=_what(event),
        at=event.at,
        decision=event.decision,
        changeset=event.changeset,
        todo=todos.get(todo_id)
        if todo_id and before.get("todo_id") != after.get("todo_id")
        else None,
        values=dict(_moved_values(before, after)),
    )


def _what(event: FindingEvent) -> str:
    if event.decision is not None:
        acts = {
            "accept": "accepted",
            "reopen": "opened",
            "assign": "given",
            "exempt": "exempted",
            "undo": "undone",
        }
        return acts.get(event.decision.act, "settings")
    state = str(event.after.get("state", ""))
    return {"resolved": "resolved", "accepted": "accepted_again"}.get(state, "reopened")


def _moved_values(
    before: dict[str, Any], after: dict[str, Any]
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    old = before.get("details", {}).get("values", {})
    for name, value in after.get("details", {}).get("values", {}).items():
        if old.get(name) != value:
            yield name, (old.get(name), value)
