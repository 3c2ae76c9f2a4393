from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models import Changeset, Country, Record

Page = Any
MakeRecord = Callable[..., Record]
Reload = Callable[[], Any]
NEW = "/records/new"


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


@pytest.fixture
def viet_nam(make_record: MakeRecord) -> int:
    """Viet Nam with a report of 11 and of 14 April."""
    make_record(date="2003-04-11", cases=60, deaths=4, recoveries=43)
    return make_record(date="2003-04-14", cases=63, deaths=5, recoveries=46).country_id


def payload(country: int, **values: Any) -> dict[str, Any]:
    return {"date": "2003-04-12", "country_id": country, "cases": "62", **values}


def test_added_record_is_shown_with_an_undo(
    editor: FlaskClient, viet_nam: int, page: Page, reload: Reload
) -> None:
    answer = editor.post(NEW, data=payload(viet_nam, deaths="4", recoveries="46", why="late"))
    assert answer.status_code == 303
    shown = page(editor.get(answer.location))
    assert shown.heading == "Viet Nam, 12 April 2003"
    assert "Added Viet Nam, 12 April 2003." in shown.text("[role=status]")
    record = reload().get(Record, int(answer.location.rsplit("/", 1)[1]))
    assert (record.cases, record.deaths, record.recoveries, record.revision) == (62, 4, 46, 1)
    changeset = record.changeset
    assert (changeset.actor, changeset.reason, changeset.kind) == ("edo", "late", "add")
    undo = shown.one("[role=status] form").get("action")
    back = editor.post(undo)
    page(editor.get(back.location), 410)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12 Apr 2003", "2003-04-12"), ("2003. 4. 12.", "2003-04-12"), ("20030412", "2003-04-12")],
)
def test_day_is_understood_in_many_ways(
    editor: FlaskClient, viet_nam: int, reload: Reload, typed: str, stored: str
) -> None:
    answer = editor.post(NEW, data=payload(viet_nam, date=typed))
    record = reload().get(Record, int(answer.location.rsplit("/", 1)[1]))
    assert record.date.isoformat() == stored


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("date", "", "Enter the day of the report."),
        ("date", "3/4/2003", "could be two days"),
        ("date", "2003-02-30", "not a day of the calendar"),
        ("date", "2999-01-01", "in the future"),
        ("country_id", "", "Choose the country that reported."),
        ("country_id", "99", "Choose one of the list."),
        ("cases", "-1", "below zero"),
        ("cases", "many", "not a number"),
        ("cases", "1.5", "not a whole number"),
        ("cases", "99999999999", "larger than"),
        ("cases", "", "Enter at least one count."),
        ("note", "a\0b", "U+0000"),
        ("why", "a\u202eb", "U+202E"),
        ("why", "x" * 501, "500"),
    ],
)
def test_what_cannot_be_stored_is_said_beside_its_field(
    editor: FlaskClient, viet_nam: int, page: Page, reload: Reload,
    field: str, text: str, message: str,
) -> None:  # fmt: skip
    answer = editor.post(NEW, data=payload(viet_nam, **{"deaths": "", field: text}))
    shown = page(answer, 422)
    assert message in shown.error_of(field)
    assert shown.one("#errors a").get("href") == f"#{field}"
    assert message in shown.text("#errors")
    kept = shown.form("main form")
    assert kept["date" if field == "cases" else "cases"] in ("2003-04-12", "62")
    assert len(reload().scalars(select(Record)).all()) == 2


def test_full_width_digits_and_thousands_are_counts(
    editor: FlaskClient, viet_nam: int, reload: Reload
) -> None:
    answer = editor.post(NEW, data=payload(viet_nam, date="2003-04-15", cases="１,３０９"))
    record = reload().get(Record, int(answer.location.rsplit("/", 1)[1]))
    assert record.cases == 1309


