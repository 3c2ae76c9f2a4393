"""Two people at one entry of a directory: what began, what is stored, what was typed."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models import Todo
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    editor = client_as("editor")
    data = {"title": "Ring Hanoi", "priority": "3", "notes": "Line one\r\nLine two"}
    assert editor.post("/todos/new", data=data).status_code == 303
    return editor


def test_what_only_one_of_them_changed_is_kept(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    form = page(editor.get("/todos/1/edit")).form()
    theirs = form | {"priority": "1", "title": "Ring Hanoi now"}
    assert editor.post("/todos/1/edit", data=theirs).status_code == 303
    mine = form | {"due": "2003-05-01", "title": "Ring Hanoi soon"}
    answer = page(editor.post("/todos/1/edit", data=mine), status=409)
    rows = {row[0]: row[1:] for row in answer.rows("table.conflict")}
    title = ["Ring Hanoi", "Ring Hanoi now", "Ring Hanoi soon kept"]
    assert rows["What is to be done"] == title
    assert rows["Priority"] == ["Normal", "Urgent kept", "Normal"]
    assert rows["Due"] == ["–no value", "–no value", "2003-05-01 kept"]
    assert rows["Notes"] == ["Line oneLine two"] * 3
    assert len(answer.all("table.conflict .clash")) == 1
    merged = answer.form()
    assert (merged["title"], merged["priority"]) == ("Ring Hanoi soon", "1")
    assert editor.post("/todos/1/edit", data=merged).status_code == 303
    todo = reload().get_one(Todo, 1)
    assert (todo.title, todo.priority, str(todo.due)) == ("Ring Hanoi soon", 1, "2003-05-01")


def test_a_mistake_does_not_lose_where_the_typing_began(
    editor: FlaskClient, page: ReadPage
) -> None:
    form = page(editor.get("/todos/1/edit")).form()
    wrong = page(editor.post("/todos/1/edit", data=form | {"due": "soon"}), status=422).form()
    assert wrong["began-due"] in ("", None)
    assert wrong["began-title"] == "Ring Hanoi"
    editor.post("/todos/1/edit", data=form | {"priority": "2"})
    answer = page(editor.post("/todos/1/edit", data=wrong | {"due": "2003-05-01"}), status=409)
    assert answer.form()["priority"] == "2"


def test_a_second_overtaking_begins_from_what_was_seen(editor: FlaskClient, page: ReadPage) -> None:
    form = page(editor.get("/todos/1/edit")).form()
    editor.post("/todos/1/edit", data=form | {"priority": "2"})
    first = page(editor.post("/todos/1/edit", data=form | {"due": "2003-05-01"}), status=409).form()
    editor.post("/todos/1/edit", data=form | {"priority": "4", "revision": "2"})
    second = page(editor.post("/todos/1/edit", data=first), status=409)
    rows = {row[0]: row[1:] for row in second.rows("table.conflict")}
    assert rows["Priority"] == ["High", "Low kept", "High"]


def test_invented_beginnings_are_shown_as_text(editor: FlaskClient, page: ReadPage) -> None:
    data = {"title": "Mine", "priority": "3", "revision": "7"}
    data |= {"began-title": "<script>alert(1)</script>", "began-notes": "x" * 100_000}
    answer = page(editor.post("/todos/1/edit", data=data), status=409)
    assert "<script>alert(1)</script>" in answer.text("table.conflict")
    assert "xxxxxxx" not in answer.response.text
