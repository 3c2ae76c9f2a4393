"""Every step of a to-do's life is written into its log, whoever takes it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Person, Todo, TodoEvent
from app.services import entries, todos
from app.services.changesets import Actor
from app.services.deletions import delete_entry, restore_entry

EDO = Actor("Edo")
Steps = Callable[[], list[tuple[str, dict[str, Any], str]]]


@pytest.fixture
def steps(session: Session, reload: Callable[[], Session]) -> Steps:
    """Tell what is stored in the logs: kind, changes, text."""

    def steps() -> list[tuple[str, dict[str, Any], str]]:
        session.commit()
        events = reload().scalars(select(TodoEvent).order_by(TodoEvent.id)).all()
        assert {event.actor for event in events} == {"Edo"}
        return [(event.kind, event.changes, event.text) for event in events]

    return steps


def test_a_todos_life_is_told_from_its_beginning(session: Session, steps: Steps) -> None:
    todo = todos.add_todo(session, "Ring  Hanoi", EDO, why="Made from 3 findings")
    due = dt.date(2003, 4, 12)
    entries.save_entry(session, todo, {"title": "Ring Hanoi", "due": due}, revision=1, actor=EDO)
    todos.comment(session, todo, "Nobody\r\nanswers", EDO)
    todos.complete(session, todo, EDO)
    done = todo.done_at
    assert done is not None
    todos.complete(session, todo, EDO)
    todos.reopen(session, todo, EDO)
    deletion = delete_entry(session, todo, EDO, revision=todo.revision)
    restore_entry(session, Todo, deletion.id, EDO)
    assert steps() == [
        ("added", {}, "Made from 3 findings"),
        ("changed", {"due": [None, "2003-04-12"]}, ""),
        ("comment", {}, "Nobody\nanswers"),
        ("done", {"done_at": [None, done.isoformat()]}, ""),
        ("reopened", {"done_at": [done.isoformat(), None]}, ""),
        ("deleted", {}, ""),
        ("restored", {}, ""),
    ]


def test_an_edit_that_changes_nothing_is_no_step(session: Session, steps: Steps) -> None:
    todo = todos.add_todo(session, "Ring Hanoi", EDO)
    entries.save_entry(session, todo, {"title": "Ring Hanoi"}, revision=1, actor=EDO)
    assert [kind for kind, _, _ in steps()] == ["added"]


def test_deleting_a_person_is_told_in_the_logs_of_their_todos(
    session: Session, steps: Steps
) -> None:
    mina = Person(name="Mina Park")
    session.add(mina)
    session.flush()
    todos.add_todo(session, "Ring Hanoi", EDO, assignee_id=mina.id)
    todos.add_todo(session, "Ring Toronto", EDO)
    deletion = delete_entry(session, mina, EDO, revision=1)
    restore_entry(session, Person, deletion.id, EDO)
    assert steps()[2:] == [
        ("changed", {"assignee_id": [mina.id, None]}, ""),
        ("changed", {"assignee_id": [None, mina.id]}, ""),
    ]


def test_a_write_that_names_nobody_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="names who did it"):
        entries.add_entry(session, Todo, {"title": "Ring Hanoi"})


def test_a_comment_says_something(session: Session) -> None:
    todo = todos.add_todo(session, "Ring Hanoi", EDO)
    with pytest.raises(todos.NothingSaid):
        todos.comment(session, todo, " \n ", EDO)
