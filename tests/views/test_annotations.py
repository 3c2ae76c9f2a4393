from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Annotation, Record, RuleSetting
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
MakeRecord = Callable[..., Record]
Reload = Callable[[], Session]

NEW = "/countries/united-states/annotations/new"
BREAK = {"kind": "break", "date": "2003-04-21", "text": "Only probable cases from here on."}


@pytest.fixture
def record(make_record: MakeRecord) -> Record:
    make_record("United States", "2003-04-19", cases=220)
    return make_record("United States", "2003-04-21", cases=39)


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    return client_as("editor")


def stored(reload: Reload) -> list[Annotation]:
    return list(reload().scalars(select(Annotation).order_by(Annotation.id)))


def change(client: FlaskClient, page: ReadPage, id: int, **values: str) -> Any:
    address = f"/annotations/{id}/edit"
    return client.post(address, data=page(client.get(address)).form() | values)


def test_break_is_marked_from_the_records_page(
    editor: FlaskClient, record: Record, page: ReadPage, reload: Reload
) -> None:
    shown = page(editor.get(f"/records/{record.id}"))
    address = shown.link("Mark a break in the series")
    form = page(editor.get(address))
    assert form.heading == "Mark a break in the series of United States"
    assert form.form()["date"] == "2003-04-21"
    answer = editor.post(address, data=form.form() | {"text": BREAK["text"]})
    assert (answer.status_code, answer.location) == (303, f"/records/{record.id}")
    annotation = stored(reload)[0]
    assert (annotation.kind, annotation.text, annotation.actor) == ("break", BREAK["text"], "edo")
    assert "break in the series Only probable cases" in page(editor.get(answer.location)).text()


def test_country_numbers_its_notes_and_marks_their_days(
    editor: FlaskClient, client: FlaskClient, record: Record, page: ReadPage
) -> None:
    editor.post(NEW, data=BREAK)
    editor.post(NEW, data={"kind": "note", "date": "2003-04-19", "text": "By telephone."})
    shown = page(client.get("/countries/united-states"))
    assert [row[0] for row in shown.rows()] == ["2003-04-21 Note 2", "2003-04-19 Note 1"]
    assert "1 2003-04-19 note By telephone. edo" in shown.text("#mark-1")
    assert "2 2003-04-21 break in the series Only" in shown.text("#mark-2")
    assert not shown.all("#mark-1 form")
    listed = page(client.get("/countries/united-states/annotations"))
    assert [text[:10] for text in listed.texts("main li .nowrap")] == ["2003-04-21", "2003-04-19"]


def test_form_that_is_sent_twice_adds_one(
    editor: FlaskClient, record: Record, reload: Reload
) -> None:
    for _ in range(2):
        assert editor.post(NEW, data=BREAK).status_code == 303
    assert len(stored(reload)) == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("text", " ", "Write what is to be known."),
        ("date", "", "Enter the day it is about."),
        ("date", "2003-04-31", "'2003-04-31' is not a day of the calendar."),
        ("text", "x" * 5001, "characters"),
        ("text", "a\0b", ""),
    ],
)
def test_what_cannot_be_stored_is_asked_again(
    editor: FlaskClient,
    record: Record,
    page: ReadPage,
    reload: Reload,
    field: str,
    value: str,
    message: str,
) -> None:
    shown = page(editor.post(NEW, data=BREAK | {field: value}), 422)
    assert message in shown.error_of(field)
    assert stored(reload) == []


def test_unknown_kind_is_refused(editor: FlaskClient, record: Record, reload: Reload) -> None:
    assert editor.post(NEW, data=BREAK | {"kind": "'; DROP"}).status_code == 422
    assert stored(reload) == []


def test_markup_in_a_note_is_text(editor: FlaskClient, record: Record, page: ReadPage) -> None:
    hostile = "<script>alert(1)</script> %(name)s {{ 7 * 7 }}"
    editor.post(NEW, data=BREAK | {"text": hostile})
    assert hostile in page(editor.get("/countries/united-states")).text("#mark-1")


def test_note_is_changed(
    editor: FlaskClient, record: Record, page: ReadPage, reload: Reload
) -> None:
    editor.post(NEW, data=BREAK)
    assert change(editor, page, 1, kind="note", date="22 April 2003").status_code == 303
    annotation = stored(reload)[0]
    assert (annotation.kind, f"{annotation.date}") == ("note", "2003-04-22")


def test_change_that_others_overtook_shows_theirs_first(
    editor: FlaskClient, record: Record, page: ReadPage, reload: Reload
) -> None:
    editor.post(NEW, data=BREAK)
    opened = page(editor.get("/annotations/1/edit")).form()
    change(editor, page, 1, text="Theirs.")
    late = page(editor.post("/annotations/1/edit", data=opened | {"text": "Mine."}), 409)
    assert "Theirs." in late.text()
    assert str(late.form()["text"]).strip() == "Mine."
    assert stored(reload)[0].text == "Theirs."
    assert editor.post("/annotations/1/edit", data=late.form()).status_code == 303
    assert stored(reload)[0].text == "Mine."


