from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Person, SavedView, Todo
from app.services import saved_views
from tests.support.pages import Page

ReadPage = Callable[..., Page]
Reload = Callable[[], Session]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def reader(client_as: ClientAs, session: Session) -> FlaskClient:
    session.add(Person(name="Mina Park"))
    session.add(Todo(title="Ring Hanoi"))
    session.commit()
    return client_as("reader")


def keep(client: FlaskClient, name: str = "Late", query: str = "due=overdue") -> Any:
    return client.post("/todos/views", data={"name": name, "query": query})


def kept(session: Session) -> list[tuple[str, str]]:
    return [
        (view.name, view.query)
        for view in session.scalars(select(SavedView).order_by(SavedView.id))
    ]


def test_view_is_kept_under_a_name_and_stands_above_the_list(
    reader: FlaskClient, page: ReadPage
) -> None:
    listed = page(reader.get("/todos?due=overdue&assignee=mina-park&lang=en"))
    sent = listed.form("form[action='/todos/views']")
    assert sent["query"] == "assignee=mina-park&due=overdue"
    answer = keep(reader, "Mina, late", str(sent["query"]))
    assert answer.location == "/todos?assignee=mina-park&due=overdue"
    shown = page(reader.get(answer.location))
    assert shown.link("Mina, late") == answer.location
    assert shown.one("nav [aria-current=page][href*=overdue]").text == "Mina, late"
    # It is kept already.
    assert shown.all("form[action='/todos/views']") == []


def test_plain_list_offers_nothing_to_keep(reader: FlaskClient, page: ReadPage) -> None:
    assert "Keep this view" not in page(reader.get("/todos")).text()


def test_only_filters_are_kept(reader: FlaskClient, reload: Reload) -> None:
    keep(reader, query="page=3&_external=1&due=today&x=%00&q=%26%3D%22%3E&theme=dark&next=//evil")
    assert kept(reload()) == [("Late", "q=%26%3D%22%3E&due=today")]
    listed = reader.get("/todos?q=%26%3D%22%3E&due=today")
    assert listed.status_code == 200


def test_view_is_renamed_and_deleted_and_comes_back(
    reader: FlaskClient, page: ReadPage, reload: Reload
) -> None:
    keep(reader)
    keep(reader, "Today", "due=today")
    assert reader.post("/todos/views/1", data={"name": " Too  late "}).status_code == 303
    assert kept(reload()) == [("Too late", "due=overdue"), ("Today", "due=today")]
    deleted = page(reader.post("/todos/views/1/delete", follow_redirects=True))
    assert kept(reload()) == [("Today", "due=today")]
    reader.post(str(deleted.all(".message form")[-1].get("action")))
    assert kept(reload()) == [("Today", "due=today"), ("Too late", "due=overdue")]


@pytest.mark.parametrize("name", ["late", " LATE ", "Ｌate"])
def test_name_is_taken_once(reader: FlaskClient, page: ReadPage, reload: Reload, name: str) -> None:
    keep(reader)
    refused = page(keep(reader, name, "due=today"), status=422)
    assert refused.texts(".field .error") == ["You have a view of this name: Late."]
    assert refused.form("main > form")["query"] == "due=today"
    keep(reader, "Today", "due=today")
    page(reader.post("/todos/views/2", data={"name": name}), status=422)
    assert reader.post("/todos/views/1", data={"name": name}).status_code == 303
    assert len(kept(reload())) == 2


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "due=today"), ("\0", "due=today"), ("x" * 101, ""), ("x", "q=" + "y" * 2000)],
)
def test_view_that_cannot_be_kept_is_refused(
    reader: FlaskClient, page: ReadPage, reload: Reload, name: str, query: str
) -> None:
    page(keep(reader, name, query), status=422)
    assert kept(reload()) == []


def test_too_many_views_are_refused(
    reader: FlaskClient, reload: Reload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    answers = [keep(reader, name).status_code for name in "abc"]
    assert answers == [303, 303, 422]


def test_views_of_others_are_nobodys_business(
    reader: FlaskClient, client_as: ClientAs, client: FlaskClient, page: ReadPage, reload: Reload
) -> None:
    keep(reader)
    admin = client_as("admin")
    assert admin.post("/todos/views/1", data={"name": "Mine"}).status_code == 404
    assert admin.post("/todos/views/1/delete").status_code == 404
    assert "Late" not in page(admin.get("/todos/views")).text()
    assert keep(admin).status_code == 303
    assert len(kept(reload())) == 2
    assert client.get("/todos/views").status_code == 303
    assert "views" not in page(client.get("/todos?due=overdue")).text().lower()
