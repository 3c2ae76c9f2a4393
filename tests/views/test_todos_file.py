import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Country, Person, Todo
from tests.support.pages import Page

QUERIES = ["", "state=done", "state=all", "assignee=mina-park", "due=overdue", "q=hanoi&state=all"]


@pytest.fixture
def todos(session: Session) -> None:
    mina = Person(name="Mina Park")
    country = Country(name="Viet Nam", slug="viet-nam")
    session.add_all([mina, country])
    session.flush()
    session.add_all(
        [
            Todo(
                title="=cmd|'/c calc'!A1",
                notes="Ring Hanoi,\nthen “Hue”",
                due=dt.date(2003, 4, 12),
                priority=1,
                assignee_id=mina.id,
                country_id=country.id,
                record_id=385,
                repeat="FREQ=WEEKLY;BYDAY=FR",
            ),
            Todo(title="Ring Seoul"),
            Todo(title="Ring Hanoi", done_at=utc_now()),
        ]
    )
    session.commit()


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/todos.csv?{query}")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.usefixtures("todos")
def test_file_is_exactly_the_list(
    client: FlaskClient, page: Callable[..., Page], query: str
) -> None:
    listed: list[str] = page(client.get(f"/todos?{query}")).texts(".lines > li > a")
    assert [row["title"].removeprefix("'") for row in rows(client, query)] == listed
    as_json = client.get(f"/todos.json?{query}").json
    assert [todo["title"] for todo in as_json or ()] == listed


@pytest.mark.usefixtures("todos")
def test_file_says_all_of_a_todo_and_runs_nothing(client: FlaskClient) -> None:
    row = rows(client, "due=overdue")[0]
    assert row.pop("created_at").endswith("+00:00")
    assert row == {
        "id": "1",
        "title": "'=cmd|'/c calc'!A1",
        "notes": "Ring Hanoi,\nthen “Hue”",
        "due": "2003-04-12",
        "priority": "1",
        "assignee": "Mina Park",
        "country": "Viet Nam",
        "record": "385",
        "import": "",
        "repeat": "FREQ=WEEKLY;BYDAY=FR",
        "done_at": "",
    }


@pytest.mark.usefixtures("todos")
def test_file_has_a_mark_for_spreadsheets_unless_asked_not_to(client: FlaskClient) -> None:
    assert client.get("/todos.csv").data.startswith(b"\xef\xbb\xbfid,title,")
    assert client.get("/todos.csv?bom=0").data.startswith(b"id,title,")


@pytest.mark.usefixtures("todos")
def test_file_does_not_have_what_was_done_a_moment_ago(
    client_as: Callable[[str], FlaskClient], page: Callable[..., Page]
) -> None:
    editor = client_as("editor")
    editor.post("/todos/2/complete")
    assert [row["id"] for row in rows(editor, "")] == ["1"]
    assert len(page(editor.get("/todos")).all(".lines > li")) == 2
