"""Pages of the directories' lists."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models import Person, Todo
from tests.support.kinds import KINDS, Kind
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    return client_as("editor")


def test_list_is_paged_and_keeps_its_filters(
    editor: FlaskClient, kind: Kind, page: ReadPage, session: Session
) -> None:
    name = next(iter(kind.values))
    for number in range(51):
        session.add(kind.model(**{**kind.values, name: f"Row {number:02}"}))
    session.commit()
    first = page(editor.get(f"{kind.list}?q=row"))
    assert "Rows 1–50 of 51" in first.text(".pager")
    second = page(editor.get(first.link("Next")))
    assert "Rows 51–51 of 51" in second.text(".pager")
    assert "q=row" in second.link("Previous")
    assert "Rows 1–50 of 51" in page(editor.get(second.link("Previous"))).text(".pager")
    assert "Rows 2–51 of 51" in page(editor.get(first.link("Last"))).text(".pager")
    assert page(editor.get(second.link("First"))).text(".pager") == first.text(".pager")


def test_page_beyond_the_last_row_is_the_beginning(
    editor: FlaskClient, kind: Kind, page: ReadPage, session: Session
) -> None:
    name = next(iter(kind.values))
    for number in range(51):
        session.add(kind.model(**{**kind.values, name: f"Row {number:02}"}))
    session.commit()
    address = page(editor.get(kind.list)).link("Next")
    last = page(editor.get(address)).texts("tbody th a, .lines > li > a")
    column = getattr(kind.model, name)
    session.execute(delete(kind.model).where(column.in_(last)))
    session.commit()
    beginning = page(editor.get(address))
    assert "no such place" in beginning.text(".notice")
    assert "Rows 1–50 of 50" in beginning.text(".pager")


def test_pages_hold_every_row_once_in_the_order_of_the_file(
    editor: FlaskClient, kind: Kind, page: ReadPage, session: Session
) -> None:
    name = next(iter(kind.values))
    day = "due" if kind.name == "todos" else "date"
    for number in range(130):
        entry: Any = kind.model(**{**kind.values, name: f"Row, {number * 37 % 130:03} %"})
        if hasattr(entry, day) and number % 3:
            setattr(entry, day, dt.date(2003, 4, 1) + dt.timedelta(days=number % 5))
        session.add(entry)
    session.commit()
    whole = [row["id"] for row in editor.get(f"{kind.list}.json").get_json()]
    seen: list[str] = []
    address: str | None = kind.list
    while address:
        listed = page(editor.get(address))
        seen += listed.texts("tbody th a, .lines > li > a")
        nexts = listed.all("a[rel=next]")
        address = nexts[0].get("href") if nexts else None
    names = [row[name] for row in editor.get(f"{kind.list}.json").get_json()]
    assert len(set(whole)) == 130
    assert seen == names


def test_done_todos_are_paged_by_the_moment_they_were_done(
    editor: FlaskClient, page: ReadPage, session: Session
) -> None:
    moment = dt.datetime(2003, 4, 12, 10, 30, 0, 123456, tzinfo=dt.UTC)
    for number in range(60):
        done_at = moment + dt.timedelta(minutes=number // 2)
        session.add(Todo(title=f"Row {number:02}", done_at=done_at))
    session.commit()
    first = page(editor.get("/todos?state=done"))
    second = page(editor.get(first.link("Next")))
    seen = first.texts(".lines > li > a") + second.texts(".lines > li > a")
    assert seen == [f"Row {number:02}" for number in reversed(range(60))]


# The list: user, open findings, count, page. People: also what each has to do. To-dos: also the
# people and countries to filter by, how many stand under each heading, how many findings
# of each are open, the views of whoever asks.
@pytest.mark.parametrize(("name", "most"), [("people", 5), ("videos", 4), ("todos", 9)])
def test_list_asks_few_queries_however_long_it_is(
    editor: FlaskClient, session: Session, query_counter: Callable[..., Any], name: str, most: int
) -> None:
    kind = next(kind for kind in KINDS if kind.name == name)
    column = next(iter(kind.values))
    for number in range(20):
        person = Person(name=f"Person {number:02}x")
        session.add(person)
        session.flush()
        entry: Any = kind.model(**{**kind.values, column: f"Row {number:02}"})
        if name == "todos":
            entry.assignee_id = person.id
        session.add(entry)
    session.commit()
    with query_counter() as queries:
        assert editor.get(kind.list).status_code == 200
    asked = [query for query in queries if not query.startswith("PRAGMA")]
    assert len(asked) <= most, "\n".join(asked)
