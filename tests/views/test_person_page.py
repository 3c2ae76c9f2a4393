import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Finding, FindingDecision, Person, Record, Todo, User
from app.services.register import Actor
from tests.support.clients import default_outbreak
from tests.support.pages import Page

ReadPage = Callable[..., Page]


@pytest.fixture
def mina(session: Session) -> Person:
    person = Person(name="Mina Park")
    session.add(person)
    session.commit()
    return person


@pytest.fixture
def user(make_user: Callable[..., User], mina: Person) -> User:
    """The user that Mina signs in as."""
    return make_user("editor", "mina", person_id=mina.id)


@pytest.fixture
def give(session: Session, mina: Person) -> Callable[..., Todo]:
    """Give Mina a to-do made of findings in these states."""

    def give(title: str, *states: str, **values: Any) -> Todo:
        todo = Todo(title=title, assignee_id=mina.id, **values)
        session.add(todo)
        session.flush()
        for number, state in enumerate(states):
            finding = Finding(
                outbreak_id=default_outbreak(session).id,
                rule="former",
                level="error",
                key=f"{todo.id}:{number}",
                grouping="sum",
                state=state,
                todo_id=todo.id,
            )
            session.add(finding)
        session.commit()
        return todo

    return give


def test_to_dos_are_completed_where_they_are_seen(
    client_as: Callable[[str], FlaskClient],
    page: ReadPage,
    give: Callable[..., Todo],
    make_record: Callable[..., Record],
    reload: Callable[[], Session],
) -> None:
    record = make_record("Viet Nam", "2003-04-12", cases=62)
    give("Ring Hanoi", country_id=record.country_id, record_id=record.id)
    editor = client_as("editor")
    for address in ("/people/mina-park", "/countries/viet-nam", f"/records/{record.id}"):
        assert not page(client_as("reader").get(address)).all("form[action*=complete]")
        form = page(editor.get(address)).one("form[action*=complete]")
        answer = editor.post(form.get("action"))
        assert (answer.status_code, answer.location) == (303, address)
        shown = page(editor.get(address))
        assert "Ring Hanoi is done." in shown.text(".message")
        assert not shown.all("form[action*=complete]")
        undone = editor.post(shown.one(".message form").get("action"))
        assert (undone.status_code, undone.location) == (303, address)
        assert reload().scalars(select(Todo.done_at)).one() is None
    # What was completed elsewhere is not struck through in the list, where nobody saw it.
    editor.post("/todos/1/complete?to=person")
    assert not page(editor.get("/todos")).all(".struck")


def test_navigation_counts_what_is_due_of_ones_own(
    open_browser: Callable[[User], FlaskClient],
    client: FlaskClient,
    client_as: Callable[[str], FlaskClient],
    page: ReadPage,
    user: User,
    give: Callable[..., Todo],
) -> None:
    today = utc_now().date()
    mine = open_browser(user)
    assert page(mine.get("/")).link("To-dos") == "/todos"
    for days in (-1, 0, 1, None):
        give("Ring", due=None if days is None else today + dt.timedelta(days=days))
    give("Ring", due=today, done_at=utc_now())
    assert page(mine.get("/")).link("To-dos 2 of yours due") == "/todos"
    for others in (client, client_as("editor")):
        assert page(others.get("/")).link("To-dos") == "/todos"


def test_what_nobody_signed_in_wrote_is_nobodys(
    client: FlaskClient, page: ReadPage, mina: Person, make_record: Callable[..., Record]
) -> None:
    make_record("Viet Nam", "2003-04-12", cases=62, by=Actor("night script"))
    assert page(client.get("/people/mina-park")).texts(".toolbar li") == ["0 open to-dos"]


def test_person_page_shows_what_they_have_to_do(
    client: FlaskClient, page: ReadPage, give: Callable[..., Todo]
) -> None:
    give("Ring Hanoi", "open", "accepted")
    give("Ring Seoul", "open", done_at=utc_now())
    shown = page(client.get("/people/mina-park"))
    assert shown.link("1 open to-do") == "/todos?assignee=mina-park"
    assert shown.link("1 done") == "/todos?assignee=mina-park&state=done"
    assert shown.link("2 open findings") == "#findings"
    assert shown.texts("h2") == ["Open to-dos", "Findings given to them"]
    assert shown.link("Ring Seoul") == "/todos/2"


