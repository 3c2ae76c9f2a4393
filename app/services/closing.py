"""The closed loop: a to-do made from findings is done when none of them is open any more."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, insert, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from app.database import utc_now
from app.models import Finding, Todo, TodoEvent
from app.services.changesets import Actor
from app.services.messages import Message
from app.services.todos.acts import add_next, take_next_away

# Who is named in a to-do's log when no person asked for what the rules did.
RULES = Actor("Casebook")
# Databases take some 32,000 values in one statement.
_BATCH = 10_000
# Worst first, then as the register is read.
_FINDINGS_ORDER = (
    case({"error": 0, "warning": 1}, value=Finding.level, else_=2),
    Finding.date.desc(),
    Finding.id,
)


@dataclass(frozen=True)
class FindingsOfTodo:
    """How many findings a to-do is about, and how many of them are still open."""

    total: int = 0
    open: int = 0


@dataclass(frozen=True)
class _Standing:
    """A to-do beside its findings; `before` is how many were open when it was last looked at."""

    todo_id: int
    created_at: dt.datetime
    repeat: str | None
    done_at: dt.datetime | None
    total: int
    open: int
    opened_at: dt.datetime | None
    settled_at: dt.datetime | None
    before: int | None

    @property
    def closes(self) -> bool:
        """Tell whether its last finding was settled while it was open."""
        if self.done_at is not None or self.open or self.settled_at is None:
            return False
        # Made from a finding that was settled already, it is open because somebody wants it so.
        return self.settled_at >= self.created_at if self.before is None else self.before > 0

    @property
    def reopens(self) -> bool:
        """Tell whether a finding opened since it was done; those left open on purpose stay so."""
        if self.done_at is None or not self.open:
            return False
        more = self.before is not None and self.open > self.before
        return more or (self.opened_at is not None and self.opened_at > self.done_at)

    @property
    def moved(self) -> bool:
        """Tell whether there is anything to write down."""
        return self.open != (self.before or 0) or self.closes or self.reopens


def settle_todos(session: Session, todo_ids: Collection[int], actor: Actor | None = None) -> None:
    """Close the to-dos whose last finding was settled, and open those where one opened anew.

    To be called by whoever changed findings or gave them to a to-do, with the to-dos they belong
    or belonged to. What happened is written into each to-do's log; `actor` is who caused it, None
    when it was the rules. A to-do that somebody completed with findings open stays completed; one
    that repeats is followed by the next, as when a person completes it.
    """
    wanted = sorted(set(todo_ids))
    for start in range(0, len(wanted), _BATCH):
        _settle(session, wanted[start : start + _BATCH], actor or RULES)


def count_findings(session: Session, todo_id: int) -> FindingsOfTodo:
    """Count a to-do's findings, and those that are still open."""
    counts = _counts(Finding.todo_id == todo_id)
    found = session.execute(select(counts.c.total, counts.c.open)).one_or_none()
    return FindingsOfTodo(found.total, found.open) if found else FindingsOfTodo()


def count_by_todo(session: Session, todo_ids: Collection[int]) -> dict[int, FindingsOfTodo]:
    """Count the findings of each of these to-dos that has any."""
    counts = _counts(Finding.todo_id.in_(todo_ids))
    rows = session.execute(select(counts.c.todo_id, counts.c.total, counts.c.open))
    return {row.todo_id: FindingsOfTodo(row.total, row.open) for row in rows}


def list_findings(session: Session, todo_id: int, limit: int) -> list[Finding]:
    """List a to-do's findings, those still open first."""
    statement = (
        select(Finding)
        .options(joinedload(Finding.country))
        .where(Finding.todo_id == todo_id)
        .order_by(Finding.state != "open", *_FINDINGS_ORDER)
        .limit(limit)
    )
    return list(session.scalars(statement))


def still_open(findings: FindingsOfTodo) -> Message | None:
    """Say how many of a to-do's findings completing it leaves open."""
    if not findings.open:
        return None
    values = {"open": findings.open, "total": findings.total}
    if findings.total == 1:
        return Message("Its finding is still open.")
    if findings.open == 1:
        return Message("1 of its %(total)s findings is still open.", **values)
    return Message("%(open)s of its %(total)s findings are still open.", **values)


