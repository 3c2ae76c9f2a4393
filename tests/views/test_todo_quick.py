"""Adding by one line, and to-dos that come again."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Person, Record, Todo
from app.services import todos
from app.todos.words import repeat_in_words
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
TODAY = dt.date(2003, 11, 22)


@pytest.fixture(autouse=True)
def _saturday() -> object:
    with time_machine.travel(dt.datetime(2003, 11, 22, 10, tzinfo=dt.UTC), tick=True):
        yield


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    return client_as("editor")


def stored(session: Session) -> list[Todo]:
    return list(session.scalars(select(Todo).order_by(Todo.id)))


def test_a_line_is_understood_stored_and_told(
    editor: FlaskClient,
    make_record: Callable[..., Record],
    session: Session,
    page: ReadPage,
    reload: Callable[[], Session],
) -> None:
    make_record("Viet Nam", "2003-04-12", cases=62)
    session.add(Person(name="Mina Park"))
    session.commit()
    form = page(editor.get("/todos")).one("form.quick")
    line = "Ring Hanoi about 12 April tomorrow p1 @mina #viet-nam every Friday"
    answer = editor.post(form.get("action"), data={"line": line})
    assert (answer.status_code, answer.location) == (303, "/todos")
    (todo,) = stored(reload())
    assert (todo.title, todo.due) == ("Ring Hanoi about 12 April", dt.date(2003, 11, 23))
    assert (todo.priority, todo.assignee_id) == (1, 1)
    assert todo.repeat == "FREQ=WEEKLY;BYDAY=FR"
    listed = page(editor.get("/todos"))
    assert "Ring Hanoi about 12 April is added." in listed.text(".message")
    assert listed.texts(".message .badge") == [
        "Due 23 November 2003",
        "Urgent",
        "Mina Park",
        "Viet Nam",
        "every Friday",
    ]
    assert listed.link("Change") == "/todos/1/edit"


def test_a_line_is_told_before_it_is_added(
    editor: FlaskClient,
    make_record: Callable[..., Record],
    page: ReadPage,
    reload: Callable[[], Session],
) -> None:
    make_record("Viet Nam", "2003-04-12", cases=62)
    editor.post("/people/new", data={"name": "Mina Park"})
    line = '"Ring" Hanoi tomorrow p1 @mina #viet-nam 매주 금요일 12/1 <b>'
    told = page(editor.get("/todos/quick", query_string={"line": line}))
    assert told.form("form.quick")["line"] == line
    assert told.texts(".understood .badge") == [
        "Due 23 November 2003",
        "Urgent",
        "Mina Park",
        "Viet Nam",
        "every Friday",
    ]
    assert "Hanoi 12/1 <b>" in told.text(".understood")
    assert "12/1 could be" in told.text(".understood")
    assert stored(reload()) == []
    whole = page(editor.get(told.link("Change in the whole form")))
    typed = whole.form()
    assert (typed["due"], typed["priority"]) == ("2003-11-23", "1")
    assert (typed["repeat"], typed["assignee_id"], typed["country_id"]) == (
        "every Friday",
        "1",
        "1",
    )


def test_a_script_gets_only_what_was_understood(editor: FlaskClient) -> None:
    asked = {"Casebook-Part": "understood"}
    answer = editor.get("/todos/quick", query_string={"line": "Ring tomorrow"}, headers=asked)
    assert "Due 23 November 2003" in answer.text
    assert "<main" not in answer.text
    assert "Casebook-Part" in answer.headers["Vary"]
    for line in ("", " ", "Ring"):
        answer = editor.get("/todos/quick", query_string={"line": line}, headers=asked)
        assert (answer.status_code, answer.text.strip()) == (200, "")


@pytest.mark.parametrize("line", ["tomorrow", "x" * 501, "a\u202eb", "\0", "@", "#", "@me every"])
def test_any_line_is_told_without_harm(editor: FlaskClient, page: ReadPage, line: str) -> None:
    page(editor.get("/todos/quick", query_string={"line": line}))


@pytest.mark.parametrize("people", [1, 40])
def test_telling_takes_the_same_queries_for_any_number_of_people(
    editor: FlaskClient, session: Session, query_counter: Callable[..., Any], people: int
) -> None:
    session.add_all(
        Person(name=f"Mina {number}", slug=f"mina-{number}") for number in range(people)
    )
    session.commit()
    asked = {"Casebook-Part": "understood"}
    with query_counter() as queries:
        editor.get("/todos/quick", query_string={"line": "Ring @mina-0 tomorrow"}, headers=asked)
    # Who is signed in; whom a line may name; whom it does.
    assert len([query for query in queries if query.startswith("SELECT")]) == 3


def test_what_is_not_understood_is_told_and_kept(editor: FlaskClient, page: ReadPage) -> None:
    editor.post("/todos/quick", data={"line": "Ring @nobody #atlantis 12/1 <b>"})
    listed = page(editor.get("/todos"))
    assert listed.link("Ring @nobody #atlantis 12/1 <b>") == "/todos/1"
    for doubt in ("Nobody is called @nobody.", "No country is called #atlantis.", "12/1 could be"):
        assert doubt in listed.text(".message")


@pytest.mark.parametrize("line", ["", "tomorrow p1", "a\u202eb", "x" * 501, "\0", "y" * 400])
def test_nothing_typed_is_lost_when_a_line_is_refused(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session], line: str
) -> None:
    answer = page(editor.post("/todos/quick?due=today", data={"line": line}), status=422)
    assert answer.error_of("line")
    if line.isprintable():
        assert answer.form("form.quick")["line"] == line
    assert answer.one("form.quick").get("action") == "/todos/quick?due=today"
    assert stored(reload()) == []


def test_a_line_sent_twice_adds_one(editor: FlaskClient, reload: Callable[[], Session]) -> None:
    for _ in range(2):
        editor.post("/todos/quick", data={"line": "Ring Hanoi tomorrow"})
    assert len(stored(reload())) == 1


def test_only_editors_add_by_line(client_as: ClientAs, client: FlaskClient, page: ReadPage) -> None:
    assert client_as("reader").post("/todos/quick", data={"line": "x"}).status_code == 403
    assert client.post("/todos/quick", data={"line": "x"}).status_code == 401
    assert client_as("reader").get("/todos/quick?line=x").status_code == 403
    assert client.get("/todos/quick?line=x").status_code == 303
    assert not page(client.get("/todos")).all("form.quick")


def test_people_who_are_away_are_not_meant(
    editor: FlaskClient, session: Session, reload: Callable[[], Session]
) -> None:
    session.add(Person(name="Mina Park", active=False))
    session.commit()
    editor.post("/todos/quick", data={"line": "Ring Hanoi @mina"})
    assert stored(reload())[0].title == "Ring Hanoi @mina"


def test_completing_makes_the_next_one_and_undo_takes_it_away(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    editor.post("/todos/quick", data={"line": "Count beds p2 every weekday"})
    assert stored(reload())[0].due == dt.date(2003, 11, 24)
    editor.post("/todos/1/complete")
    messages = page(editor.get("/todos")).texts(".message")
    assert "The next one is due 25 November 2003." in messages[-1]
    _, following = stored(reload())
    assert (following.title, following.due) == ("Count beds", dt.date(2003, 11, 25))
    assert (following.priority, following.repeat) == (2, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    assert page(editor.get("/todos/1")).link("the next one") == "/todos/2"
    editor.post("/todos/1/reopen")
    assert [(todo.id, todo.done_at) for todo in stored(reload())] == [(1, None)]


def test_undo_leaves_a_next_one_that_somebody_touched(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    editor.post("/todos/quick", data={"line": "Count beds every day"})
    editor.post("/todos/1/complete")
    editor.post("/todos/2/comments", data={"text": "Mine"})
    editor.post("/todos/1/reopen")
    messages = page(editor.get("/todos")).texts(".message")
    assert "stays: it was changed meanwhile" in messages[-1]
    assert len(stored(reload())) == 2


def test_repetition_is_typed_in_words(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    data = {"title": "Ring Hanoi", "priority": "3", "due": "2003-12-01"}
    wrong = page(editor.post("/todos/new", data=data | {"repeat": "now and then"}), status=422)
    assert "is not understood" in wrong.error_of("repeat")
    assert wrong.form()["repeat"] == "now and then"
    editor.post("/todos/new", data=data | {"repeat": "매주 금요일"})
    assert stored(reload())[0].repeat == "FREQ=WEEKLY;BYDAY=FR"
    assert page(editor.get("/todos/1/edit")).form()["repeat"] == "every Friday"
    assert "every Friday" in page(editor.get("/todos/1")).text(".facts")


@pytest.mark.parametrize(
    "repeat",
    [
        todos.Repeat("DAILY"),
        todos.Repeat("DAILY", 3),
        todos.Repeat("WEEKLY"),
        todos.Repeat("WEEKLY", 2),
        todos.Repeat("WEEKLY", days=(0, 1, 2, 3, 4)),
        todos.Repeat("WEEKLY", 2, days=(0, 1, 2, 3, 4)),
        todos.Repeat("WEEKLY", days=(4,)),
        todos.Repeat("WEEKLY", 2, days=(0, 4, 6)),
        todos.Repeat("MONTHLY"),
        todos.Repeat("MONTHLY", 2),
        todos.Repeat("MONTHLY", month_day=15),
        todos.Repeat("MONTHLY", 3, month_day=31),
        todos.Repeat("YEARLY"),
        todos.Repeat("YEARLY", 2),
    ],
)
def test_words_for_a_repetition_are_understood_again(app: object, repeat: todos.Repeat) -> None:
    with app.test_request_context():  # type: ignore[attr-defined]
        assert todos.read_repeat(repeat_in_words(repeat.rule)) == repeat
