"""Entries saved, deleted and brought back by several at once, as scripts would do it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Person, Todo
from app.services.changesets import Actor
from app.services.deletions import CannotRestore, delete_entry, restore_entry
from app.services.entries import DuplicateEntry, StaleEntry, add_entry, find_entry, save_entry

RACERS = 10
ACTOR = Actor("Edo")


@pytest.fixture
def mina(session: Session) -> Person:
    person = Person()
    save_entry(session, person, {"name": "Mina Park"})
    session.commit()
    return person


def race(url: str, act: Callable[[Session, int], object]) -> list[bool]:
    """Let all begin together; tell for each whether it won."""
    barrier = Barrier(RACERS)

    def run(number: int) -> bool:
        with open_session(url) as session:
            barrier.wait()
            try:
                act(session, number)
                session.commit()
            except (StaleEntry, DuplicateEntry, CannotRestore):
                return False
            return True

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(run, range(RACERS)))


def test_one_of_many_edits_wins(
    database_url: str, mina: Person, reload: Callable[[], Session]
) -> None:
    def edit(session: Session, number: int) -> None:
        person = find_entry(session, Person, "mina-park", lock=True)
        assert person is not None
        save_entry(session, person, {"organisation": f"Office {number}"}, revision=1)

    assert race(database_url, edit).count(True) == 1
    assert reload().get_one(Person, mina.id).revision == 2


def test_one_of_many_namesakes_is_added(database_url: str, reload: Callable[[], Session]) -> None:
    def add(session: Session, number: int) -> None:
        add_entry(session, Person, {"name": "Mina Park" if number % 2 else "MINA  park"})

    assert race(database_url, add).count(True) == 1
    assert len(reload().scalars(select(Person)).all()) == 1


def test_form_sent_many_times_at_once_adds_one(
    database_url: str, reload: Callable[[], Session]
) -> None:
    race(
        database_url,
        lambda session, _: add_entry(session, Todo, {"title": "Ring Hanoi"}, actor=ACTOR),
    )
    assert len(reload().scalars(select(Todo)).all()) == 1


def test_one_of_many_undos_brings_back(
    database_url: str, session: Session, mina: Person, reload: Callable[[], Session]
) -> None:
    deletion = delete_entry(session, mina, ACTOR, revision=1)
    session.commit()

    def undo(session: Session, _number: int) -> None:
        restore_entry(session, Person, deletion.id, ACTOR)

    assert race(database_url, undo).count(True) == 1
    assert reload().scalars(select(Person)).one().revision == 2


def test_reference_that_is_gone_by_now_comes_back_empty(
    session: Session, mina: Person, reload: Callable[[], Session]
) -> None:
    todo = Todo(title="Ring Hanoi", assignee_id=mina.id)
    session.add(todo)
    session.flush()
    todo_gone = delete_entry(session, todo, ACTOR, revision=1)
    delete_entry(session, mina, ACTOR, revision=1)
    restore_entry(session, Todo, todo_gone.id, ACTOR)
    session.commit()
    assert reload().scalars(select(Todo)).one().assignee_id is None
