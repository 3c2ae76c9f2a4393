"""What somebody decides about findings: accept, give to a person, open again; one at a time or all.

Every decision is about what a query asks for, and is refused when that moved since it was read.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from app.models import Finding, FindingDecision, FindingEvent
from app.services.cells import read_text
from app.services.changesets import Actor, lock_outbreak
from app.services.messages import Message, ServiceError
from app.services.review import queue
from app.services.review.asked import FindingQuery
from app.services.review.steps import carry_out, number, text, write_events
from app.services.todos import add_todo

MOST_REASON = 500
MOST_NAMED = 10


class NoReason(ServiceError):
    """A decision needs a reason."""

    def __init__(self) -> None:
        super().__init__(Message("Say why, for whoever asks about this number later."))


class FindingsMoved(ServiceError):
    """What was decided about is not what is there now; `moved` names some that changed."""

    def __init__(self, moved: Sequence[Finding]) -> None:
        super().__init__(Message("Nothing was decided: somebody was here meanwhile."))
        self.moved = moved


@dataclass(frozen=True)
class TodoValues:
    """The work that findings are given as."""

    title: str
    assignee_id: int | None = None
    due: dt.date | None = None
    priority: int = 3
    notes: str | None = None


def mark(session: Session, query: FindingQuery) -> str:
    """Return what tells later whether the findings that are asked for have moved."""
    newest = select(func.max(FindingEvent.id)).scalar_subquery()
    counted = select(func.count(Finding.id), func.coalesce(newest, 0)).where(*query.conditions())
    count, since = session.execute(counted).one()
    return f"{count}-{since}"


def accept(
    session: Session, query: FindingQuery, actor: Actor, *, reason: str, seen: str | None = None
) -> FindingDecision:
    """Accept the open findings that are asked for; FindingsMoved when they are not as `seen`."""
    reason = needed_reason(reason)
    asked = replace(query, state="open")
    decision = begin_decision(session, asked, "accept", actor, reason, seen)
    changes = {"state": text("accepted"), "reason": text(reason)}
    return _carry_out(session, decision, asked.conditions(), actor, changes)


def reopen(
    session: Session, query: FindingQuery, actor: Actor, *, reason: str, seen: str | None = None
) -> FindingDecision:
    """Open accepted findings again."""
    reason = needed_reason(reason)
    asked = replace(query, state="accepted")
    decision = begin_decision(session, asked, "reopen", actor, reason, seen)
    changes = {"state": text("open"), "reason": text("")}
    return _carry_out(session, decision, asked.conditions(), actor, changes)


def assign(
    session: Session,
    query: FindingQuery,
    actor: Actor,
    values: TodoValues,
    *,
    seen: str | None = None,
) -> FindingDecision:
    """Make a to-do of the open findings that are asked for and belong to none yet."""
    asked = replace(query, state="open", given=False)
    decision = begin_decision(session, asked, "assign", actor, "", seen)
    country_id, record_id = _about(session, asked.conditions())
    todo = add_todo(
        session,
        values.title,
        actor,
        notes=values.notes,
        due=values.due,
        priority=values.priority,
        assignee_id=values.assignee_id,
        country_id=country_id,
        record_id=record_id,
        import_id=asked.imported,
    )
    changes = {"todo_id": number(todo.id)}
    return _carry_out(session, decision, asked.conditions(), actor, changes)


def open_decision(
    session: Session, outbreak_id: int, act: str, actor: Actor, reason: str = ""
) -> FindingDecision:
    """Open the decision that the coming events belong to."""
    decision = FindingDecision(
        outbreak_id=outbreak_id, act=act, reason=reason, user_id=actor.user_id, actor=actor.name
    )
    session.add(decision)
    session.flush()
    return decision


def begin_decision(
    session: Session, asked: FindingQuery, act: str, actor: Actor, reason: str, seen: str | None
) -> FindingDecision:
    """Open a decision about what is asked for; FindingsMoved when that is not as `seen`."""
    lock_as_seen(session, asked, seen)
    return open_decision(session, asked.outbreak_id, act, actor, reason)


def lock_as_seen(session: Session, asked: FindingQuery, seen: str | None) -> None:
    """Let nobody else decide now; FindingsMoved when what is asked for is not as `seen`."""
    # One writer at a time: what is decided cannot be decided twice.
    lock_outbreak(session, asked.outbreak_id)
    if seen is not None and seen != mark(session, asked):
        moved = _moved_since(session, asked, seen)
        if moved or seen.partition("-")[0] != str(queue.count(session, asked)):
            raise FindingsMoved(moved)


def _carry_out(
    session: Session,
    decision: FindingDecision,
    conditions: list[ColumnElement[bool]],
    actor: Actor,
    changes: dict[str, ColumnElement[Any]],
) -> FindingDecision:
    write_events(session, decision, conditions, **changes)
    carry_out(session, decision, actor)
    if not decision.count:
        raise FindingsMoved([])
    return decision


def _moved_since(session: Session, asked: FindingQuery, seen: str) -> Sequence[Finding]:
    """List findings of any state that something happened to since a mark was made."""
    newest = seen.partition("-")[2]
    since = int(newest) if newest.isascii() and newest.isdigit() and len(newest) < 10 else 0
    later = select(FindingEvent.finding_id).where(FindingEvent.id > since)
    statement = (
        select(Finding)
        .options(*map(joinedload, (Finding.country, Finding.decision, Finding.todo)))
        .where(*_whatever_state(asked).conditions(), Finding.id.in_(later))
        .order_by(Finding.id)
        .limit(MOST_NAMED)
    )
    return session.scalars(statement).all()


def _whatever_state(asked: FindingQuery) -> FindingQuery:
    return replace(asked, state="all", given=True, resolved=True)


def _about(
    session: Session, conditions: list[ColumnElement[bool]]
) -> tuple[int | None, int | None]:
    """Say which country and which record the findings are about, where it is one."""
    first, last, id, number_of = session.execute(
        select(
            func.min(Finding.country_id),
            func.max(Finding.country_id),
            func.min(Finding.id),
            func.count(Finding.id),
        ).where(*conditions)
    ).one()
    records: dict[int, int] = {}
    if number_of == 1:
        finding = session.get_one(Finding, id)
        records = queue.find_records(session, finding.outbreak_id, [finding])
    return (first if first == last else None), records.get(id)


def needed_reason(reason: str) -> str:
    """Return a reason as it is kept; NoReason when it is blank."""
    reason = read_text(reason, most=MOST_REASON)
    if not reason:
        raise NoReason
    return reason
