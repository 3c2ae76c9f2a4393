from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models import Record
from app.services.changesets import Actor
from tests.support.imports import import_now

Page = Any
MakeRecord = Callable[..., Record]


def edit(client: FlaskClient, record: Record, cases: int, revision: int = 1) -> None:
    form = {"date": record.date, "country_id": record.country_id, "cases": cases}
    answer = client.post(
        f"/records/{record.id}/edit", data={**form, "revision": revision, "why": "late report"}
    )
    assert answer.status_code == 303


def test_change_is_one_line(client_as: Any, make_record: MakeRecord, page: Page) -> None:
    record = make_record(cases=62)
    editor = client_as("editor")
    edit(editor, record, 63)
    lines = page(editor.get("/activity")).texts(".lines li span:first-child")
    assert lines[0] == "edo changed Viet Nam, 12 April 2003: cases 62 → 63 late report"
    assert "Mina Park added Viet Nam, 12 April 2003: cases 62" in lines


def test_empty_register_says_what_belongs_here(client: FlaskClient, page: Page) -> None:
    assert "No changes yet." in page(client.get("/activity")).text(".empty")


def test_import_is_one_line_with_its_sizes(
    client: FlaskClient, session: Session, page: Page
) -> None:
    rows = "2003-04-11,Viet Nam,60,4,43\n2003-04-12,Viet Nam,62,4,46\n"
    import_now(session, rows)
    line = page(client.get("/activity")).texts(".lines li")[0]
    assert line.startswith("Mina Park imported")
    assert "2 added" in line


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=add", 2),
        ("kind=edit", 1),
        ("kind=import", 0),
        ("changed_by=edo", 1),
        ("changed_by=nobody", 0),
        ("country=canada", 1),
        ("country=viet-nam", 2),
        ("from=2003-01-01", 3),
        ("to=2003-01-01", 0),
        ("kind=nonsense&from=soon&page=2&country=%00", 3),
    ],
)
def test_list_is_narrowed_by_its_address(
    client_as: Any, make_record: MakeRecord, page: Page, query: str, found: int
) -> None:
    record = make_record(cases=62)
    make_record("Canada", cases=1)
    editor = client_as("editor")
    edit(editor, record, 63)
    shown = page(editor.get(f"/activity?{query}"))
    assert len(shown.all(".lines > li")) == found
    assert len(shown.all(".notice")) == (3 if "nonsense" in query else 0)


def test_pages_hold_their_place_while_changes_arrive(
    client: FlaskClient, make_record: MakeRecord, page: Page
) -> None:
    for day in range(60):
        make_record(date=f"2003-{4 + day // 30:02}-{day % 30 + 1:02}", cases=day)
    first = page(client.get("/activity"))
    make_record("Canada", cases=1)
    second = page(client.get(first.link("Older")))
    assert (len(first.all(".lines > li")), len(second.all(".lines > li"))) == (50, 10)
    back = page(client.get(second.link("Newer")))
    assert back.texts(".lines > li") == first.texts(".lines > li")
    assert back.link("Newer")


def test_list_asks_a_constant_number_of_queries(
    client: FlaskClient, make_record: MakeRecord, page: Page, query_counter: Any
) -> None:
    for day in range(1, 11):
        make_record(date=f"2003-04-{day:02}", cases=day)
    with query_counter() as queries:
        page(client.get("/activity"))
    # The countries and the people to choose from; the changesets with their imports; the states
    # they wrote, the versions they began and those they ended; the countries of these; which
    # were undone or built upon.
    assert len(queries) == 8, "\n".join(queries)


def test_details_show_each_field_before_and_after(
    client_as: Any, make_record: MakeRecord, page: Page
) -> None:
    record = make_record(cases=62)
    editor = client_as("editor")
    edit(editor, record, 63)
    shown = page(editor.get("/activity/2"))
    assert shown.heading == "Change 2"
    assert shown.rows("table.diff") == [["Cases", "62", "63"]]
    assert shown.texts(".facts dd")[0] == "edo"
    assert "late report" in shown.texts(".facts dd")


