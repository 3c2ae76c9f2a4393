"""Taking a decision back: every finding of it is again what it was, and that is a decision, too."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Finding, FindingDecision, FindingEvent, Todo
from app.models.todo import TodoEvent
from app.services import deletions
from app.services.changesets import Actor, lock_outbreak
from app.services.messages import Message, ServiceError
from app.services.review.decisions import open_decision
from app.services.review.exempting import follow_undo
from app.services.review.steps import carry_out, number, standing


class CannotUndoDecision(ServiceError):
    """There is nothing of the decision left to take back."""


def undo_decision(session: Session, decision_id: int, actor: Actor) -> FindingDecision:
    """Give the findings of a decision back what they were; those that changed since stay.

    Raises CannotUndoDecision when all of them changed since, which they do by being undone.
    """
    undone = session.get(FindingDecision, decision_id)
    if undone is None:
        raise CannotUndoDecision(Message("There is no such decision."))
    if undone.act == "settings":
        raise CannotUndoDecision(
            Message("What a rule goes by is changed on the page of the rules.")
        )
    lock_outbreak(session, undone.outbreak_id)
    decision = open_decision(session, undone.outbreak_id, "undo", actor)
    decision.undoes_id = undone.id
    _bring_todos_back(session, undone, actor)
    _write_events(session, undone, decision)
    carry_out(session, decision, actor)
    if not decision.count:
        raise CannotUndoDecision(_why_not(session, undone))
    _drop_untouched_todos(session, undone, actor)
    follow_undo(session, undone)
    return decision


def _is_as_left(event: Any) -> ColumnElement[bool]:
    """Say that what an event changed of a finding still is as the event left it."""
    after = event.after
    decided = Finding.decision_id.is_not_distinct_from(after["decision_id"].as_integer())
    return and_(
        Finding.id == event.finding_id,
        # To be given to somebody leaves the state alone, and what the state was decided by.
        or_(_is_same(event, "state"), and_(_is_now(event, "state"), decided)),
        *(or_(_is_same(event, name), _is_now(event, name)) for name in ("reason", "todo_id")),
    )


def _is_same(event: Any, name: str) -> ColumnElement[bool]:
    same: ColumnElement[bool] = _told(event.before, name).is_not_distinct_from(
        _told(event.after, name)
    )
    return same


def _is_now(event: Any, name: str) -> ColumnElement[bool]:
    now: ColumnElement[bool] = getattr(Finding, name).is_not_distinct_from(_told(event.after, name))
    return now


def _told(side: Any, name: str) -> ColumnElement[Any]:
    value: ColumnElement[Any] = (
        side[name].as_integer() if name.endswith("_id") else side[name].as_string()
    )
    return value


def _write_events(session: Session, undone: FindingDecision, decision: FindingDecision) -> None:
    event = aliased(FindingEvent)
    # What this decision did not change, and somebody else has since, stays.
    restored = {
        name: case((_is_same(event, name), getattr(Finding, name)), else_=_told(event.before, name))
        for name in ("state", "reason", "todo_id")
    }
    restored["decision_id"] = case(
        (_is_now(event, "decision_id"), _told(event.before, "decision_id")),
        else_=Finding.decision_id,
    )
    steps = (
        select(
            Finding.id,
            number(decision.id),
            standing(),
            standing(**restored),
            literal(decision.decided_at, FindingEvent.at.type),
        )
        .join(event, _is_as_left(event))
        .where(event.decision_id == undone.id)
    )
    columns = ["finding_id", "decision_id", "before", "after", "at"]
    session.execute(insert(FindingEvent).from_select(columns, steps))


def _bring_todos_back(session: Session, undone: FindingDecision, actor: Actor) -> None:
    """Restore the to-dos that undoing an earlier decision deleted, for this one named them."""
    named = FindingEvent.before["todo_id"].as_integer()
    ids = select(named).where(FindingEvent.decision_id == undone.id).distinct()
    there = exists().where(Todo.id == named)
    for id in session.scalars(ids.where(named.is_not(None), ~there)).all():
        deletion = deletions.find_deletion(session, Todo, str(id))
        if deletion is not None:
            deletions.restore_entry(session, Todo, deletion.id, actor)


def _drop_untouched_todos(session: Session, undone: FindingDecision, actor: Actor) -> None:
    """Delete the to-do that the decision made, if nobody did anything with it since."""
    if undone.act != "assign":
        return
    named = FindingEvent.after["todo_id"].as_integer()
    id = session.scalar(select(func.max(named)).where(FindingEvent.decision_id == undone.id))
    todo = session.get(Todo, id, populate_existing=True) if id is not None else None
    if todo is None or todo.done_at is not None or _was_touched(session, todo):
        return
    deletions.delete_entry(session, todo, actor, revision=todo.revision)


def _was_touched(session: Session, todo: Todo) -> bool:
    own = ("added", "findings", "deleted", "restored")
    others = select(TodoEvent.id).where(TodoEvent.todo_id == todo.id, TodoEvent.kind.not_in(own))
    kept = select(Finding.id).where(Finding.todo_id == todo.id)
    return bool(session.scalar(select(others.exists() | kept.exists())))


def _why_not(session: Session, undone: FindingDecision) -> Message:
    by = session.scalar(
        select(FindingDecision.actor)
        .where(FindingDecision.undoes_id == undone.id, FindingDecision.count > 0)
        .order_by(FindingDecision.id.desc())
    )
    if by is not None:
        return Message("%(actor)s has undone this decision already.", actor=by)
    return Message("Every finding of this decision changed since. Decide about them anew.")
