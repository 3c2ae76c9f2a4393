import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Country, Person, Record, Todo, User
from app.todos.words import due_in_words
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def add(session: Session) -> Callable[..., Todo]:
    """Add a to-do, due in so many days."""

    def add(title: str, due: int | None = None, **values: Any) -> Todo:
        day = None if due is None else utc_now().date() + dt.timedelta(days=due)
        todo = Todo(title=title, due=day, **values)
        session.add(todo)
        session.commit()
        return todo

    return add


@pytest.fixture
def mina(session: Session) -> Person:
    person = Person(name="Mina Park")
    session.add(person)
    session.commit()
    return person


def titles(page: Page) -> list[str]:
    return page.texts(".lines > li > a")


def test_open_todos_stand_under_the_day_they_are_due(
    client: FlaskClient, add: Callable[..., Todo], page: ReadPage
) -> None:
    add("no date")
    add("later", 30)
    add("late", -2)
    add("today", 0, priority=4)
    add("today and urgent", 0, priority=1)
    add("finished", -5, done_at=utc_now())
    listed = page(client.get("/todos"))
    assert listed.texts("h2") == ["Overdue", "Today", "Later", "No date"]
    assert titles(listed) == ["late", "today and urgent", "today", "later", "no date"]
    assert listed.text(".late") == "2 days late"


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "1 day late"), (0, "today"), (1, "tomorrow"), (13, "in 13 days"), (14, "15 May 2003")],
)
def test_due_day_is_put_into_words(app: Any, days: int, words: str) -> None:
    with app.test_request_context():
        today = dt.date(2003, 5, 1)
        assert due_in_words(today + dt.timedelta(days=days), today) == words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=done", ["finished"]),
        ("state=all", ["late", "hers", "finished"]),
        ("assignee=mina-park", ["hers"]),
        ("assignee=nobody", ["late"]),
        ("due=overdue", ["late"]),
        ("due=none", ["hers"]),
        ("q=LAT", ["late"]),
        ("priority=1", ["urgent"]),
        ("country=canada", ["urgent"]),
        ("state=done&assignee=mina-park", []),
    ],
)
def test_filters_narrow_the_list(
    client: FlaskClient,
    add: Callable[..., Todo],
    mina: Person,
    session: Session,
    page: ReadPage,
    query: str,
    expected: list[str],
) -> None:
    add("late", -1)
    add("hers", assignee_id=mina.id)
    add("finished", done_at=utc_now())
    if "urgent" in expected:
        canada = Country(name="Canada", slug="canada")
        session.add(canada)
        session.flush()
        add("urgent", priority=1, country_id=canada.id)
    listed = page(client.get(f"/todos?{query}"))
    assert titles(listed) == expected
    assert len(listed.all(".chips a:not(.plain)")) == query.count("=")


def test_lists_say_how_many_stand_in_each(
    client: FlaskClient, add: Callable[..., Todo], mina: Person, page: ReadPage
) -> None:
    for due in (-1, -2, 0, 90, None):
        add(f"due {due}", due, assignee_id=mina.id)
    add("somebody else's", -1)
    add("finished", done_at=utc_now(), assignee_id=mina.id)
    listed = page(client.get("/todos?assignee=mina-park&due=overdue"))
    lists = listed.texts("[aria-label='Lists of to-dos'] a")
    assert lists == [
        "All open 5",
        "Overdue 2",
        "Today 1",
        "This week 0",
        "Later 1",
        "No date 1",
        "Done 1",
    ]
    assert listed.texts("[aria-label='Lists of to-dos'] [aria-current]") == ["Overdue 2"]
    assert listed.link("Today 1") == "/todos?assignee=mina-park&due=today"
    assert listed.link("Done 1") == "/todos?assignee=mina-park&state=done"
    assert listed.texts(".chips li") == [
        "Person: Mina Park ×take away",
        "Due: Overdue ×take away",
        "Clear all",
    ]
    assert listed.link("Due: Overdue ×take away") == "/todos?assignee=mina-park"


@pytest.mark.parametrize(
    "query",
    ["state=lost", "assignee=mina-parc", "due=yesterday", "assignee=me", "assignee=me-or-nobody"],
)
def test_unknown_filter_values_are_left_out(
    client: FlaskClient, add: Callable[..., Todo], page: ReadPage, query: str
) -> None:
    add("late", -1)
    listed = page(client.get(f"/todos?{query}"))
    assert titles(listed) == ["late"]
    assert "There is no such choice" in listed.text(".notice")