def test_import_is_listed_in_parts(client: FlaskClient, session: Session, page: Page) -> None:
    rows = "".join(
        f"2003-0{m}-{d:02},Viet Nam,{m * 30 + d},0,0\n" for m in (4, 5) for d in range(1, 31)
    )
    report = import_now(session, rows)
    first = page(client.get(f"/activity/{report.changeset_id}"))
    second = page(client.get(first.link("Next")))
    assert [len(part.rows()) for part in (first, second)] == [50, 10]
    assert first.rows()[0][:3] == ["Viet Nam, 2003-04-01", "2", "added"]


def test_undo_takes_a_change_back_and_leads_to_the_record(
    client_as: Any, make_record: MakeRecord, page: Page
) -> None:
    record = make_record(cases=62)
    editor = client_as("editor")
    edit(editor, record, 63)
    action = page(editor.get("/activity/2")).one(".actions form").get("action")
    answer = editor.post(action)
    assert (answer.status_code, answer.location) == (303, f"/records/{record.id}")
    shown = page(editor.get(answer.location))
    assert shown.texts(".figures dd")[0] == "62"
    assert "Undid change 2." in shown.text("[role=status]")
    assert "edo changed it back: cases 63 → 62" in shown.texts(".lines li")[0]
    undone = page(editor.get("/activity/2"))
    assert "This change was undone already." in undone.text()
    assert not undone.all(".actions form")


def test_change_that_others_built_upon_says_so(
    client_as: Any, make_record: MakeRecord, page: Page
) -> None:
    record = make_record(cases=62)
    editor = client_as("editor")
    edit(editor, record, 63)
    answer = editor.post(f"/activity/{record.changeset_id}/undo")
    shown = page(editor.get(answer.location))
    assert "Later changes build upon this one." in shown.text("[role=alert]")
    assert not shown.all(".actions form")


def test_undo_of_a_taken_key_is_refused_in_words(
    client_as: Any, make_record: MakeRecord, page: Page
) -> None:
    record = make_record(cases=62)
    editor = client_as("editor")
    editor.post(f"/records/{record.id}/delete", data={"revision": 1})
    make_record(cases=70)
    answer = editor.post("/activity/2/undo")
    assert "Later changes build upon" in page(editor.get(answer.location)).text("[role=alert]")


def test_undo_twice_at_once_happens_once(client_as: Any, make_record: MakeRecord) -> None:
    record = make_record(cases=62)
    editor = client_as("editor")
    places = [editor.post(f"/activity/{record.changeset_id}/undo").location for _ in range(2)]
    assert places == [f"/records/{record.id}", f"/activity/{record.changeset_id}"]


def test_undo_of_an_import_removes_its_records(
    client_as: Any, session: Session, page: Page
) -> None:
    report = import_now(session, "2003-04-11,Viet Nam,60,4,43\n2003-04-12,Viet Nam,62,4,46\n")
    editor = client_as("editor")
    answer = editor.post(f"/activity/{report.changeset_id}/undo")
    shown = page(editor.get(answer.location))
    assert "2 deleted" in shown.text(".lead")
    assert [row[1] for row in shown.rows()] == ["deleted", "deleted"]


@pytest.mark.parametrize("path", ["/activity/99", "/activity/4294967296"])
def test_unknown_change_is_not_found(client: FlaskClient, page: Page, path: str) -> None:
    page(client.get(path), 404)


def test_names_are_escaped(client: FlaskClient, make_record: MakeRecord, page: Page) -> None:
    make_record(cases=1, by=Actor("<img src=x>"), reason="<script>")
    answer = client.get("/activity")
    assert "<img src=x>" not in answer.text
    assert "<script>" not in answer.text
