"""The records list as files and as JSON."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app.services.records_list import limits
from tests.support.listed_register import ListedRegister

MakeRecord = Callable[..., Any]


@pytest.fixture
def three_records(make_record: MakeRecord) -> None:
    """Two countries, one count that was not reported, and a name that looks like a formula."""
    make_record("Canada", "2003-04-12", cases=13, deaths=None, recoveries=0)
    make_record("Canada", "2003-04-13", cases=14, deaths=1, recoveries=2)
    make_record("=1+1", "2003-04-12", cases=2, deaths=0, recoveries=0)


def cells(response: Any) -> list[list[str]]:
    """Return the cells of a CSV answer."""
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


@pytest.mark.usefixtures("three_records")
def test_csv_holds_the_list_in_its_order(client: FlaskClient) -> None:
    response = client.get("/records.csv?country=canada&sort=date")
    assert response.content_type == "text/csv; charset=utf-8"
    assert (
        response.get_data()
        == (
            "\ufeffdate,country,cases,deaths,recoveries\r\n"
            "2003-04-12,Canada,13,,0\r\n"
            "2003-04-13,Canada,14,1,2\r\n"
        ).encode()
    )


@pytest.mark.usefixtures("three_records")
def test_csv_goes_without_byte_order_mark_when_asked(client: FlaskClient) -> None:
    assert client.get("/records.csv?bom=0").get_data().startswith(b"date,country,")


@pytest.mark.usefixtures("three_records")
def test_names_that_look_like_formulas_are_defused(client: FlaskClient) -> None:
    rows = cells(client.get("/records.csv?from=2003-04-12&to=2003-04-12"))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "Canada"]


@pytest.mark.usefixtures("three_records")
def test_file_name_says_what_is_in_it(client: FlaskClient) -> None:
    address = "/records.csv?country=canada&from=2003-04-01&to=2003-04-30&cases_min=5"
    given = client.get(address).headers["Content-Disposition"]
    name = "records-canada-from-2003-04-01-to-2003-04-30-cases-5-to-any.csv"
    assert given == f"attachment; filename={name}"


@pytest.mark.usefixtures("three_records")
def test_json_is_a_list_of_objects(client: FlaskClient) -> None:
    for address, accept in (("/records.json", "*/*"), ("/records", "application/json")):
        response = client.get(f"{address}?country=canada", headers={"Accept": accept})
        assert response.content_type == "application/json"
        records = json.loads(response.data)
        assert [list(record) for record in records] == [
            ["id", "date", "country", "cases", "deaths", "recoveries"]
        ] * 2
        del records[1]["id"]
        assert records[1] == {
            "date": "2003-04-12",
            "country": "Canada",
            "cases": 13,
            "deaths": None,
            "recoveries": 0,
        }


def test_empty_list_is_an_empty_array_and_a_heading(client: FlaskClient) -> None:
    assert json.loads(client.get("/records.json").data) == []
    assert cells(client.get("/records.csv")) == [
        ["date", "country", "cases", "deaths", "recoveries"]
    ]


@pytest.mark.usefixtures("three_records")
def test_json_may_be_read_from_any_site_without_cookies(client: FlaskClient) -> None:
    response = client.get("/records.json", headers={"Origin": "https://elsewhere.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Accept" in response.headers["Vary"]
    page = client.get("/records", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in page.headers
    assert "Accept" in page.headers["Vary"]


@pytest.mark.parametrize("address", ["/records.json", "/records"])
def test_browsers_may_ask_first_whether_they_may_read(client: FlaskClient, address: str) -> None:
    response = client.options(address, headers={"Access-Control-Request-Method": "GET"})
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD"


@pytest.mark.parametrize("address", ["/records.csv", "/records.json"])
@pytest.mark.usefixtures("three_records")
def test_file_says_in_its_headers_what_was_left_out(client: FlaskClient, address: str) -> None:
    response = client.get(f"{address}?country=%ED%95%9C%EA%B5%AD&nonsense=1&cases_min=1")
    assert response.status_code == 200
    assert response.headers.getlist("Casebook-Warning") == [
        "'nonsense' is left out: the list knows no such word.",
        "There is no country called '\\ud55c\\uad6d'.",
    ]
    assert "Casebook-Warning" not in client.get(f"{address}?country=canada").headers


@pytest.mark.parametrize("address", ["/records.csv", "/records.json"])
@pytest.mark.usefixtures("three_records")
def test_head_answers_without_a_body(client: FlaskClient, address: str) -> None:
    response = client.head(address)
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize("address", ["/records.csv", "/records.json"])
def test_private_register_gives_visitors_no_file(app: Flask, address: str) -> None:
    app.config["PUBLIC_READING"] = False
    response = app.test_client().get(address)
    assert response.status_code in (303, 401)
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.usefixtures("three_records")
def test_file_that_fails_half_way_does_not_end_as_if_it_were_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FIRST_LOT", 2)
    lots = []

    def fail_at_the_second(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "json_" in statement:
            lots.append(statement)
        if len(lots) > 1:
            raise RuntimeError("the disk went away")

    event.listen(Engine, "before_cursor_execute", fail_at_the_second)
    sent: list[bytes] = []
    try:
        with pytest.raises(RuntimeError, match="the disk went away"):
            sent.extend(client.get("/records.json").response)
    finally:
        event.remove(Engine, "before_cursor_execute", fail_at_the_second)
    assert b"".join(sent).startswith(b"[{")
    assert not b"".join(sent).endswith(b"]")


def test_file_is_of_one_state_whatever_is_written_meanwhile(
    client: FlaskClient, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FIRST_LOT", 1)
    monkeypatch.setattr(limits, "LOT", 2)
    for day in (10, 11, 12):
        make_record("Canada", f"2003-04-{day}", cases=day)
    parts = iter(client.get("/records.csv?bom=0").response)
    begun = next(parts)
    make_record("Canada", "2003-04-09", cases=9)
    make_record("Viet Nam", "2003-04-10", cases=1)
    assert (begun + b"".join(parts)).decode().splitlines()[1:] == [
        "2003-04-12,Canada,12,,",
        "2003-04-11,Canada,11,,",
        "2003-04-10,Canada,10,,",
    ]


def test_files_hold_every_record_over_many_lots(
    client: FlaskClient, listed_register: ListedRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FIRST_LOT", 3)
    monkeypatch.setattr(limits, "LOT", 7)
    for address in ("/records", "/records?sort=-cases", "/records?sort=country"):
        path, _, query = address.partition("?")
        records = json.loads(client.get(f"{path}.json?{query}").data)
        assert len({record["id"] for record in records}) == len(listed_register.records)
        assert len(cells(client.get(f"{path}.csv?{query}"))) == len(records) + 1


@pytest.mark.usefixtures("three_records")
def test_files_have_the_columns_that_were_chosen(client: FlaskClient) -> None:
    address = "?cols=deaths,country,new&sort=-cases&to=2003-04-12"
    assert cells(client.get(f"/records.csv{address}")) == [
        ["deaths", "country"],
        ["", "Canada"],
        ["0", "'=1+1"],
    ]
    records = json.loads(client.get(f"/records.json{address}").data)
    assert [list(record) for record in records] == [["id", "deaths", "country"]] * 2
    # What a page works out from the records is no field of a file.
    assert cells(client.get("/records.csv?cols=new"))[0] == [
        "date",
        "country",
        "cases",
        "deaths",
        "recoveries",
    ]


def test_json_escapes_what_json_must(client: FlaskClient, make_record: MakeRecord) -> None:
    name = 'Quo"te \\ </script> Åland 한국'
    make_record(name, "2003-04-12", cases=1)
    assert [record["country"] for record in json.loads(client.get("/records.json").data)] == [name]
    assert cells(client.get("/records.csv"))[1][1] == name
