"""What entries of people, videos and to-dos share: added, edited, deleted, brought back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Person
from tests.support.kinds import KINDS, Kind, add, count
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    return client_as("editor")


def test_empty_directory_says_what_belongs_there(
    client: FlaskClient, kind: Kind, page: ReadPage
) -> None:
    assert page(client.get(kind.list)).text(".empty")


def test_added_entry_is_listed_and_shown(editor: FlaskClient, kind: Kind, page: ReadPage) -> None:
    add(editor, kind)
    listed = page(editor.get(kind.list))
    assert listed.link(kind.title) == kind.address
    assert f"{kind.title} is added." in listed.text(".message")
    assert page(editor.get(kind.address)).heading == kind.title


def test_edited_entry_is_stored(
    editor: FlaskClient, kind: Kind, page: ReadPage, reload: Callable[[], Session]
) -> None:
    add(editor, kind)
    name = next(iter(kind.values))
    form = page(editor.get(f"{kind.address}/edit")).form() | {name: "Something else"}
    assert editor.post(f"{kind.address}/edit", data=form).status_code == 303
    entry: Any = reload().scalars(select(kind.model)).one()
    assert (getattr(entry, name), entry.revision) == ("Something else", 2)


def test_form_sent_twice_adds_one(
    editor: FlaskClient, kind: Kind, reload: Callable[[], Session]
) -> None:
    add(editor, kind)
    answer = editor.post(f"{kind.list}/new", data=kind.values)
    assert answer.status_code == (422 if kind.name == "people" else 303)
    assert count(reload(), kind.model) == 1


@pytest.mark.parametrize("role", ["visitor", "reader"])
def test_only_editors_write(
    client: FlaskClient, client_as: ClientAs, editor: FlaskClient, kind: Kind, role: str
) -> None:
    add(editor, kind)
    other = client if role == "visitor" else client_as(role)
    reading, writing = (303, 401) if role == "visitor" else (403, 403)
    for address in ("new", f"{kind.address.rpartition('/')[2]}/edit"):
        assert other.get(f"{kind.list}/{address}").status_code == reading
        assert other.post(f"{kind.list}/{address}", data=kind.values).status_code == writing
    for address in (f"{kind.address}/delete", f"{kind.list}/deleted/1"):
        assert other.post(address, data={"revision": "1"}).status_code == writing
    assert other.get(kind.address).status_code == 200
    assert b"/edit" not in other.get(kind.address).data


def test_empty_form_is_refused_and_names_what_is_missing(
    editor: FlaskClient, kind: Kind, page: ReadPage, reload: Callable[[], Session]
) -> None:
    answer = page(editor.post(f"{kind.list}/new", data={}), status=422)
    assert answer.text("#errors")
    assert count(reload(), kind.model) == 0


def test_hostile_text_is_refused_with_what_was_typed(
    editor: FlaskClient, kind: Kind, page: ReadPage, reload: Callable[[], Session]
) -> None:
    name = next(iter(kind.values))
    answer = page(
        editor.post(f"{kind.list}/new", data={**kind.values, name: "a\u202eb" + "x" * 400}),
        status=422,
    )
    assert "U+202E" in answer.error_of(name)
    assert count(reload(), kind.model) == 0


def test_script_is_shown_as_text(editor: FlaskClient, kind: Kind, page: ReadPage) -> None:
    name = next(iter(kind.values))
    add(editor, kind, **{name: "<script>alert(1)</script>{{ 7*7 }}"})
    assert "<script>alert(1)</script>{{ 7*7 }}" in page(editor.get(kind.list)).text()


@pytest.mark.parametrize("revision", [None, "", "2", "-1", "9" * 40, "1; drop"])
def test_stale_edit_keeps_both_states(
    editor: FlaskClient,
    kind: Kind,
    page: ReadPage,
    reload: Callable[[], Session],
    revision: str | None,
) -> None:
    add(editor, kind)
    name = next(iter(kind.values))
    data = {**kind.values, name: "Mine"} | ({} if revision is None else {"revision": revision})
    answer = page(editor.post(f"{kind.address}/edit", data=data), status=409)
    first = answer.rows("table.conflict")[0]
    assert first[1:] == ["–no value", kind.title, "Mine kept"]
    assert answer.form()[name] == "Mine"
    assert getattr(reload().scalars(select(kind.model)).one(), name) == kind.title
    # Having seen both, the person saves.
    assert editor.post(f"{kind.address}/edit", data=answer.form()).status_code == 303
    assert getattr(reload().scalars(select(kind.model)).one(), name) == "Mine"


@pytest.mark.parametrize("revision", [None, "2"])
def test_stale_delete_is_refused(
    editor: FlaskClient,
    kind: Kind,
    page: ReadPage,
    reload: Callable[[], Session],
    revision: str | None,
) -> None:
    add(editor, kind)
    data = {"revision": revision} if revision else {}
    answer = page(editor.post(f"{kind.address}/delete", data=data), status=409)
    assert "was changed meanwhile" in answer.text(".message.error")
    assert count(reload(), kind.model) == 1


def test_deleted_entry_comes_back_the_same(
    editor: FlaskClient, kind: Kind, page: ReadPage, reload: Callable[[], Session]
) -> None:
    add(editor, kind)
    before = reload().scalars(select(kind.model)).one()
    assert editor.post(f"{kind.address}/delete", data={"revision": "1"}).status_code == 303
    assert count(reload(), kind.model) == 0
    message = page(editor.get(kind.list)).one(".message form")
    assert editor.post(message.get("action")).status_code == 303
    after = reload().scalars(select(kind.model)).one()
    columns = [column.name for column in kind.model.__table__.columns]
    values = {name: getattr(before, name) for name in columns}
    # A form opened before the deletion is stale now.
    assert {name: getattr(after, name) for name in columns} == values | {"revision": 2}


def test_deletion_is_undone_once(editor: FlaskClient, kind: Kind, page: ReadPage) -> None:
    add(editor, kind)
    editor.post(f"{kind.address}/delete", data={"revision": "1"})
    assert kind.title in page(editor.get(f"{kind.list}/deleted")).text()
    editor.post(f"{kind.list}/deleted/1")
    assert editor.post(f"{kind.list}/deleted/1").status_code == 303
    assert "is back already" in page(editor.get(kind.list)).text(".message.error")
    assert kind.title not in page(editor.get(f"{kind.list}/deleted")).text(".empty")


def test_deleted_id_is_never_given_again(
    editor: FlaskClient, kind: Kind, reload: Callable[[], Session]
) -> None:
    add(editor, kind)
    editor.post(f"{kind.address}/delete", data={"revision": "1"})
    add(editor, kind)
    assert getattr(reload().scalars(select(kind.model)).one(), "id") == 2  # noqa: B009


def test_second_delete_of_an_entry_is_not_found(editor: FlaskClient, kind: Kind) -> None:
    add(editor, kind)
    editor.post(f"{kind.address}/delete", data={"revision": "1"})
    assert editor.post(f"{kind.address}/delete", data={"revision": "1"}).status_code == 404
    assert editor.get(kind.address).status_code == 404
    assert editor.get(f"{kind.address}/edit").status_code == 404


def test_edit_of_a_deleted_entry_gives_back_what_was_typed(
    editor: FlaskClient, kind: Kind, page: ReadPage, reload: Callable[[], Session]
) -> None:
    add(editor, kind)
    editor.post(f"{kind.address}/delete", data={"revision": "1"})
    editor.get(kind.list)  # It shows, and so uses up, the message of the deletion.
    name = next(iter(kind.values))
    typed = {**kind.values, name: "Typed", "revision": "1"}
    answer = page(editor.post(f"{kind.address}/edit", data=typed), status=409)
    assert f"{kind.title} was deleted while you were editing" in answer.text(".message.warning")
    assert answer.form()[name] == "Typed"
    assert editor.post(f"{kind.list}/new", data=answer.form()).status_code == 303
    assert getattr(reload().scalars(select(kind.model)).one(), name) == "Typed"


def test_edit_sent_to_a_former_address_is_about_the_same_entry(
    editor: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    kind = KINDS[0]
    add(editor, kind)
    renamed = {"name": "Mina Lee", "revision": "1"}
    assert editor.post(f"{kind.address}/edit", data=renamed).status_code == 303
    typed = {"name": "Mina Kim", "revision": "1"}
    answer = page(editor.post(f"{kind.address}/edit", data=typed), status=409)
    assert answer.form()["name"] == "Mina Kim"
    assert editor.post(f"{kind.address}/edit", data=answer.form()).status_code == 303
    assert reload().scalars(select(Person.name)).one() == "Mina Kim"


@pytest.mark.parametrize(
    "key",
    ["0", "999999999", "9" * 30, "-1", "%00", "mina%00-park", "%ff", "nobody", "%F0%9F%92%A9"],
)
def test_unknown_address_is_not_found(client: FlaskClient, kind: Kind, key: str) -> None:
    assert client.get(f"{kind.list}/{key}").status_code == 404


def test_get_changes_nothing(editor: FlaskClient, kind: Kind) -> None:
    add(editor, kind)
    assert editor.get(f"{kind.address}/delete").status_code == 405
    assert editor.get(f"{kind.list}/deleted/1").status_code == 405


def test_forged_posts_are_refused(
    app: Any, client_as: ClientAs, kind: Kind, reload: Callable[[], Session]
) -> None:
    editor = client_as("editor")
    add(editor, kind)
    app.config["WTF_CSRF_ENABLED"] = True
    for address in (f"{kind.list}/new", f"{kind.address}/edit", f"{kind.address}/delete"):
        answer = editor.post(address, data={**kind.values, "revision": "1"})
        assert 400 <= answer.status_code < 500
    assert count(reload(), kind.model) == 1
