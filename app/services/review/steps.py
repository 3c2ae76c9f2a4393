"""Steps of many findings at once: written as events, then carried out from them, set-based."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import JSON

from app.database import utc_now
from app.models import Finding, FindingDecision, FindingEvent, Todo
from app.services.changesets import Actor
from app.services.closing import settle_todos


class JsonObject(FunctionElement[Any]):
    """A JSON object of names and values, which each engine makes by a function of another name."""

    name = "json_object"
    type = JSON()
    inherit_cache = True


@compiles(JsonObject)
def _json_object(element: JsonObject, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **kw)})"


@compiles(JsonObject, "postgresql")
def _json_build_object(element: JsonObject, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **kw)})"


def standing(**changes: ColumnElement[Any]) -> JsonObject:
    """Return what an event keeps of a finding: as it is, or with these changes."""
    columns: dict[str, Any] = {
        "state": Finding.state,
        "reason": Finding.reason,
        "todo_id": Finding.todo_id,
        "decision_id": Finding.decision_id,
        **changes,
    }
    parts = [part for name, value in columns.items() for part in (text(name), value)]
    return JsonObject(*parts)


def text(value: str) -> ColumnElement[Any]:
    """Return a text as a value of SQL; PostgreSQL asks for its type."""
    return cast(literal(value), String)


def number(value: int) -> ColumnElement[Any]:
    """Return a number as a value of SQL."""
    return cast(literal(value), Integer)


def write_events(
    session: Session,
    decision: FindingDecision,
    conditions: list[ColumnElement[bool]],
    **changes: ColumnElement[Any],
) -> None:
    """Write what a decision changes in each finding that meets the conditions."""
    steps = select(
        Finding.id,
        number(decision.id),
        standing(),
        standing(decision_id=number(decision.id), **changes),
        literal(decision.decided_at, FindingEvent.at.type),
    ).where(*conditions)
    columns = ["finding_id", "decision_id", "before", "after", "at"]
    session.execute(insert(FindingEvent).from_select(columns, steps))


def carry_out(session: Session, decision: FindingDecision, actor: Actor) -> None:
    """Give the findings what the decision's events say; to-dos close or open with them."""
    told = FindingEvent.after
    mine = FindingEvent.decision_id == decision.id
    touched = _todo_ids(session, decision.id)
    # A to-do that was deleted since cannot be named again.
    todo = select(Todo.id).where(Todo.id == told["todo_id"].as_integer()).scalar_subquery()
    moved = Finding.state != told["state"].as_string()
    session.execute(
        update(Finding)
        .where(Finding.id == FindingEvent.finding_id, mine)
        .values(
            changed_at=case((moved, utc_now()), else_=Finding.changed_at),
            state=told["state"].as_string(),
            reason=told["reason"].as_string(),
            todo_id=todo,
            decision_id=told["decision_id"].as_integer(),
        )
        .execution_options(synchronize_session=False)
    )
    counted = select(func.count()).select_from(FindingEvent).where(mine)
    decision.count = session.scalar(counted) or 0
    session.flush()
    session.expire_all()
    settle_todos(session, touched, actor)


def _todo_ids(session: Session, decision_id: int) -> set[int]:
    """Return the to-dos that the findings of a decision belong to, before or after it."""
    events = select(FindingEvent).where(FindingEvent.decision_id == decision_id).subquery()
    before, after = (select(events.c[side]["todo_id"].as_integer()) for side in ("before", "after"))
    return {id for id in session.scalars(before.union(after)) if id is not None}