def test_person_page_shows_what_their_user_did(
    client: FlaskClient,
    page: ReadPage,
    make_record: Callable[..., Record],
    user: User,
    session: Session,
) -> None:
    make_record("Viet Nam", "2003-04-12", cases=3, by=Actor("mina", user.id), reason="phone")
    make_record("Viet Nam", "2003-04-13", cases=4, by=Actor("other"))
    decided = FindingDecision(
        outbreak_id=default_outbreak(session).id,
        act="accept",
        reason="late report",
        user_id=user.id,
        actor="mina",
        count=19,
    )
    session.add(decided)
    session.commit()
    shown = page(client.get("/people/mina-park"))
    assert shown.link("1 change of the register") == "/activity?changed_by=mina"
    assert shown.link("Viet Nam, 12 April 2003")
    assert "13 April" not in shown.text()
    assert "Accepted 19 findings late report" in shown.text()
    assert shown.link("Accepted 19 findings") == "/review?decision=1&state=all"
    log = page(client.get(shown.link("The decision, and how to take it back")))
    assert log.texts(".chips a") == ["mina ×remove"]
    assert len(log.all(".lines > li")) == 1


def test_person_page_takes_the_same_queries_however_much_there_is(
    client: FlaskClient,
    give: Callable[..., Todo],
    user: User,
    make_record: Callable[..., Record],
    query_counter: Callable[..., Any],
) -> None:
    counts = []
    for number in (1, 5):
        for day in range(1, number + 1):
            give(f"to-do {day}", "open")
            make_record("Viet Nam", f"2003-0{number}-{day:02}", by=Actor("mina", user.id))
        with query_counter() as queries:
            client.get("/people/mina-park")
        statements = [query for query in queries if query.startswith(("SELECT", "WITH"))]
        counts.append(len(statements))
    # The person, their user, all counts, to-dos, how many findings each has, findings, decisions;
    # the changes, four for what each did and one for what can be undone.
    assert counts == [13, 13]


def test_list_of_people_counts_open_todos_in_one_query(
    client: FlaskClient,
    page: ReadPage,
    session: Session,
    give: Callable[..., Todo],
    query_counter: Callable[..., Any],
) -> None:
    give("one")
    give("two")
    give("three", done_at=utc_now())
    session.add(Person(name="Jun Kim"))
    session.commit()
    with query_counter() as queries:
        listed = page(client.get("/people"))
    assert [(row[0], row[1]) for row in listed.rows()] == [
        ("Jun Kim", "0"),
        ("Mina Park", "2 open to-dos of Mina Park"),
    ]
    assert len([query for query in queries if "JOIN todo" in query]) == 1


def test_people_who_are_not_active_are_told_and_not_offered(
    client_as: Callable[[str], FlaskClient],
    page: ReadPage,
    session: Session,
    give: Callable[..., Todo],
) -> None:
    todo = give("Ring Hanoi")
    session.get_one(Person, todo.assignee_id).active = False
    session.add(Person(name="Jun Kim"))
    session.commit()
    editor = client_as("editor")
    assert page(editor.get("/people?state=inactive")).rows()[0][0] == "Mina Park Not active"
    assert page(editor.get("/people?state=active")).texts("tbody th") == ["Jun Kim"]
    assert "not offered for new work" in page(editor.get("/people/mina-park")).text()
    offered = page(editor.get("/todos/new")).texts("[name=assignee_id] option")
    assert offered == ["Nobody yet", "Jun Kim"]
    # Where they are already, they may stay.
    kept = page(editor.get(f"/todos/{todo.id}/edit"))
    assert kept.texts("[name=assignee_id] option") == ["Nobody yet", "Jun Kim", "Mina Park"]
    data = {"title": "Ring Seoul", "priority": "3", "assignee_id": str(todo.assignee_id)}
    assert editor.post("/todos/new", data=data).status_code == 422
    assert editor.post("/todos/1/edit", data={**data, "revision": "1"}).status_code == 303
