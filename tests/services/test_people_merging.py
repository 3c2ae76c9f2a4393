"""People merged by several at once, as scripts would do it, and at any size."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Person, Todo
from app.services import people_leaving
from app.services.changesets import Actor
from app.services.deletions import restore_entry
from app.services.entries import StaleEntry, find_entry, save_entry
from app.services.people_merging import merge_people

ACTOR = Actor("Edo")
NAMES = ("Mina Park", "M. Park")
SLUGS = ("mina-park", "m-park")


@pytest.fixture
def two(session: Session) -> list[Person]:
    people = [Person(), Person()]
    for person, name in zip(people, NAMES, strict=True):
        save_entry(session, person, {"name": name})
    session.commit()
    return people


def give(session: Session, person: Person, count: int) -> None:
    session.add_all(Todo(title=str(number), assignee_id=person.id) for number in range(count))
    session.commit()


def merge_by_address(url: str, slugs: tuple[str, str], barrier: Barrier) -> str:
    with open_session(url) as session:
        people = [find_entry(session, Person, slug) for slug in slugs]
        # On SQLite whoever may write waits for the other; values that were read stay readable.
        session.commit()
        barrier.wait()
        first, second = people
        assert first
        assert second
        try:
            merge_people(session, first, second, ACTOR, revisions=(1, 1))
            session.commit()
        except StaleEntry:
            return "stale"
        return slugs[1]


def test_two_who_merge_the_same_people_each_into_the_other_do_not_wait_for_ever(
    database_url: str, two: list[Person], session: Session, reload: Callable[[], Session]
) -> None:
    give(session, two[0], 3)
    give(session, two[1], 3)
    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        tries = [
            pool.submit(merge_by_address, database_url, slugs, barrier)
            for slugs in (SLUGS, (SLUGS[1], SLUGS[0]))
        ]
        outcomes = {each.result(timeout=60) for each in tries}
    left = reload().scalars(select(Person)).one()
    assert outcomes == {"stale", left.slug}
    assert set(reload().scalars(select(Todo.assignee_id))) == {left.id}


def test_two_who_leave_and_hand_over_to_each_other_do_not_wait_for_ever(
    database_url: str, two: list[Person], session: Session, reload: Callable[[], Session]
) -> None:
    give(session, two[0], 2)
    barrier = Barrier(2)

    def leave(number: int) -> bool:
        with open_session(database_url) as own:
            person, heir = own.get_one(Person, number), own.get_one(Person, 3 - number)
            own.commit()
            barrier.wait()
            try:
                people_leaving.deactivate(own, person, heir.id, ACTOR, revision=1)
                own.commit()
            except (StaleEntry, people_leaving.CannotTakeOver):
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, (1, 2), timeout=60)) == [False, True]
    (active,) = reload().scalars(select(Person).where(Person.active))
    assert set(reload().scalars(select(Todo.assignee_id))) == {active.id}


@pytest.mark.parametrize("count", [2, 30])
def test_merging_and_its_undo_take_the_same_queries_for_any_number_of_todos(
    session: Session, two: list[Person], query_counter: Callable[..., Any], count: int
) -> None:
    give(session, two[0], count)
    with query_counter() as merging:
        deletion = merge_people(session, two[0], two[1], ACTOR, revisions=(1, 1))
    session.commit()
    with query_counter() as undoing:
        restore_entry(session, Person, deletion.id, ACTOR)
    session.commit()
    written = [
        len([query for query in queries if query.startswith(("UPDATE", "SELECT"))])
        for queries in (merging, undoing)
    ]
    # Both people read and locked; for to-dos and users who names them, and an update of to-dos.
    # Undone: the deletion, the slug, and the same again.
    assert max(written) <= 12
    assert set(session.scalars(select(Todo.assignee_id))) == {deletion.row["id"]}


def test_leaving_and_its_undo_take_the_same_queries_for_any_number_of_todos(
    session: Session, two: list[Person], query_counter: Callable[..., Any]
) -> None:
    counts = []
    for number in (2, 30):
        give(session, two[0], number)
        session.refresh(two[0])
        revision = two[0].revision
        with query_counter() as queries:
            handover = people_leaving.deactivate(
                session, two[0], two[1].id, ACTOR, revision=revision
            )
            people_leaving.activate(session, two[0], ACTOR, handover)
        session.commit()
        counts.append(len([query for query in queries if query.startswith(("UPDATE", "SELECT"))]))
    assert counts[0] == counts[1] <= 10
