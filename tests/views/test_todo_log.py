"""What a to-do's page tells of its life, and comments on it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import, Outbreak, Person, TodoEvent
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    editor = client_as("editor")
    data = {"title": "Ring Hanoi", "priority": "3"}
    assert editor.post("/todos/new", data=data).status_code == 303
    return editor


def told(page: Page) -> list[str]:
    return page.texts("#log + .lines > li > span:first-child")


def test_page_tells_what_happened_the_newest_last(
    editor: FlaskClient, page: ReadPage, session: Session
) -> None:
    session.add(Person(name="Mina Park"))
    session.commit()
    form = page(editor.get("/todos/1/edit")).form()
    form |= {"assignee_id": "1", "priority": "1", "due": "1 May 2003"}
    editor.post("/todos/1/edit", data=form)
    editor.post("/todos/1/complete")
    answer = editor.post("/todos/1/comments", data={"text": "Nobody answers.\nTry Monday."})
    assert (answer.status_code, answer.location) == (303, "/todos/1#log")
    assert told(page(editor.get("/todos/1"))) == [
        "edo added it",
        (
            "edo changed it: due –no value → 2003-05-01 · priority Normal → Urgent"
            " · person –no value → Mina Park"
        ),
        "edo completed it",
        "edo wrote: Nobody answers. Try Monday.",
    ]


def test_comment_is_plain_text_and_says_something(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    editor.post("/todos/1/comments", data={"text": "<b>{{ 7*7 }}</b>"})
    assert told(page(editor.get("/todos/1")))[-1] == "edo wrote: <b>{{ 7*7 }}</b>"
    for text in ("", " \n ", "a\u202eb", "x" * 5001):
        answer = page(editor.post("/todos/1/comments", data={"text": text}), status=422)
        assert answer.error_of("text")
        assert answer.one("textarea").text_content().removeprefix("\n") == text
    comments = select(TodoEvent).where(TodoEvent.kind == "comment")
    assert len(reload().scalars(comments).all()) == 1


def test_readers_read_the_log_and_write_nothing_in_it(
    editor: FlaskClient, client: FlaskClient, client_as: ClientAs, page: ReadPage
) -> None:
    shown = page(client.get("/todos/1"))
    assert told(shown) == ["edo added it"]
    assert not shown.all("textarea")
    assert client.post("/todos/1/comments", data={"text": "x"}).status_code == 401
    assert client_as("reader").post("/todos/1/comments", data={"text": "x"}).status_code == 403
    assert editor.post("/todos/9/comments", data={"text": "x"}).status_code == 404


def test_todo_belongs_to_an_import(editor: FlaskClient, session: Session, page: ReadPage) -> None:
    outbreak = Outbreak(slug="sars", name="SARS", counting="cumulative")
    session.add(outbreak)
    session.flush()
    values = {"outbreak_id": outbreak.id, "sha256": "0" * 64, "size": 1, "status": "applied"}
    session.add(Import(filename="march.csv", actor="Edo", **values))
    session.commit()
    form = page(editor.get("/todos/1/edit")).form() | {"import_id": "/imports/1"}
    assert editor.post("/todos/1/edit", data=form).status_code == 303
    assert page(editor.get("/todos/1")).link("march.csv") == "/imports/1"
    missing = page(editor.post("/todos/1/edit", data=form | {"import_id": "7"}), status=422)
    assert "no such import" in missing.error_of("import_id")


def test_steps_of_findings_are_told_in_words(
    editor: FlaskClient, session: Session, page: ReadPage
) -> None:
    changes = {"open": [2, 1], "findings": 2}
    session.add(TodoEvent(todo_id=1, kind="findings", changes=changes, actor="Casebook"))
    session.commit()
    assert told(page(editor.get("/todos/1")))[-1] == ("Casebook: Findings still open: 1 of 2.")


def test_a_long_log_shows_its_newest_steps(
    editor: FlaskClient, session: Session, page: ReadPage
) -> None:
    session.add_all(
        TodoEvent(todo_id=1, kind="comment", text=f"No. {number}", actor="Edo")
        for number in range(250)
    )
    session.commit()
    shown = page(editor.get("/todos/1"))
    assert len(told_in_full(shown)) == 200
    assert told_in_full(shown)[-1].endswith("No. 249")
    assert "The newest 200 steps are shown." in shown.text()


def told_in_full(page: Page) -> list[str]:
    return page.texts("ol.lines > li > span:first-child")
