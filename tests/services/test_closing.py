import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Finding, Todo, TodoEvent
from app.services import closing
from app.services.changesets import Actor
from app.services.todos import comment, read_story
from app.services.todos.story import step_in_words
from tests.support.clients import default_outbreak

# What settling takes, however many to-dos and findings: the lock, the facts, an update for those
# that close and one for those that open, the log.
MOST_QUERIES = 5


@pytest.fixture
def todo(session: Session) -> Todo:
    todo = Todo(title="Ask Hanoi")
    session.add(todo)
    session.commit()
    return todo


@pytest.fixture
def give(session: Session) -> Callable[..., Finding]:
    """Give a to-do a finding."""
    outbreak_id = default_outbreak(session).id

    def give(todo: Todo | None, state: str = "open") -> Finding:
        number = len(session.scalars(select(Finding.id)).all())
        finding = Finding(
            outbreak_id=outbreak_id,
            rule="sum",
            level="error",
            key=f"sum::{number}:",
            grouping="sum",
            state=state,
            todo_id=todo and todo.id,
        )
        session.add(finding)
        session.flush()
        return finding

    return give


@pytest.fixture
def settle(session: Session) -> Callable[..., None]:
    """Bring findings into a state, as a decision does, and settle their to-do."""

    def settle(todo: Todo, *findings: Finding, to: str = "", actor: Actor | None = None) -> None:
        for finding in findings:
            finding.state, finding.changed_at = to, utc_now()
        session.flush()
        closing.settle_todos(session, [todo.id], actor)
        session.commit()
        session.refresh(todo)

    return settle


def steps(session: Session, todo: Todo) -> list[str]:
    statement = select(TodoEvent.changes).where(TodoEvent.todo_id == todo.id)
    return [
        str(step_in_words(changes)) for changes in session.scalars(statement.order_by(TodoEvent.id))
    ]


