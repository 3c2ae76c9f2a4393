from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Person, Todo, TodoEvent
from tests.support.pages import Page

ReadPage = Callable[..., Page]
Reload = Callable[[], Session]


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


@pytest.fixture
def people(session: Session) -> dict[str, int]:
    """Mina with three to-dos, the last of them done; Jun, who is active; Ana, who is not."""
    everybody = [Person(name="Mina"), Person(name="Jun"), Person(name="Ana", active=False)]
    session.add_all(everybody)
    session.flush()
    ids = {person.name: person.id for person in everybody}
    for title, done_at in (("one", None), ("two", None), ("done", utc_now())):
        session.add(Todo(title=title, assignee_id=ids["Mina"], done_at=done_at))
        session.flush()
    session.commit()
    return ids


def owners(session: Session) -> list[int | None]:
    return list(session.scalars(select(Todo.assignee_id).order_by(Todo.id)))


def leave(client: FlaskClient, heir: int | str = "") -> Page:
    data = {"heir_id": str(heir), "revision": "1"}
    return Page(client.post("/people/mina/deactivate", data=data, follow_redirects=True))


def undo_of(page: Page) -> str:
    return str(page.one(".message form").get("action"))


def test_leaving_asks_who_takes_the_open_todos_over(
    editor: FlaskClient, page: ReadPage, people: dict[str, int]
) -> None:
    asked = page(editor.get("/people/mina/deactivate"))
    assert "2 to-dos are open." in asked.text()
    assert asked.texts("[name=heir_id] option") == ["Nobody yet", "Jun"]
    assert page(editor.get("/people/jun/deactivate")).all("[name=heir_id]") == []


def test_leaving_hands_over_and_undo_takes_back(
    editor: FlaskClient, page: ReadPage, people: dict[str, int], reload: Reload
) -> None:
    mina, jun = people["Mina"], people["Jun"]
    left = leave(editor, jun)
    assert "Mina is not active any more. 2 to-dos went to: Jun." in left.text(".message")
    assert owners(reload()) == [jun, jun, mina]
    assert not reload().get_one(Person, mina).active
    steps = reload().execute(select(TodoEvent.todo_id, TodoEvent.changes)).all()
    assert sorted(steps) == [(1, {"assignee_id": [mina, jun]}), (2, {"assignee_id": [mina, jun]})]
    back = page(editor.post(undo_of(left), follow_redirects=True))
    assert "Mina is active again. 2 to-dos are theirs again." in back.text(".message")
    assert owners(reload()) == [mina] * 3


def test_undo_leaves_what_was_given_on(
    editor: FlaskClient, people: dict[str, int], reload: Reload, session: Session
) -> None:
    left = leave(editor)
    assert owners(reload()) == [None, None, people["Mina"]]
    session.get_one(Todo, 1).assignee_id = people["Jun"]
    session.commit()
    editor.post(undo_of(left))
    assert owners(reload()) == [people["Jun"], people["Mina"], people["Mina"]]


@pytest.mark.parametrize("handed", ["1-999999999", "0-0", "x", "5-1", "1-99999999999999999999"])
def test_undo_gives_back_nothing_that_was_not_handed_over(
    editor: FlaskClient, people: dict[str, int], reload: Reload, handed: str
) -> None:
    given = {"title": "two", "priority": "3", "assignee_id": str(people["Jun"]), "revision": "1"}
    editor.post("/todos/2/edit", data=given)
    assert editor.post(f"/people/ana/activate?handed={handed}").status_code == 303
    assert owners(reload()) == [people["Mina"], people["Jun"], people["Mina"]]
    assert reload().get_one(Person, people["Ana"]).active


@pytest.mark.parametrize("heir", ["Ana", "Mina"])
def test_work_is_handed_to_active_people_alone(
    editor: FlaskClient, page: ReadPage, people: dict[str, int], reload: Reload, heir: str
) -> None:
    data = {"heir_id": str(people[heir]), "revision": "1"}
    page(editor.post("/people/mina/deactivate", data=data), status=422)
    assert owners(reload()) == [people["Mina"]] * 3
    assert reload().get_one(Person, people["Mina"]).active


def test_stale_leaving_is_refused(
    editor: FlaskClient, people: dict[str, int], reload: Reload
) -> None:
    editor.post("/people/mina/edit", data={"name": "Mina", "email": "m@x.org", "revision": "1"})
    shown = leave(editor, people["Jun"])
    assert "Mina was changed meanwhile." in shown.text(".message.error")
    assert reload().get_one(Person, people["Mina"]).active
    assert owners(reload()) == [people["Mina"]] * 3


def test_whoever_left_already_does_not_leave_again(
    editor: FlaskClient, people: dict[str, int]
) -> None:
    assert editor.get("/people/ana/deactivate").location == "/people/ana"
    assert "Activate" in Page(editor.get("/people/ana")).texts("main button")
