"""Several to-dos at once, and their order within a day."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Person, Todo, TodoEvent
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
TODAY = utc_now().date()


@pytest.fixture
def editor(client_as: ClientAs, session: Session) -> FlaskClient:
    session.add(Person(name="Mina Park"))
    session.add_all(Todo(title=title, due=TODAY) for title in ("one", "two", "three"))
    session.commit()
    return client_as("editor")


@pytest.fixture
def act(editor: FlaskClient, page: ReadPage) -> Callable[..., Page]:
    """Tick some to-dos in the list, press a button, and see the list again."""

    def act(name: str, *ids: int, **values: str) -> Page:
        form = page(editor.get("/todos?priority=3")).one("#many")
        data = {"act": name, "todo": [str(id) for id in ids], **values}
        answer = editor.post(form.get("action"), data=data)
        assert (answer.status_code, answer.location) == (303, "/todos?priority=3")
        return page(editor.get(answer.location))

    return act


def titles(page: Page) -> list[str]:
    return page.texts(".lines > li > a")


def stored(session: Session) -> list[tuple[str, Any, Any, bool]]:
    todos = session.scalars(select(Todo).order_by(Todo.id))
    return [(one.title, one.due, one.assignee_id, one.done_at is not None) for one in todos]


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("complete", {}, "2 to-dos are done."),
        ("assign", {"give_to": "1"}, "2 to-dos are given."),
        ("move", {"move_to": "2030-01-01"}, "2 to-dos are moved."),
        ("move", {"move_to": ""}, "2 to-dos are moved."),
        ("delete", {}, "2 to-dos are deleted."),
    ],
)
def test_one_act_on_several_is_undone_as_one(
    editor: FlaskClient,
    act: Callable[..., Page],
    page: ReadPage,
    reload: Callable[[], Session],
    name: str,
    values: dict[str, str],
    words: str,
) -> None:
    before = stored(reload())
    after = act(name, 1, 3, **values)
    assert words in after.text(".message")
    changed = stored(reload())
    assert changed != before
    assert before[1] in changed
    undone = editor.post(after.one(".message form").get("action"))
    assert undone.location == "/todos?priority=3"
    assert page(editor.get("/todos")).texts(".message") == ["2 to-dos are as before."]
    assert stored(reload()) == before
    assert {event.actor for event in reload().scalars(select(TodoEvent))} == {"edo"}


def test_undo_keeps_what_was_changed_since(
    editor: FlaskClient, act: Callable[..., Page], page: ReadPage, reload: Callable[[], Session]
) -> None:
    after = act("move", 1, 2, move_to="2030-01-01")
    act("move", 2, move_to="2031-01-01")
    editor.post(after.one(".message form").get("action"))
    message = " ".join(page(editor.get("/todos")).texts(".message"))
    assert "1 to-do is as before." in message
    assert "Changed since, and kept: two." in message
    assert [row[1] for row in stored(reload())] == [TODAY, dt.date(2031, 1, 1), TODAY]


def test_what_says_so_already_is_left_alone(
    act: Callable[..., Page], reload: Callable[[], Session]
) -> None:
    assert "Nothing had to be changed." in act("move", 1, 2, move_to=str(TODAY)).text(".message")
    assert "1 to-do is given." in act("assign", 1, 999, give_to="1").text(".message")
    assert len(reload().scalars(select(TodoEvent)).all()) == 1


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("complete", {"todo": []}, "Tick the to-dos first."),
        ("complete", {"todo": ["x", "-1", "9" * 30]}, "Tick the to-dos first."),
        ("move", {"todo": ["1"], "move_to": "3/4/2003"}, "could be two days"),
        ("assign", {"todo": ["1"], "give_to": "77"}, "Choose one of the list"),
    ],
)
def test_what_cannot_be_done_is_told(
    editor: FlaskClient,
    page: ReadPage,
    reload: Callable[[], Session],
    name: str,
    values: dict[str, Any],
    reason: str,
) -> None:
    before = stored(reload())
    assert editor.post("/todos/many", data={"act": name, **values}).status_code == 303
    assert reason in page(editor.get("/todos")).text(".message.error")
    assert stored(reload()) == before


@pytest.mark.parametrize(
    "address",
    [
        "/todos/many",
        "/todos/undo",
        "/todos/undo?steps=",
        "/todos/undo?steps=1-",
        "/todos/undo?steps=1;drop",
        "/todos/undo?steps=" + "1." * 2000 + "1",
        "/todos/1/move",
        "/todos/1/move?above=x",
    ],
)
def test_broken_requests_are_refused(editor: FlaskClient, address: str) -> None:
    assert editor.post(address).status_code == 400
    assert editor.get(address).status_code in (404, 405)


def test_undoing_nothing_is_told(editor: FlaskClient, page: ReadPage) -> None:
    editor.post("/todos/undo?steps=1-999999999.7")
    assert "Nothing is left to undo." in page(editor.get("/todos")).text(".message")


@pytest.mark.parametrize("address", ["/todos/many", "/todos/undo?steps=1", "/todos/1/move?above=2"])
def test_only_editors_act_on_several(
    client_as: ClientAs, client: FlaskClient, page: ReadPage, address: str
) -> None:
    data = {"act": "delete", "todo": "1"}
    assert client_as("reader").post(address, data=data).status_code == 403
    assert client.post(address, data=data).status_code == 401


def test_readers_see_no_boxes(editor: FlaskClient, client: FlaskClient, page: ReadPage) -> None:
    assert not page(client.get("/todos")).all(".lines input, .lines button, #many")


def test_to_dos_of_a_day_are_put_in_order(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    listed = page(editor.get("/todos"))
    assert titles(listed) == ["one", "two", "three"]
    down = listed.one("[aria-label='Down: one']").get("formaction")
    answer = editor.post(down)
    assert (answer.status_code, answer.location) == (303, "/todos#todo-1")
    listed = page(editor.get("/todos"))
    assert titles(listed) == ["two", "one", "three"]
    editor.post(listed.one("[aria-label='Up: three']").get("formaction"))
    assert titles(page(editor.get("/todos"))) == ["two", "three", "one"]
    # A form that was opened before is not stale.
    assert {todo.revision for todo in reload().scalars(select(Todo))} == {1}
    assert not listed.all("[aria-label='Up: two']")


def test_all_of_a_page_are_ticked_by_an_address(editor: FlaskClient, page: ReadPage) -> None:
    listed = page(editor.get("/todos?priority=3"))
    assert not listed.all("input[name=todo][checked]")
    ticked = page(editor.get(listed.link("Tick all 3 on this page")))
    assert not ticked.all(".message")
    ids = [box.get("value") for box in ticked.all("input[name=todo][checked]")]
    assert ids == ["1", "2", "3"]
    assert ticked.link("Tick none") == "/todos?priority=3#many"
    editor.post("/todos/many", data={"act": "complete", "todo": ids})
    assert "3 to-dos are done." in page(editor.get("/todos")).text(".message")


def test_what_nobody_put_anywhere_stands_beneath_what_somebody_did(
    editor: FlaskClient, page: ReadPage, session: Session
) -> None:
    editor.post("/todos/3/move?above=1")
    due = session.get_one(Todo, 1).due
    session.add_all(Todo(title=f"p{number}", due=due, priority=number) for number in (2, 1))
    session.commit()
    assert titles(page(editor.get("/todos"))) == ["three", "one", "two", "p1", "p2"]
    editor.post("/todos/5/move?above=3")
    assert titles(page(editor.get("/todos"))) == ["p1", "three", "one", "two", "p2"]


def test_another_day_begins_a_new_order(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    editor.post("/todos/3/move?above=1")
    form = page(editor.get("/todos/3/edit")).form() | {"due": "2030-01-01"}
    assert editor.post("/todos/3/edit", data=form).status_code == 303
    assert reload().get_one(Todo, 3).position == 0


def test_undoing_a_move_puts_to_dos_back_where_they_stood(
    editor: FlaskClient, page: ReadPage
) -> None:
    editor.post("/todos/3/move?above=1")
    editor.post("/todos/many", data={"act": "move", "todo": "1", "move_to": "2030-01-01"})
    moved = page(editor.get("/todos"))
    assert titles(moved) == ["three", "two", "one"]
    editor.post(moved.one(".message form").get("action"))
    assert titles(page(editor.get("/todos"))) == ["three", "one", "two"]


def test_only_to_dos_of_one_day_are_put_in_order(
    editor: FlaskClient, page: ReadPage, session: Session
) -> None:
    session.get_one(Todo, 2).due = None
    session.get_one(Todo, 3).done_at = utc_now()
    session.commit()
    for address in ("/todos/1/move?above=2", "/todos/1/move?below=3", "/todos/1/move?above=1"):
        editor.post(address)
        message = page(editor.get("/todos")).text(".message.error")
        assert "ordered among those of one day" in message