def test_deletion_is_undone(
    editor: FlaskClient, record: Record, page: ReadPage, reload: Reload
) -> None:
    editor.post(NEW, data=BREAK)
    answer = editor.post("/annotations/1/delete", data={"revision": "1"}, follow_redirects=True)
    told = page(answer)
    assert "Deleted from United States, 21 April 2003." in told.text()
    assert stored(reload) == []
    undo = str(told.one(".message form").get("action"))
    assert editor.post(undo).status_code == 303
    assert [(back.id, back.text) for back in stored(reload)] == [(1, BREAK["text"])]
    again = page(editor.post(undo, follow_redirects=True))
    assert "is back already" in again.text()


def test_what_was_deleted_stays_listed(
    editor: FlaskClient, client: FlaskClient, record: Record, page: ReadPage
) -> None:
    assert "Nothing was deleted here." in page(client.get("/annotations/deleted")).text()
    editor.post(NEW, data=BREAK)
    editor.post("/annotations/1/delete", data={"revision": "1"})
    listed = page(client.get("/annotations/deleted"))
    assert "Only probable cases from here on. deleted by edo" in listed.text()
    assert not listed.all("main form")


def test_stale_deletion_is_refused(
    editor: FlaskClient, record: Record, page: ReadPage, reload: Reload
) -> None:
    editor.post(NEW, data=BREAK)
    change(editor, page, 1, text="Theirs.")
    for revision in ("1", "", "-1", "x"):
        editor.post("/annotations/1/delete", data={"revision": revision})
    assert len(stored(reload)) == 1


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("editor", 303), ("admin", 303)])
def test_only_editors_write(
    client_as: ClientAs, record: Record, reload: Reload, role: str, status: int
) -> None:
    assert client_as(role).post(NEW, data=BREAK).status_code == status
    assert len(stored(reload)) == (status == 303)


@pytest.mark.parametrize(
    "address",
    ["/countries/nowhere/annotations", "/annotations/1/edit", "/annotations/99999999999/edit"],
)
def test_unknown_addresses_are_not_found(editor: FlaskClient, address: str) -> None:
    assert editor.get(address).status_code == 404


def test_address_of_another_page_does_not_lead_away(editor: FlaskClient, record: Record) -> None:
    answer = editor.post(f"{NEW}?record=//example.org", data=BREAK)
    assert answer.location == "/countries/united-states"


def test_country_page_needs_few_queries(
    client: FlaskClient, record: Record, query_counter: Callable[..., Any]
) -> None:
    with query_counter() as queries:
        client.get("/countries/united-states")
    # Begin, country, outbreak, reports, total, falls, to-dos, videos, annotations, accepted
    # findings, aliases.
    assert len(queries) <= 11, queries


def test_day_without_a_report_has_its_notes_and_findings(
    editor: FlaskClient, record: Record, make_record: MakeRecord, page: ReadPage
) -> None:
    day = "/countries/united-states/2003-04-20"
    shown = page(editor.get(day))
    assert "has no record for this day" in shown.text()
    address = shown.link("Mark a break in the series")
    answer = editor.post(address, data=BREAK | {"date": "2003-04-20"})
    assert answer.location == "/countries/united-states"
    assert "break in the series Only probable cases" in page(editor.get(day)).text()


def test_break_announced_before_the_next_report_explains_its_fall(
    editor: FlaskClient, client: FlaskClient, record: Record, page: ReadPage
) -> None:
    assert "1 open finding" in page(client.get("/countries/united-states")).texts("h2")
    editor.post(NEW, data=BREAK | {"date": "2003-04-20"})
    assert "1 open finding" not in page(client.get("/countries/united-states")).texts("h2")


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_forged_posts_change_nothing(
    app: Flask,
    client_as: ClientAs,
    editor: FlaskClient,
    record: Record,
    reload: Reload,
    token: str | None,
) -> None:
    editor.post(NEW, data=BREAK)
    admin = client_as("admin")
    app.config["WTF_CSRF_ENABLED"] = True
    forged = BREAK | {"text": "Forged.", "revision": "1", "threshold-least": "9"}
    forged |= {} if token is None else {"csrf_token": token}
    for path in (NEW, "/annotations/1/edit", "/annotations/1/delete", "/annotations/deleted/1"):
        assert 400 <= admin.post(path, data=forged).status_code < 500
    for path in ("decline", "decline/exemptions/1/end"):
        assert 400 <= admin.post(f"/review/rules/{path}", data=forged).status_code < 500
    assert [annotation.text for annotation in stored(reload)] == [BREAK["text"]]
    assert reload().scalar(select(RuleSetting)) is None