def test_todo_closes_with_its_last_finding_and_opens_with_one(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    first, second = give(todo), give(todo)
    settle(todo)
    settle(todo, first, to="accepted", actor=Actor("Mina Park"))
    assert (todo.done_at, todo.revision) == (None, 1)
    settle(todo, second, to="resolved")
    assert (todo.done_at is not None, todo.revision) == (True, 2)
    settle(todo, first, to="open")
    assert (todo.done_at, todo.revision) == (None, 3)
    assert steps(session, todo) == [
        "Findings open: 2 of 2.",
        "Findings still open: 1 of 2.",
        "The last of 2 findings was settled: done.",
        "A finding opened again, and this with it. Findings open: 1 of 2.",
    ]
    actors = session.scalars(select(TodoEvent.actor).order_by(TodoEvent.id)).all()
    assert actors == ["Casebook", "Mina Park", "Casebook", "Casebook"]


def test_settling_again_changes_nothing(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    settle(todo, give(todo), to="resolved")
    done_at = todo.done_at
    settle(todo)
    assert (todo.done_at, todo.revision, len(steps(session, todo))) == (done_at, 2, 1)


def test_todo_that_a_person_completed_stays_so_until_a_finding_opens(
    todo: Todo, give: Any, settle: Any, session: Session
) -> None:
    first, second, third = give(todo), give(todo), give(todo, "resolved")
    settle(todo)
    todo.done_at = utc_now()
    session.commit()
    settle(todo, first, to="accepted")
    assert todo.done_at is not None
    settle(todo, third, to="open")
    assert todo.done_at is None
    assert second.state == "open"


def test_finding_that_opens_while_another_is_settled_opens_the_todo(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    first, second = give(todo), give(todo, "accepted")
    settle(todo)
    todo.done_at = utc_now()
    session.commit()
    first.state = "resolved"
    settle(todo, second, to="open")
    assert todo.done_at is None


def test_clock_that_was_set_back_does_not_hide_a_finding(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    finding = give(todo)
    settle(todo)
    settle(todo, finding, to="resolved")
    todo.done_at = utc_now() + dt.timedelta(hours=1)
    session.commit()
    settle(todo, finding, to="open")
    assert todo.done_at is None


def test_todo_that_a_person_opened_again_is_theirs(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    finding = give(todo)
    settle(todo, finding, to="accepted")
    todo.done_at = None
    session.commit()
    settle(todo, finding, to="resolved")
    assert todo.done_at is None


def test_todo_made_from_a_settled_finding_stays_open(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    give(todo, "accepted").changed_at = todo.created_at - dt.timedelta(days=1)
    settle(todo)
    assert (todo.done_at, steps(session, todo)) == (None, [])


def test_todo_that_comes_again_is_followed_by_the_next(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    todo.repeat, todo.due = "FREQ=WEEKLY;BYDAY=FR", dt.date(2003, 11, 21)
    finding = give(todo)
    settle(todo)
    settle(todo, finding, to="resolved")
    assert todo.done_at is not None
    following = session.scalars(select(Todo).where(Todo.id != todo.id)).one()
    assert (following.title, following.done_at) == ("Ask Hanoi", None)
    assert following.due
    assert following.due > utc_now().date()
    assert closing.count_findings(session, following.id).total == 0
    step = read_story(session, todo)[-1]
    assert [change.after for change in step.changes] == [following.id]
    settle(todo, finding, to="open")
    assert (todo.done_at, session.scalars(select(Todo.id)).all()) == (None, [todo.id])


def test_next_one_that_somebody_touched_stays_when_a_finding_opens(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    todo.repeat = "FREQ=DAILY"
    finding = give(todo)
    settle(todo)
    settle(todo, finding, to="resolved")
    following = session.scalars(select(Todo).where(Todo.id != todo.id)).one()
    comment(session, following, "Mine", Actor("Mina Park"))
    settle(todo, finding, to="open")
    assert len(session.scalars(select(Todo.id)).all()) == 2


def test_todo_without_findings_is_left_alone(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    settle(todo)
    closing.settle_todos(session, [])
    closing.settle_todos(session, [404])
    assert (todo.done_at, steps(session, todo)) == (None, [])


def test_finding_taken_away_from_a_todo_is_written_down(
    session: Session, todo: Todo, give: Any, settle: Any
) -> None:
    finding = give(todo)
    settle(todo)
    finding.todo_id = None
    settle(todo)
    # Nothing was settled: whether the work is over is for a person to say.
    assert todo.done_at is None
    assert steps(session, todo)[-1] == "Its findings are no longer its own."


def test_settling_takes_the_same_queries_for_many(
    session: Session, give: Any, query_counter: Callable[..., Any]
) -> None:
    todos = [Todo(title=f"to-do {number}") for number in range(40)]
    session.add_all(todos)
    session.flush()
    for number, todo in enumerate(todos):
        if number % 2:
            todo.done_at = utc_now()
        give(todo, "open" if number % 2 else "resolved")
    session.commit()
    ids = [todo.id for todo in todos]
    with query_counter() as queries:
        closing.settle_todos(session, ids)
    assert len(queries) <= MOST_QUERIES
    session.commit()
    kept = session.scalars(select(Todo.done_at).order_by(Todo.id)).all()
    assert [done_at is None for done_at in kept] == [False, True] * 20


def test_findings_of_a_todo_are_counted_and_listed_open_first(
    session: Session, todo: Todo, give: Any
) -> None:
    settled, waiting = give(todo, "accepted"), give(todo)
    give(None)
    counted = closing.count_findings(session, todo.id)
    assert (counted.total, counted.open) == (2, 1)
    assert closing.list_findings(session, todo.id, 10) == [waiting, settled]
    assert str(closing.still_open(counted)) == "1 of its 2 findings is still open."
    assert closing.still_open(closing.FindingsOfTodo(2, 0)) is None
    assert closing.count_findings(session, 404) == closing.FindingsOfTodo()
