from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from app.models import Record
from tests.support.pages import Page

MakeRecord = Callable[..., Record]


def test_empty_register_says_what_belongs_there(
    client: FlaskClient, page: Callable[..., Page]
) -> None:
    assert "No records yet" in page(client.get("/")).text(".empty")
    assert not page(client.get("/")).all("main form")


def test_sentence_adds_up_the_latest_counts_of_every_country(
    client: FlaskClient, page: Callable[..., Page], make_record: MakeRecord
) -> None:
    make_record("Viet Nam", "2003-04-11", cases=62, deaths=4, recoveries=43)
    make_record("Viet Nam", "2003-04-14", cases=63, deaths=5, recoveries=46)
    make_record("Canada", "2003-04-11", cases=1000, deaths=10, recoveries=0)
    assert page(client.get("/")).text(".lead") == (
        "As of 14 April 2003: 1,063 cases, 15 deaths, 46 recovered in 2 countries "
        "(1 reported that day)."
    )


def test_countries_stand_by_cases_each_with_its_own_day(
    client: FlaskClient, page: Callable[..., Page], make_record: MakeRecord
) -> None:
    make_record("Viet Nam", "2003-04-14", cases=63, deaths=5, recoveries=46)
    make_record("Canada", "2003-04-11", cases=1000, deaths=10)
    make_record("Chad", "2003-04-11")
    assert page(client.get("/")).rows() == [
        ["Canada", "1,000", "10", "–no value", "1.0 %", "1", "2003-04-11"],
        ["Viet Nam", "63", "5", "46", "7.9 %", "1", "2003-04-14"],
        ["Chad", "–no value", "–no value", "–no value", "–no value", "1", "2003-04-11"],
    ]


def test_latest_changes_say_who_and_why(
    client: FlaskClient, page: Callable[..., Page], make_record: MakeRecord
) -> None:
    make_record(cases=1, reason="late report")
    assert "Mina Park added Viet Nam, 12 April 2003: cases 1 late report" in page(
        client.get("/")
    ).text("#changes")


def test_page_takes_the_same_queries_whatever_the_size(
    client: FlaskClient, make_record: MakeRecord, query_counter: Callable[..., Any]
) -> None:
    for country in ("Viet Nam", "Canada", "Chad"):
        make_record(country, cases=1)
    with query_counter() as queries:
        assert client.get("/").status_code == 200
    # outbreak, sums, the latest day, countries, changes, latest import; for the changes of single
    # records: their records and versions, the states before, names of countries (4)
    assert len(queries) == 12


def test_editor_loads_the_example_which_says_that_it_is_simulated(
    client_as: Callable[[str], FlaskClient], client: FlaskClient, page: Callable[..., Page]
) -> None:
    browser = client_as("editor")
    assert "Load the example outbreak" in page(browser.get("/")).text(".empty")
    assert browser.post("/example").status_code == 303
    shown = page(client.get("/"))
    assert "simulated" in shown.text(".notice.warning")
    assert len(shown.rows()) > 10


def test_example_is_loaded_once(
    client_as: Callable[[str], FlaskClient], client: FlaskClient, page: Callable[..., Page]
) -> None:
    browser = client_as("editor")
    browser.post("/example")
    first = page(client.get("/")).text(".lead")
    assert browser.post("/example").status_code == 303
    assert page(client.get("/")).text(".lead") == first


def test_example_needs_an_editor(client_as: Callable[[str], FlaskClient]) -> None:
    assert client_as("reader").post("/example").status_code == 403
