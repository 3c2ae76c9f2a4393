"""The records list as people meet it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

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
    assert page.text("#sentence") == "10 records: Canada, 1 to 10 April 2003, newest first"


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
