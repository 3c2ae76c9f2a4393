"""The records list as people meet it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.services.register import Actor
from tests.support.clients import default_outbreak
from tests.support.pages import Page


@pytest.fixture
def april(make_record: Callable[..., Any]) -> None:
    """Three countries in April 2003, and one of them again in May."""
    for day in range(1, 11):
        make_record("Canada", f"2003-04-{day:02}", cases=100 + day, deaths=10, recoveries=None)
        make_record("Viet Nam", f"2003-04-{day:02}", cases=60, deaths=4, recoveries=40)
    make_record("Åland", "2003-05-01", cases=3, deaths=1)


@pytest.mark.usefixtures("april")
def test_list_says_in_words_what_it_shows(client: FlaskClient) -> None:
    page = Page(client.get("/records?country=canada&from=2003-04-01&to=2003-04-30"))
    assert page.heading == "Records"
    assert page.title == "Records: Canada, April 2003 – Casebook"
    assert page.text("#sentence") == "10 of 21 records: Canada, 1 to 10 April 2003, newest first"


@pytest.mark.usefixtures("april")
def test_list_is_newest_first_and_by_country_within_a_day(client: FlaskClient) -> None:
    rows = Page(client.get("/records")).rows()
    assert [row[:3] for row in rows[:3]] == [
        ["2003-05-01", "Åland", "3"],
        ["2003-04-10", "Canada", "110"],
        ["2003-04-10", "Viet Nam", "60"],
    ]


@pytest.mark.parametrize(
    ("address", "warning"),
    [
        ("?nonsense=1", "'nonsense' is left out: the list knows no such word."),
        ("?country=Atlantis", "There is no country called 'Atlantis'."),
        ("?cases_min=%00", "cases_min is left out: it cannot be read."),
        ("?after=abc", "The place in the list cannot be read: this is its beginning."),
        ("?sort=colour", "The list cannot be sorted by 'colour'."),
        ("?per=" + "9" * 6000, "per is left out: "),
    ],
)
@pytest.mark.usefixtures("april")
def test_unreadable_parameter_is_told_above_the_list(
    client: FlaskClient, address: str, warning: str
) -> None:
    response = client.get(f"/records{address}")
    page = Page(response)
    assert response.status_code == 200
    assert len(page.all("tbody tr")) == 21
    assert page.texts(".message.warning")[0].startswith(warning)


def test_empty_register_offers_the_first_steps(client: FlaskClient) -> None:
    page = Page(client.get("/records"))
    assert "No records yet." in page.texts(".empty p")[0]


def test_form_fields_left_empty_stay_out_of_the_address(client: FlaskClient) -> None:
    answer = client.get("/records?country=canada&country=&from=&q=&cases_min=&sort=-cases")
    assert answer.status_code == 302
    assert answer.location == "/records?country=canada&sort=-cases"


@pytest.mark.usefixtures("april")
def test_chips_take_one_filter_away_each(client: FlaskClient) -> None:
    page = Page(client.get("/records?country=canada&from=2003-04-01&cases_min=100&q=a"))
    assert page.texts(".chips a") == [
        "Canada ×remove",
        "from 1 April 2003 on ×remove",
        "at least 100 cases ×remove",
        "text “a” ×remove",
        "Clear all",
    ]
    first, *_, last = (link.get("href") for link in page.all(".chips a"))
    assert first == "/records?from=2003-04-01&cases_min=100&q=a"
    assert last == "/records"


@pytest.mark.usefixtures("april")
def test_heading_sorts_and_sorts_the_other_way_next(client: FlaskClient) -> None:
    page = Page(client.get("/records?country=canada"))
    assert {th.text_content(): th.get("aria-sort") for th in page.all("thead th[aria-sort]")} == {
        "Date": "descending",
        "Country": "none",
        "Cases": "none",
        "Deaths": "none",
        "Recoveries": "none",
    }
    assert page.link("Cases") == "/records?country=canada&sort=-cases"
    again = Page(client.get(page.link("Cases")))
    assert again.one("th[aria-sort=descending]").text_content() == "Cases"
    assert again.link("Cases") == "/records?country=canada&sort=cases"
    assert again.rows()[0][2] == "110"


@pytest.mark.usefixtures("april")
def test_only_page_leads_nowhere(client: FlaskClient) -> None:
    page = Page(client.get("/records?per=25"))
    assert page.texts(".pager p") == ["Rows 1–21 of 21"]
    assert page.all(".pager ul a") == []


def test_pages_follow_each_other(client: FlaskClient, make_record: Callable[..., Any]) -> None:
    for number in range(60):
        make_record("Canada", dt.date(2003, 3, 1) + dt.timedelta(number), cases=number)
    first = Page(client.get("/records?per=25"))
    assert first.texts(".pager p") == ["Rows 1–25 of 60"]
    assert first.link("Next") == "/records?per=25&after=2003-04-05,canada"
    second = Page(client.get(first.link("Next")))
    assert second.texts(".pager p") == ["Rows 26–50 of 60"]
    last = Page(client.get(first.link("Last")))
    assert last.texts(".pager p") == ["Rows 36–60 of 60"]
    assert Page(client.get(second.link("Previous"))).texts(".pager p") == ["Rows 1–25 of 60"]
    jumped = Page(client.get("/records?per=25&at=2003-04-01"))
    assert jumped.rows()[0][0] == "2003-04-01"
    assert jumped.texts(".pager p") == ["Rows 29–53 of 60"]


def test_next_page_holds_the_same_rows_while_others_arrive(
    client: FlaskClient, make_record: Callable[..., Any]
) -> None:
    for number in range(30):
        make_record("Canada", dt.date(2003, 4, 1) + dt.timedelta(number), cases=number)
    first = Page(client.get("/records?per=25"))
    make_record("Canada", "2003-05-01", cases=31)
    make_record("Viet Nam", "2003-04-20", cases=1)
    second = Page(client.get(first.link("Next")))
    assert [row[0] for row in second.rows()] == [f"2003-04-{day:02}" for day in (5, 4, 3, 2, 1)]
    assert second.texts(".pager p") == ["Rows 28–32 of 32"]


@pytest.mark.usefixtures("april")
def test_facets_add_a_country_and_take_it_away(client: FlaskClient) -> None:
    page = Page(client.get("/records?country=canada"))
    links = {link.text_content(): link for link in page.all(".facets a")}
    assert set(links) == {"Canada 10", "Viet Nam 10", "Åland 1"}
    assert links["Canada 10"].get("href") == "/records"
    assert links["Canada 10"].get("aria-current") == "true"
    assert links["Viet Nam 10"].get("href") == "/records?country=canada&country=viet-nam"


@pytest.mark.usefixtures("april")
def test_columns_can_be_chosen(client: FlaskClient) -> None:
    page = Page(client.get("/records?cols=country,cases&from=2003-05-01"))
    assert page.texts("thead th") == ["Country", "Cases"]
    assert page.rows() == [["Åland", "3"]]
    boxes = page.all("input[name=cols][checked]")
    assert [box.get("value") for box in boxes] == ["country", "cases"]
    kept = [field.get("name") for field in page.all(".columns input[type=hidden]")]
    assert kept == ["from"]


@pytest.mark.usefixtures("april")
def test_rows_say_what_is_new_and_what_share_died(client: FlaskClient) -> None:
    page = Page(
        client.get("/records?country=canada&to=2003-04-02&cols=cases,recoveries,new,fatality")
    )
    assert page.rows() == [
        ["102", "–no value", "+1", "9.8 %"],
        ["101", "–no value", "–no value", "9.9 %"],
    ]


@pytest.mark.usefixtures("april")
def test_share_of_few_cases_is_not_shown(client: FlaskClient) -> None:
    page = Page(client.get("/records?country=aland&cols=fatality"))
    assert page.rows() == [["–no value"]]


@pytest.mark.usefixtures("april")
def test_filter_without_result_offers_the_nearest_that_has_some(client: FlaskClient) -> None:
    page = Page(client.get("/records?country=canada&from=2003-06-01"))
    text = page.text(".empty")
    assert "Canada has records from 2003-04-01 to 2003-04-10." in text
    assert "On any day: 10 records" in text
    assert page.link("On any day") == "/records?country=canada"


def test_names_are_text_and_nothing_else(
    client: FlaskClient, make_record: Callable[..., Any]
) -> None:
    name = "<script>alert(1)</script> %s {{ 7*7 }}"
    make_record(name, cases=1, by=Actor("<b>Mina</b>"))
    for address in ("", "?country=%3Cscript%3E", "?q=%3Cscript%3E", "?cols=%3Cb%3E", "?%3Cb%3E=1"):
        response = client.get(f"/records{address}")
        assert "<script>alert" not in response.text
        assert "<b>" not in response.text
    assert name in Page(client.get("/records")).rows()[0]


def test_simulated_outbreak_says_so(
    client: FlaskClient, make_record: Callable[..., Any], session: Session
) -> None:
    make_record(cases=1)
    outbreak = default_outbreak(session)
    outbreak.simulated = True
    session.commit()
    assert Page(client.get("/records")).texts("#sentence .badge") == ["simulated"]
    answer = client.get("/records.csv")
    assert "filename=simulated-records.csv" in answer.headers["Content-Disposition"]


# A page asks: who is signed in; how many findings are open; which outbreak; how many records on
# which days; which days the page needs; their rows with what was before and who wrote them; which
# countries to offer.
QUERIES_OF_A_PAGE = 7


@pytest.mark.usefixtures("april")
def test_page_takes_a_fixed_number_of_queries(
    client_as: Callable[[str], FlaskClient], query_counter: Callable[..., Any]
) -> None:
    editor = client_as("editor")
    for address in ("/records", "/records?per=200", "/records?sort=-cases"):
        with query_counter() as queries:
            assert editor.get(address).status_code == 200
        selects = [query for query in queries if query.lstrip().startswith("SELECT")]
        assert len(selects) <= QUERIES_OF_A_PAGE


ODD_VALUES = (
    "0", "-1", "1" + "0" * 30, "9" * 6000, "abc", "%00", "%ff%fe", "%ed%a0%80", "a,b,c,d,e,f,g",
    ",", ",,,", "2003-04-12", "2003-04-12,", "2003-04-12,canada", "2003-04-12,385,1", "9999-12-31",
    "0001-01-01", "end", "%27%20OR%201=1--", "%25", "_", "%5C", "%F0%9F%92%A9", "%CC%81",
    "[]", "{}",
)  # fmt: skip
NAMES = (
    "country", "from", "to", "cases_min", "cases_max", "q", "sort", "per", "cols", "after",
    "before", "at", "imported", "changed_by", "outbreak", "bom", "page", "id[]",
)  # fmt: skip


RESTS = ("", "&sort=-cases", "&sort=country&country=canada")
# What a place in the list is depends on the order.
READ_BY_ORDER = ("after", "before", "at", "sort")


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_breaks_the_list(
    client: FlaskClient, make_record: Callable[..., Any], name: str
) -> None:
    for country, cases in (("Canada", 1), ("Canada", None), ("Viet Nam", 1)):
        make_record(country, f"2003-04-{13 - (cases or 0)}", cases=cases)
    for number, value in enumerate(ODD_VALUES):
        for rest in RESTS if name in READ_BY_ORDER else (RESTS[number % len(RESTS)],):
            for path in ("/records", "/records.csv"):
                response = client.get(f"{path}?{name}={value}{rest}")
                assert response.status_code == 200, (name, value, rest)
                assert len(response.data) < 200_000
