from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from app.models import Record

Page = Any
MakeRecord = Callable[..., Record]


def three_days(make_record: MakeRecord) -> Record:
    make_record(date="2003-04-11", cases=60, deaths=4, recoveries=43)
    record = make_record(date="2003-04-12", cases=62, deaths=4, recoveries=None, reason="by phone")
    make_record(date="2003-04-14", cases=63, deaths=5, recoveries=46)
    make_record("Canada", "2003-04-13", cases=1)
    return record


def test_record_is_headed_by_country_and_day(
    client: FlaskClient, make_record: MakeRecord, page: Page
) -> None:
    record = three_days(make_record)
    shown = page(client.get(f"/records/{record.id}"))
    assert shown.heading == "Viet Nam, 12 April 2003"
    assert shown.title == "Viet Nam, 12 April 2003 – Casebook"


def test_figures_stand_with_their_change_since_the_report_before(
    client: FlaskClient, make_record: MakeRecord, page: Page
) -> None:
    shown = page(client.get(f"/records/{three_days(make_record).id}"))
    assert shown.texts(".figures dd") == [
        "62 +2 since 11 April 2003",
        "4 0 since 11 April 2003",
        "–no value not reported",
    ]


def test_neighbours_are_those_of_the_same_country(
    client: FlaskClient, make_record: MakeRecord, page: Page
) -> None:
    record = three_days(make_record)
    shown = page(client.get(f"/records/{record.id}"))
    before = shown.one("a[rel=prev]").get("href")
    after = shown.one("a[rel=next]").get("href")
    assert page(client.get(before)).heading == "Viet Nam, 11 April 2003"
    assert page(client.get(after)).heading == "Viet Nam, 14 April 2003"
    assert [row[:4] for row in shown.rows("table.strip")] == [
        ["Cases", "60", "62 +2", "63 +1"],
        ["Deaths", "4", "4 0", "5 +1"],
        ["Recoveries", "43", "–no value", "46"],
    ]


def test_only_report_of_a_country_has_no_neighbours(
    client: FlaskClient, make_record: MakeRecord, page: Page
) -> None:
    shown = page(client.get(f"/records/{make_record(cases=1).id}"))
    assert not shown.all("a[rel=prev], a[rel=next]")
    assert shown.rows("table.strip")[0] == ["Cases", "1"]


def test_source_says_who_and_why(client: FlaskClient, make_record: MakeRecord, page: Page) -> None:
    shown = page(client.get(f"/records/{three_days(make_record).id}"))
    assert shown.texts(".facts dd")[0] == "Mina Park"
    assert shown.texts(".facts dd")[2] == "by phone"


def test_visitor_sees_no_buttons(client: FlaskClient, make_record: MakeRecord, page: Page) -> None:
    shown = page(client.get(f"/records/{make_record(cases=1).id}"))
    assert not shown.all("main form")
    assert "Edit" not in shown.texts("main a")


def test_texts_are_escaped(client: FlaskClient, make_record: MakeRecord, page: Page) -> None:
    attack = "<script>alert(1)</script>"
    record = make_record("<b>Nowhere</b>", cases=1, note=attack, reason=attack)
    answer = client.get(f"/records/{record.id}")
    assert attack not in answer.text
    assert page(answer).heading == "<b>Nowhere</b>, 12 April 2003"


def test_unknown_record_is_not_found(client: FlaskClient, page: Page) -> None:
    page(client.get("/records/1"), 404)


def test_number_beyond_any_id_is_not_found(client: FlaskClient, page: Page) -> None:
    for path in ("/records/99999999999999999999", "/records/2147483648/history", "/activity/9e9"):
        page(client.get(path), 404)


def test_queries_of_the_page_are_constant(
    client: FlaskClient, make_record: MakeRecord, page: Page, query_counter: Any
) -> None:
    record = three_days(make_record)
    with query_counter() as queries:
        page(client.get(f"/records/{record.id}"))
    # The record with country, outbreak, changeset and import; the report before; the one after;
    # its versions; the countries named in its history; the changesets of it; which of them were
    # undone or built upon; its to-dos; its findings; its annotations.
    assert len(queries) == 10, "\n".join(queries)


def test_history_pages_on(client_as: Any, make_record: MakeRecord, page: Page) -> None:
    record = make_record(cases=1)
    editor = client_as("editor")
    for cases in range(2, 54):
        form = {"date": "2003-04-12", "country_id": record.country_id, "cases": cases}
        editor.post(f"/records/{record.id}/edit", data={**form, "revision": cases - 1, "why": "x"})
    first = page(editor.get(f"/records/{record.id}/history"))
    assert first.texts("h2")[0] == "Version 53: changed"
    second = page(editor.get(first.link("Older versions")))
    assert first.texts("h2")[-1] == "Version 4: changed"
    assert second.texts("h2") == ["Version 3: changed", "Version 2: changed", "Version 1: added"]