def _settle(session: Session, todo_ids: list[int], actor: Actor) -> None:
    # The same order for all, so that two who settle the same to-dos wait and never deadlock.
    session.execute(
        select(Todo.id).where(Todo.id.in_(todo_ids)).order_by(Todo.id).with_for_update()
    )
    moved = [standing for standing in _standings(session, todo_ids) if standing.moved]
    if not moved:
        return
    now = utc_now()
    _set_done(session, [standing.todo_id for standing in moved if standing.closes], now)
    _set_done(session, [standing.todo_id for standing in moved if standing.reopens], None)
    following = _follow(session, moved, actor)
    events = [_event(standing, actor, now, following) for standing in moved]
    session.execute(insert(TodoEvent), events)


def _standings(session: Session, todo_ids: list[int]) -> Iterator[_Standing]:
    counts = _counts(Finding.todo_id.in_(todo_ids))
    step = aliased(TodoEvent)
    # Asked for each to-do, which is a look into the index of its log: SQLite would go through a
    # list of the newest of all for every to-do (10,000 of them: 64 s instead of 3 s).
    newest = select(func.max(step.id)).where(step.todo_id == Todo.id, step.kind == "findings")
    statement = (
        select(
            Todo.id.label("todo_id"),
            Todo.created_at,
            Todo.repeat,
            Todo.done_at,
            func.coalesce(counts.c.total, 0).label("total"),
            func.coalesce(counts.c.open, 0).label("open"),
            counts.c.opened_at,
            counts.c.settled_at,
            TodoEvent.changes,
        )
        .outerjoin(counts, counts.c.todo_id == Todo.id)
        .outerjoin(TodoEvent, TodoEvent.id == newest.scalar_subquery())
        .where(Todo.id.in_(todo_ids))
        .order_by(Todo.id)
    )
    for row in session.execute(statement).mappings():
        facts = dict(row)
        changes = facts.pop("changes")
        yield _Standing(**facts, before=changes["open"][1] if changes else None)


def _counts(of: ColumnElement[bool]) -> Subquery:
    is_open = Finding.state == "open"
    statement = select(
        Finding.todo_id,
        func.count().label("total"),
        func.count().filter(is_open).label("open"),
        func.max(Finding.changed_at).filter(is_open).label("opened_at"),
        func.max(Finding.changed_at).filter(~is_open).label("settled_at"),
    )
    return statement.where(of).group_by(Finding.todo_id).subquery()


def _set_done(session: Session, todo_ids: list[int], moment: dt.datetime | None) -> None:
    if todo_ids:
        values = {"done_at": moment, "revision": Todo.revision + 1}
        session.execute(update(Todo).where(Todo.id.in_(todo_ids)).values(values))


def _follow(session: Session, moved: list[_Standing], actor: Actor) -> dict[int, int]:
    """Add what comes after those that repeat and are done, and take away what came after others.

    Returns the ids of those added, by what they come after.
    """
    repeat = [one for one in moved if one.repeat and (one.closes or one.reopens)]
    following: dict[int, int] = {}
    for standing in repeat:
        todo = session.get_one(Todo, standing.todo_id)
        if standing.reopens:
            take_next_away(session, todo, actor)
        elif added := add_next(session, todo, actor):
            following[todo.id] = added.id
    return following


def _event(
    standing: _Standing, actor: Actor, now: dt.datetime, following: dict[int, int]
) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "open": [standing.before or 0, standing.open],
        "findings": standing.total,
    }
    if standing.closes:
        changes["done_at"] = [None, now.isoformat()]
    elif standing.reopens and standing.done_at:
        changes["done_at"] = [standing.done_at.isoformat(), None]
    if standing.todo_id in following:
        changes["next_id"] = [None, following[standing.todo_id]]
    return {
        "todo_id": standing.todo_id,
        "kind": "findings",
        "changes": changes,
        "user_id": actor.user_id,
        "actor": actor.name,
        "at": now,
    }