def test_taken_key_leads_to_the_record_and_keeps_what_was_typed(
    editor: FlaskClient, viet_nam: int, page: Page
) -> None:
    typed = payload(viet_nam, date="2003-04-11", cases="61", note="by phone")
    shown = page(editor.post(NEW, data=typed), 422)
    assert "Viet Nam already has a record for 11 April 2003." in shown.error_of("date")
    kept = shown.form("main form")
    assert (kept["cases"], str(kept["note"]).strip()) == ("61", "by phone")
    assert page(editor.get(shown.link("Open it"))).heading == "Viet Nam, 11 April 2003"


def test_form_sent_twice_adds_one_record(
    editor: FlaskClient, viet_nam: int, page: Page, reload: Reload
) -> None:
    assert editor.post(NEW, data=payload(viet_nam)).status_code == 303
    shown = page(editor.post(NEW, data=payload(viet_nam)), 422)
    assert "already has a record" in shown.text("#errors")
    assert len(reload().scalars(select(Record)).all()) == 3


def test_implausible_counts_wait_for_a_reason(
    editor: FlaskClient, viet_nam: int, page: Page, reload: Reload
) -> None:
    shown = page(editor.post(NEW, data=payload(viet_nam, cases="50", why="late report")), 422)
    assert "Cases fall from 60 on 11 April 2003 to 50." in shown.text(".checks")
    assert "Keep 50, because" in shown.text(".checks")
    kept = shown.form("main form")
    assert kept["keep-decline-cases-60-2003-04-11-50"] == "late report"
    answer = editor.post(NEW, data=kept)
    assert answer.status_code == 303
    record = reload().get(Record, int(answer.location.rsplit("/", 1)[1]))
    assert record.changeset.reason == "late report"


def test_each_warning_needs_its_reason(editor: FlaskClient, viet_nam: int, page: Page) -> None:
    typed = payload(viet_nam, cases="50", deaths="20", recoveries="40")
    shown = page(editor.post(NEW, data=typed), 422)
    assert len(shown.all(".checks input")) == 4
    kept = shown.form("main form")
    kept["keep-decline-cases-60-2003-04-11-50"] = "doubles removed"
    again = page(editor.post(NEW, data=kept), 422)
    assert again.form("main form")["keep-decline-cases-60-2003-04-11-50"] == "doubles removed"
    assert "Say why it is right" in again.error_of("keep-sum-cases-50-20-40")


def test_reason_kept_for_other_numbers_does_not_count(
    editor: FlaskClient, viet_nam: int, page: Page
) -> None:
    kept = page(editor.post(NEW, data=payload(viet_nam, cases="50")), 422).form("main form")
    again = {**kept, "keep-decline-cases-60-2003-04-11-50": "yes", "cases": "40"}
    assert "Keep 40, because" in page(editor.post(NEW, data=again), 422).text(".checks")


def test_edit_changes_the_record_with_its_reason(
    editor: FlaskClient, make_record: MakeRecord, page: Page, reload: Reload
) -> None:
    record = make_record(cases=62)
    form = page(editor.get(f"/records/{record.id}/edit")).form("main form")
    answer = editor.post(f"/records/{record.id}/edit", data={**form, "cases": "63", "why": "late"})
    assert answer.status_code == 303
    shown = page(editor.get(answer.location))
    assert "edo changed it: cases 62 → 63" in shown.texts(".lines li span")[0]
    stored = reload().get(Record, record.id)
    assert (stored.cases, stored.revision, stored.changeset.reason) == (63, 2, "late")


def test_edit_needs_a_reason(editor: FlaskClient, make_record: MakeRecord, page: Page) -> None:
    record = make_record(cases=62)
    form = page(editor.get(f"/records/{record.id}/edit")).form("main form")
    shown = page(editor.post(f"/records/{record.id}/edit", data={**form, "cases": "63"}), 422)
    assert "Say why" in shown.error_of("why")
    assert shown.form("main form")["cases"] == "63"


