from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country, Finding, Person, Todo
from tests.support.clients import default_outbreak
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def todo(session: Session) -> Todo:
    """A to-do with three findings, one of them settled."""
    todo = Todo(title="Ask Hanoi")
    country = Country(name="Viet Nam", slug="viet-nam")
    session.add_all([todo, country])
    session.flush()
    for number, state in enumerate(("open", "accepted", "open")):
        finding = Finding(
            outbreak_id=default_outbreak(session).id,
            rule="former",
            level="warning",
            country_id=country.id,
            key=str(number),
            grouping="decline:cases:1",
            state=state,
            todo_id=todo.id,
        )
        session.add(finding)
    session.commit()
    return todo


def test_todo_says_which_of_its_findings_are_still_open(
    client: FlaskClient, page: ReadPage, todo: Todo
) -> None:
    shown = page(client.get(f"/todos/{todo.id}"))
    assert "2 of 3 still open" in shown.text()
    assert shown.texts("main .lines .badge") == ["Open", "Open", "Accepted"]


def test_list_and_person_say_how_many_findings_are_open(
    client: FlaskClient, page: ReadPage, todo: Todo, session: Session
) -> None:
    person = Person(name="Mina Park")
    session.add_all([person, Todo(title="Ring Hanoi", record_id=7)])
    session.flush()
    todo.assignee_id = person.id
    session.commit()
    rows = page(client.get("/todos")).texts(".lines > li")
    assert ["2 of 3 findings open" in row for row in rows] == [True, False]
    assert page(client.get("/todos")).link("record") == "/records/7"
    assert "2 of 3 findings open" in page(client.get("/people/mina-park")).texts(".lines > li")[0]


def test_todo_without_findings_does_not_mention_them(
    client: FlaskClient, page: ReadPage, session: Session
) -> None:
    session.add(Todo(title="Ring Hanoi"))
    session.commit()
    assert "Findings" not in page(client.get("/todos/1")).texts("h2")


def test_completing_with_findings_open_says_so_and_leaves_them(
    client_as: ClientAs, page: ReadPage, todo: Todo, reload: Callable[[], Session]
) -> None:
    editor = client_as("editor")
    listed = page(editor.post(f"/todos/{todo.id}/complete", follow_redirects=True))
    assert "Ask Hanoi is done. 2 of its 3 findings are still open." in listed.text(".message")
    states = reload().scalars(select(Finding.state).order_by(Finding.id)).all()
    assert states == ["open", "accepted", "open"]
    assert reload().get_one(Todo, todo.id).done_at is not None


def test_findings_take_two_queries(
    client: FlaskClient, todo: Todo, query_counter: Callable[..., Any]
) -> None:
    with query_counter() as queries:
        client.get(f"/todos/{todo.id}")
    # Their counts; those that are shown, with their countries.
    assert len([query for query in queries if "FROM finding" in query]) == 2
