"""Which to-dos are asked for, and when they are due."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.database import utc_now
from app.models import Todo

Bucket = Literal["overdue", "today", "week", "later", "none", "done"]
State = Literal["open", "done", "all"]

MOST_ON_A_PAGE = 50
# Those with a day first, the earliest on top; of one day as somebody put them, and beneath those
# the ones that nobody put anywhere, the most urgent first.
DUE_ORDER = (
    Todo.due.is_(None),
    Todo.due,
    Todo.position == 0,
    Todo.position,
    Todo.priority,
    Todo.id,
)
DONE_ORDER = (Todo.done_at.desc(), Todo.id.desc())


@dataclass(frozen=True)
class TodoFilters:
    """Which to-dos are asked for; `assignee_id` 0 asks for those that nobody has."""

    state: State = "open"
    assignee_id: int | None = None
    # With those that nobody has.
    or_nobodys: bool = False
    country_id: int | None = None
    record_id: int | None = None
    priority: int | None = None
    due: Bucket | None = None
    # Done a moment ago, and still shown among the open ones.
    just_done: int | None = None


def bucket_of(todo: Todo, today: dt.date, just_done: int | None = None) -> Bucket:
    """Say under which heading a to-do stands; one that was just done stays where it was."""
    if todo.done_at is not None and todo.id != just_done:
        return "done"
    if todo.due is None:
        return "none"
    if todo.due < today:
        return "overdue"
    if todo.due == today:
        return "today"
    return "week" if todo.due <= last_of_week(today) else "later"


def last_of_week(today: dt.date) -> dt.date:
    """Return the Sunday that ends this week."""
    return today + dt.timedelta(days=6 - today.weekday())


def narrow(statement: Select[Any], filters: TodoFilters, today: dt.date) -> Select[Any]:
    """Keep the to-dos that are asked for."""
    statement = narrow_by_subject(statement, filters)
    if filters.due is not None:
        statement = statement.where(_is_due(filters.due, today))
    if filters.state == "done":
        return statement.where(Todo.done_at.is_not(None))
    if filters.state == "open":
        return statement.where(or_(Todo.done_at.is_(None), Todo.id == (filters.just_done or 0)))
    return statement


def narrow_by_subject(statement: Select[Any], filters: TodoFilters) -> Select[Any]:
    """Keep the to-dos that are asked for, whenever they are due and whether done or not."""
    if filters.assignee_id is not None:
        whose = Todo.assignee_id == (filters.assignee_id or None)
        nobodys = Todo.assignee_id.is_(None)
        statement = statement.where(or_(whose, nobodys) if filters.or_nobodys else whose)
    columns = (Todo.country_id, Todo.record_id, Todo.priority)
    wanted = (filters.country_id, filters.record_id, filters.priority)
    for column, value in zip(columns, wanted, strict=True):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def order_of(state: State) -> tuple[Any, ...]:
    """Return the order in which to-dos are listed: as they are due, or the last done first."""
    if state == "done":
        return DONE_ORDER
    return DUE_ORDER if state == "open" else (Todo.done_at.is_not(None), *DUE_ORDER)


def count_by_due(session: Session, statement: Select[Any], today: dt.date) -> dict[Bucket, int]:
    """Count the statement's to-dos by the heading they stand under, in one query."""
    done = Todo.done_at.is_not(None)
    open_buckets: tuple[Bucket, ...] = ("overdue", "today", "week", "later", "none")
    counts: dict[Bucket, Any] = {
        bucket: func.count().filter(~done, _is_due(bucket, today)) for bucket in open_buckets
    }
    counts["done"] = func.count().filter(done)
    counted = statement.with_only_columns(*counts.values(), maintain_column_froms=True)
    return dict(zip(counts, session.execute(counted).one(), strict=True))


def count_pressing(session: Session, assignee_id: int, today: dt.date) -> int:
    """Count a person's open to-dos that are overdue or due today."""
    pressing = select(func.count()).where(
        Todo.assignee_id == assignee_id, Todo.done_at.is_(None), Todo.due <= today
    )
    return session.scalar(pressing) or 0


def open_todos(
    session: Session,
    *,
    assignee_id: int | None = None,
    country_id: int | None = None,
    record_id: int | None = None,
) -> list[Todo]:
    """List the open to-dos of a person, a country or a record, the most pressing first."""
    filters = TodoFilters(assignee_id=assignee_id, country_id=country_id, record_id=record_id)
    statement = (
        select(Todo)
        .options(joinedload(Todo.assignee), joinedload(Todo.country))
        .order_by(*DUE_ORDER)
    )
    statement = narrow(statement, filters, utc_now().date())
    return list(session.scalars(statement.limit(MOST_ON_A_PAGE)))


def _is_due(bucket: Bucket, today: dt.date) -> Any:
    week = last_of_week(today)
    return {
        "overdue": Todo.due < today,
        "today": Todo.due == today,
        "week": Todo.due.between(today + dt.timedelta(days=1), week),
        "later": Todo.due > week,
        "none": Todo.due.is_(None),
    }.get(bucket, false())