def test_edit_can_move_a_record_to_another_day(
    editor: FlaskClient, viet_nam: int, make_record: MakeRecord, page: Page
) -> None:
    record = make_record("China", cases=62)
    form = page(editor.get(f"/records/{record.id}/edit")).form("main form")
    moved = {**form, "country_id": str(viet_nam), "why": "was Viet Nam's"}
    answer = editor.post(f"/records/{record.id}/edit", data=moved)
    shown = page(editor.get(answer.location))
    assert shown.heading == "Viet Nam, 12 April 2003"
    assert "country China → Viet Nam" in shown.texts(".lines li span")[0]


def test_warning_that_stood_before_is_not_asked_again(
    editor: FlaskClient, viet_nam: int, make_record: MakeRecord, page: Page
) -> None:
    record = make_record(cases=50)
    form = page(editor.get(f"/records/{record.id}/edit")).form("main form")
    answer = editor.post(f"/records/{record.id}/edit", data={**form, "note": "n", "why": "w"})
    assert answer.status_code == 303


def test_last_reasons_are_offered(
    editor: FlaskClient, make_record: MakeRecord, page: Page, viet_nam: int
) -> None:
    editor.post(NEW, data=payload(viet_nam, why="late report"))
    shown = page(editor.get(NEW))
    assert [option.get("value") for option in shown.all("#reasons option")] == ["late report"]
    assert shown.one("[name=why]").get("list") == "reasons"


def test_form_without_changes_writes_nothing(
    editor: FlaskClient, make_record: MakeRecord, page: Page, reload: Reload
) -> None:
    record = make_record(cases=62)
    form = page(editor.get(f"/records/{record.id}/edit")).form("main form")
    answer = editor.post(f"/records/{record.id}/edit", data={**form, "why": "looked"})
    assert "Nothing was changed" in page(editor.get(answer.location)).text("[role=status]")
    assert len(reload().scalars(select(Changeset)).all()) == 1


def test_admin_adds_a_country_with_its_first_record(
    client_as: Any, viet_nam: int, page: Page, reload: Reload
) -> None:
    admin = client_as("admin")
    assert "new_country" in page(admin.get(NEW)).form("main form")
    answer = admin.post(NEW, data=payload("", new_country="Singapore"))
    assert page(admin.get(answer.location)).heading == "Singapore, 12 April 2003"
    assert reload().scalars(select(Country).where(Country.slug == "singapore")).one()
    both = page(admin.post(NEW, data=payload(viet_nam, new_country="Malaysia")), 422)
    assert "not both" in both.error_of("country_id")
    known = page(admin.post(NEW, data=payload("", new_country="singapore")), 422)
    assert "already has this country" in known.error_of("new_country")


def test_editor_cannot_add_a_country(editor: FlaskClient, viet_nam: int, page: Page) -> None:
    shown = page(editor.post(NEW, data=payload("", new_country="Singapore")), 422)
    assert "Choose the country" in shown.error_of("country_id")
    assert "new_country" not in shown.form("main form")


def test_link_fills_country_and_day(editor: FlaskClient, viet_nam: int, page: Page) -> None:
    form = page(editor.get(f"{NEW}?country=viet-nam&date=2003-04-12")).form("main form")
    assert (form["date"], form["country_id"]) == ("2003-04-12", str(viet_nam))
    page(editor.get(f"{NEW}?country=%00&date=nonsense"))


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("editor", 200), ("admin", 200)])
def test_forms_are_for_editors(
    client_as: Any, make_record: MakeRecord, role: str, status: int
) -> None:
    record = make_record(cases=1)
    client = client_as(role)
    for path in (NEW, f"/records/{record.id}/edit"):
        assert client.get(path).status_code == status


def test_reader_cannot_write(client_as: Any, make_record: MakeRecord, reload: Reload) -> None:
    record = make_record(cases=1)
    reader = client_as("reader")
    for path in ("edit", "merge", "delete"):
        assert reader.post(f"/records/{record.id}/{path}").status_code == 403
    assert reader.post(NEW).status_code == 403
    assert reader.post(f"/activity/{record.changeset_id}/undo").status_code == 403
    assert reload().get(Record, record.id).revision == 1
