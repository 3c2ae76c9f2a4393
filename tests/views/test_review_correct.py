"""Correcting in the browser what findings are about: one record, or many at once."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Finding, Record
from tests.support.findings import decide
from tests.support.pages import Page, check_structure

Make = Callable[..., Finding]
Read = Callable[..., Page]
Reload = Callable[[], Session]


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    """An editor's browser."""
    return client_as("editor")


def test_correcting_opens_the_records_form_filled_in_and_leads_back(
    editor: FlaskClient,
    page: Read,
    make_finding: Make,
    make_record: Callable[..., Record],
    reload: Reload,
) -> None:
    record = make_record("Canada", "2003-04-12", cases=294)
    suggestion = {"kind": "set", "date": "2003-04-12", "values": {"cases": 249}}
    finding = make_finding("Canada", details={"values": {}, "suggestion": suggestion})
    headers = {"Referer": "http://localhost/review?country=canada"}
    answer = editor.get(f"/review/{finding.id}/correct", headers=headers)
    address = answer.headers["Location"]
    assert address.startswith(f"/records/{record.id}/edit?cases=249")
    shown = page(editor.get(address))
    form = shown.form()
    assert (form["cases"], form["back"]) == ("249", "/review?country=canada")
    assert "Nothing is stored until you save" in shown.text(".notice")
    answer = editor.post(f"/records/{record.id}/edit", data={**form, "why": "two digits swapped"})
    assert answer.headers["Location"] == "/review?country=canada"
    assert reload().get_one(Record, record.id).cases == 249


def test_correcting_moves_a_record_to_the_country_that_is_suggested(
    editor: FlaskClient, page: Read, make_finding: Make, make_record: Callable[..., Record]
) -> None:
    make_record("Viet Nam", "2003-04-11", cases=62)
    make_record("China", "2003-04-12", cases=62)
    moved = {"kind": "move", "date": "2003-04-12", "country_id": 1, "country": "Viet Nam"}
    finding = make_finding("China", "2003-04-12", size=9, details={"suggestion": moved})
    address = editor.get(f"/review/{finding.id}/correct").headers["Location"]
    assert page(editor.get(address)).form()["country_id"] == "1"


def test_correcting_several_records_of_one_finding_shows_them_first(
    editor: FlaskClient, page: Read, make_record: Callable[..., Record], reload: Reload
) -> None:
    for day in range(1, 6):
        make_record("Canada", f"2003-04-{day:02}", cases=60 + day, deaths=0, recoveries=0)
    make_record("Canada", "2003-04-06", cases=70, deaths=0, recoveries=43)
    finding = reload().scalars(select(Finding).where(Finding.rule == "zero")).one()
    address = editor.get(f"/review/{finding.id}/correct").headers["Location"]
    assert address == f"/review/correct?finding={finding.id}"
    assert page(editor.get(address)).heading == "Correct 5 records"


def test_correcting_a_missing_report_offers_to_add_it(
    editor: FlaskClient, page: Read, make_finding: Make
) -> None:
    finding = make_finding("Canada", "2003-04-12")
    answer = editor.get(f"/review/{finding.id}/correct")
    address = answer.headers["Location"]
    assert address.startswith("/records/new?country=canada&date=2003-04-12")
    assert page(editor.get(address)).form()["date"] == "2003-04-12"


def test_group_is_corrected_at_once_and_undone(
    editor: FlaskClient,
    page: Read,
    make_record: Callable[..., Record],
    reload: Reload,
) -> None:
    for country in ("Canada", "Viet Nam"):
        for day in range(1, 6):
            make_record(country, f"2003-04-{day:02}", cases=60 + day, deaths=0, recoveries=0)
        make_record(country, "2003-04-06", cases=70, deaths=0, recoveries=43)
    address = page(editor.get("/review")).one(".group [data-key=e]").get("href")
    shown = page(editor.get(address))
    check_structure(shown)
    assert shown.heading == "Correct 10 records"
    assert "Recoveries: not reported" in shown.text(".lead")
    assert shown.rows()[0] == ["Canada", "2003-04-01", "0", "not reported"]
    assert page(editor.post(address, data=shown.form()), 422).error_of("words")
    answer = decide(editor, page, address, words="Not counted yet")
    assert answer.status_code == 303
    after = page(editor.get("/review"))
    assert "Corrected 10 records." in after.text(".message.done")
    assert "All findings are settled." in after.text("#counter")
    editor.post(after.one(".message.done form").get("action"))
    assert set(reload().scalars(select(Finding.state))) == {"open"}


def test_more_than_are_corrected_at_once_come_after_them(
    editor: FlaskClient,
    page: Read,
    make_record: Callable[..., Record],
    reload: Reload,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.services.review.correcting.MOST_FINDINGS", 2)
    for country in ("Canada", "Peru", "Viet Nam"):
        for day in range(1, 6):
            make_record(country, f"2003-04-{day:02}", cases=60 + day, deaths=0, recoveries=0)
        make_record(country, "2003-04-06", cases=70, deaths=0, recoveries=43)
    address = "/review/correct?group=zero:recoveries:"
    shown = page(editor.get(address))
    assert shown.heading == "Correct 10 records"
    assert "1 more finding comes after them" in shown.text(".notice")
    answer = decide(editor, page, address, words="Not counted yet")
    assert answer.location == "/review?group=zero:recoveries:"
    assert page(editor.get(address)).heading == "Correct 5 records"
    answer = decide(editor, page, address, words="Not counted yet")
    assert answer.location == "/review"
    assert set(reload().scalars(select(Finding.state))) == {"resolved"}


def test_what_suggests_nothing_alike_says_so(
    editor: FlaskClient, page: Read, make_finding: Make
) -> None:
    make_finding("Canada")
    shown = page(editor.get("/review/correct?rule=decline"))
    assert shown.heading == "Nothing to correct"
    assert "do not suggest the same counts" in shown.text(".notice.warning")
