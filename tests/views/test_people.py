from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Person, Todo, User
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    return client_as("editor")


def add(client: FlaskClient, name: str, **values: str) -> str:
    answer = client.post("/people/new", data={"name": name, **values})
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.mark.parametrize(
    "name", ["mina park", " Mina\u00a0 PARK ", "Ｍｉｎａ Park", "Mi\u200bna Park", "Mina Park"]
)
def test_same_name_is_there_already(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session], name: str
) -> None:
    add(editor, "Mina Park")
    answer = page(editor.post("/people/new", data={"name": name, "email": "m@x.org"}), status=422)
    assert "Already there: Mina Park." in answer.error_of("name")
    assert answer.link("Open Mina Park") == "/people/mina-park"
    assert answer.form()["email"] == "m@x.org"
    assert len(reload().scalars(select(Person)).all()) == 1


def test_decomposed_name_is_the_composed_one(editor: FlaskClient, page: ReadPage) -> None:
    add(editor, "박민아")
    decomposed = "\u1107\u1161\u11a8\u1106\u1175\u11ab\u110b\u1161"
    assert editor.post("/people/new", data={"name": decomposed}).status_code == 422
    assert page(editor.get("/people/박민아")).heading == "박민아"
    assert page(editor.get(f"/people?q={decomposed}")).link("박민아")


def test_name_that_is_taken_cannot_be_taken_by_an_edit(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    add(editor, "Mina Park")
    add(editor, "Jun Kim")
    data = {"name": "MINA PARK", "revision": "1"}
    answer = page(editor.post("/people/jun-kim/edit", data=data), status=422)
    assert answer.link("Open Mina Park") == "/people/mina-park"
    assert answer.form()["name"] == "MINA PARK"
    assert {person.name for person in reload().scalars(select(Person))} == {"Mina Park", "Jun Kim"}


def test_own_name_may_be_written_anew(editor: FlaskClient, reload: Callable[[], Session]) -> None:
    add(editor, "mina park")
    editor.post("/people/mina-park/edit", data={"name": "Mina Park", "revision": "1"})
    person = reload().scalars(select(Person)).one()
    assert (person.name, person.slug) == ("Mina Park", "mina-park")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("New", "/people/new-2"),
        ("Deleted", "/people/deleted-2"),
        ("...", "/people/-"),
        ("José Núñez", "/people/jose-nunez"),
        ("a/b?c#d", "/people/a-b-c-d"),
    ],
)
def test_every_name_has_an_address(
    editor: FlaskClient, page: ReadPage, name: str, address: str
) -> None:
    assert add(editor, name) == address
    assert page(editor.get(address)).heading == name


def test_namesakes_in_the_address_are_told_apart(editor: FlaskClient) -> None:
    assert add(editor, "Mina Park") == "/people/mina-park"
    assert add(editor, "Mina-Park") == "/people/mina-park-2"


def test_address_before_a_new_name_leads_on(editor: FlaskClient) -> None:
    add(editor, "Mina Park")
    editor.post("/people/mina-park/edit", data={"name": "Mina Lee", "revision": "1"})
    answer = editor.get("/people/mina-park")
    assert (answer.status_code, answer.location) == (301, "/people/mina-lee")
    # Whoever takes the name takes the address.
    assert add(editor, "Mina Park") == "/people/mina-park"
    assert editor.get("/people/mina-park").status_code == 200


@pytest.mark.parametrize("name", ["\ufdfa" * 60, "ß" * 150], ids=["ligatures", "eszett"])
def test_name_that_grows_when_it_is_folded_is_refused(editor: FlaskClient, name: str) -> None:
    assert editor.post("/people/new", data={"name": name}).status_code == 422


def test_deleting_a_person_keeps_their_todos_and_undo_gives_them_back(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session], session: Session
) -> None:
    mina = Person(name="Mina Park")
    other = Person(name="Jun Kim")
    session.add_all([mina, other])
    session.flush()
    session.add_all([Todo(title=title, assignee_id=mina.id) for title in ("one", "two", "three")])
    session.scalars(select(User)).one().person_id = mina.id
    session.commit()
    shown = page(editor.get("/people/mina-park"))
    assert "Deleting leaves 3 to-dos without a person" in shown.text()
    editor.post("/people/mina-park/delete", data={"revision": "1"})
    todos = reload().scalars(select(Todo).order_by(Todo.id)).all()
    assert [(todo.assignee_id, todo.revision) for todo in todos] == [(None, 2)] * 3
    # Meanwhile one is given to somebody else.
    data = {"title": "two", "priority": "3", "assignee_id": str(other.id), "revision": "2"}
    assert editor.post("/todos/2/edit", data=data).status_code == 303
    editor.post("/people/deleted/1")
    todos = reload().scalars(select(Todo).order_by(Todo.id)).all()
    assert [todo.assignee_id for todo in todos] == [mina.id, other.id, mina.id]
    assert reload().scalars(select(User)).one().person_id == mina.id


def test_name_taken_meanwhile_keeps_a_deletion(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    add(editor, "Mina Park")
    editor.post("/people/mina-park/delete", data={"revision": "1"})
    add(editor, "Mina PARK")
    editor.post("/people/deleted/1")
    assert "Another entry is called Mina Park" in page(editor.get("/people")).text(".message.error")
    assert len(reload().scalars(select(Person)).all()) == 1


def test_deletion_of_another_kind_is_not_brought_back(
    editor: FlaskClient, reload: Callable[[], Session]
) -> None:
    add(editor, "Mina Park")
    editor.post("/people/mina-park/delete", data={"revision": "1"})
    editor.post("/videos/deleted/1")
    assert reload().scalars(select(Person)).all() == []


@pytest.mark.parametrize(
    "path", ["/people", "/people/mina-park", "/people.csv", "/people.json", "/people?q=mina@who"]
)
def test_email_is_shown_to_people_who_signed_in_alone(
    editor: FlaskClient, client: FlaskClient, path: str
) -> None:
    add(editor, "Mina Park", email="mina@who.example")
    assert "mina@who.example" in editor.get(path).text
    assert "mina@who.example" not in client.get(path).text