def test_me_is_the_person_linked_with_the_user(
    client_as: ClientAs,
    database_url: str,
    add: Callable[..., Todo],
    mina: Person,
    page: ReadPage,
    session: Session,
) -> None:
    editor = client_as("editor")
    session.scalars(select(User)).one().person_id = mina.id
    session.commit()
    add("hers", assignee_id=mina.id)
    add("nobody's")
    session.add(Person(name="Jun Kim"))
    session.commit()
    add("his", assignee_id=2)
    assert titles(page(editor.get("/todos?assignee=me"))) == ["hers"]
    assert titles(page(editor.get("/todos?assignee=me-or-nobody"))) == ["hers", "nobody's"]


def test_completed_todo_stays_struck_through_until_the_next_page(
    client_as: ClientAs, add: Callable[..., Todo], page: ReadPage, reload: Callable[[], Session]
) -> None:
    editor = client_as("editor")
    add("late", -1)
    add("other", 3)
    complete = page(editor.get("/todos?due=overdue")).one(".lines [formaction*=complete]")
    answer = editor.post(complete.get("formaction"))
    assert (answer.status_code, answer.location) == (303, "/todos?due=overdue")
    after = page(editor.get(answer.location))
    assert after.texts(".struck") == ["late"]
    assert after.texts("h2") == ["Overdue"]
    assert "late is done." in after.text(".message")
    assert titles(page(editor.get("/todos"))) == ["other"]
    assert reload().get_one(Todo, 1).done_at is not None


def test_completing_is_undone_from_its_message(
    client_as: ClientAs, add: Callable[..., Todo], page: ReadPage, reload: Callable[[], Session]
) -> None:
    editor = client_as("editor")
    add("late", -1)
    editor.post("/todos/1/complete?to=show")
    undo = page(editor.get("/todos/1")).one(".message form").get("action")
    assert editor.post(undo).location == "/todos/1"
    assert reload().get_one(Todo, 1).done_at is None


def test_completing_twice_keeps_the_first_moment(
    client_as: ClientAs, add: Callable[..., Todo], reload: Callable[[], Session]
) -> None:
    moment = dt.datetime(2003, 4, 12, tzinfo=dt.UTC)
    add("done", done_at=moment)
    client_as("editor").post("/todos/1/complete")
    assert reload().get_one(Todo, 1).done_at == moment


@pytest.mark.parametrize("act", ["complete", "reopen"])
def test_only_editors_complete(client_as: ClientAs, add: Callable[..., Todo], act: str) -> None:
    add("late", -1)
    assert client_as("reader").post(f"/todos/1/{act}").status_code == 403
    assert client_as("editor").get(f"/todos/1/{act}").status_code == 405
    assert client_as("editor").post(f"/todos/99/{act}").status_code == 404


def test_todo_belongs_to_a_record_and_a_country(
    client_as: ClientAs, make_record: Callable[..., Record], mina: Person, page: ReadPage
) -> None:
    editor = client_as("editor")
    record = make_record("Viet Nam", "2003-04-12", cases=62)
    form = page(editor.get(f"/todos/new?record_id={record.id}&country_id={record.country_id}"))
    values = form.form() | {
        "title": "Ring Hanoi",
        "due": "1 May 2003",
        "assignee_id": str(mina.id),
        "record_id": f"http://localhost/records/{record.id}",
    }
    address = editor.post("/todos/new", data=values).location
    shown = page(editor.get(address))
    assert shown.link("Viet Nam, 12 April 2003") == f"/records/{record.id}"
    assert shown.link("Viet Nam") == "/countries/viet-nam"
    assert shown.link("Mina Park") == "/people/mina-park"
    assert page(editor.get(f"/records/{record.id}")).link("Ring Hanoi") == address


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("record_id", "999999", "no such record"),
        ("record_id", "385 or so", "record's address"),
        ("assignee_id", "999999", "Choose one of the list"),
        ("country_id", "1e9", "Choose one of the list"),
        ("priority", "0", "Choose one of the list"),
        ("priority", "", "Choose one of the list"),
        ("due", "3/4/2003", "could be two days"),
    ],
)
def test_what_is_not_there_is_refused(
    client_as: ClientAs, page: ReadPage, field: str, value: str, reason: str
) -> None:
    data = {"title": "Ring Hanoi", "priority": "3", field: value}
    answer = page(client_as("editor").post("/todos/new", data=data), status=422)
    assert reason in answer.error_of(field)


def test_fields_nobody_offered_are_not_taken(
    client_as: ClientAs, reload: Callable[[], Session]
) -> None:
    data = {"title": "Ring Hanoi", "priority": "3", "done_at": "2003-04-12", "id": "77"}
    client_as("editor").post("/todos/new", data=data)
    todo = reload().scalars(select(Todo)).one()
    assert (todo.id, todo.done_at) == (1, None)
