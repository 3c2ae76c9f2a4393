from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country, CountryAlias, Person, Record, Todo, Video
from app.services.directory import create_country
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
MakeRecord = Callable[..., Record]


@pytest.fixture
def canada(session: Session) -> Country:
    """Canada with the names the reference knows, and without a record."""
    country = create_country(session, "Canada")
    assert country.aliases
    session.commit()
    return country


@pytest.fixture
def admin(client_as: ClientAs) -> FlaskClient:
    return client_as("admin")


def post_form(client: FlaskClient, page: ReadPage, address: str, **values: str) -> Any:
    return client.post(address, data=page(client.get(address)).form() | values)


def test_countries_stand_by_their_latest_cases(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage
) -> None:
    make_record("Viet Nam", "2003-04-11", cases=62, deaths=4, recoveries=43)
    make_record("Viet Nam", "2003-04-14", cases=63, deaths=5, recoveries=46)
    make_record("Canada", "2003-04-12", cases=1101, deaths=10)
    make_record("Chad", "2003-04-12")
    assert page(client.get("/countries")).rows() == [
        ["Canada", "1,101", "10", "–no value", "0.9 %", "2003-04-12", "1"],
        ["Viet Nam", "63", "5", "46", "7.9 %", "2003-04-14", "2"],
        ["Chad", "–no value", "–no value", "–no value", "–no value", "2003-04-12", "1"],
    ]


def test_fatality_of_few_cases_is_not_stated(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage
) -> None:
    make_record("Chad", cases=9, deaths=3)
    assert page(client.get("/countries")).rows()[0][4] == "–no value"


@pytest.mark.parametrize("text", ["캐나다", "CANADA", "nad", "%EC%BA%90"])
def test_country_is_found_by_its_names(
    client: FlaskClient, canada: Country, make_record: MakeRecord, page: ReadPage, text: str
) -> None:
    make_record("Canada", cases=1)
    make_record("Viet Nam", cases=2)
    assert [row[0] for row in page(client.get(f"/countries?q={text}")).rows()] == ["Canada"]


def test_countries_come_as_csv_and_json(client: FlaskClient, make_record: MakeRecord) -> None:
    make_record("Viet Nam", "2003-04-14", cases=63)
    answer = client.get("/countries.csv?bom=0").text.splitlines()
    assert answer[1] == "Viet Nam,,63,,,1,2003-04-14,2003-04-14"
    assert client.get("/countries.json").get_json()[0]["cases"] == 63


def test_page_says_where_the_country_stands(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage
) -> None:
    make_record("Canada", "2003-07-10", cases=1252, deaths=38, recoveries=190)
    make_record("Canada", "2003-07-11", cases=1250, deaths=38, recoveries=194)
    shown = page(client.get("/countries/canada"))
    assert shown.text(".lead") == (
        "As of 11 July 2003: 1,250 cases, 38 deaths (3.0 % of cases, 16.4 % of closed cases),"
        " 194 recovered."
    )
    assert "2 reports from 10 July 2003 to 11 July 2003. 1 of them lowered" in shown.text()
    assert shown.rows() == [
        ["2003-07-11", "1,250", "−2", "38", "0", "194", "+4"],
        ["2003-07-10", "1,252", "–no value", "38", "–no value", "190", "–no value"],
    ]
    assert shown.link("All 2 records") == "/records?country=canada"


def test_only_the_newest_thirty_reports_are_shown(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage
) -> None:
    for day in range(1, 32):
        make_record("Canada", f"2003-05-{day:02}", cases=day)
    rows = page(client.get("/countries/canada")).rows()
    assert len(rows) == 30
    assert rows[-1][:3] == ["2003-05-02", "2", "+1"]


def test_page_shows_its_todos_and_videos(
    client: FlaskClient, canada: Country, session: Session, page: ReadPage
) -> None:
    mina = Person(name="Mina Park")
    session.add_all(
        [
            Todo(title="Ring Ottawa", country_id=canada.id, assignee=mina),
            Video(name="Briefing", link="https://example.org/1", country_id=canada.id),
        ]
    )
    session.commit()
    shown = page(client.get("/countries/canada"))
    assert shown.link("Ring Ottawa") == "/todos/1"
    assert shown.link("Briefing") == "/videos/1"
    assert "Canada has no records yet" in shown.text()


def test_day_leads_to_its_record_or_offers_to_add_it(
    client: FlaskClient, client_as: ClientAs, make_record: MakeRecord, page: ReadPage
) -> None:
    record = make_record("Viet Nam", "2003-04-11", cases=62)
    answer = client.get("/countries/viet-nam/2003-04-11")
    assert (answer.status_code, answer.location) == (302, f"/records/{record.id}")
    missing = page(client.get("/countries/viet-nam/2003-04-12"))
    assert missing.link("The report before: 11 April 2003") == f"/records/{record.id}"
    assert "Add it" not in missing.text()


@pytest.mark.parametrize(
    "address", ["nowhere", "viet-nam/2003-04-31", "viet-nam/today", "viet%00-nam", "VIET-NAM"]
)
def test_unknown_addresses_are_not_found(
    client: FlaskClient, make_record: MakeRecord, address: str
) -> None:
    make_record("Viet Nam")
    assert client.get(f"/countries/{address}").status_code == 404


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_only_admins_name_countries(client_as: ClientAs, canada: Country, role: str) -> None:
    other = client_as(role)
    assert other.get("/countries/new").status_code == 403
    assert other.get("/countries/canada/edit").status_code == 403
    for address in ("edit", "aliases", f"aliases/{canada.aliases[0].id}/delete"):
        assert other.post(f"/countries/canada/{address}", data={"name": "X"}).status_code == 403


def test_added_country_brings_the_names_the_reference_knows(
    admin: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    answer = post_form(admin, page, "/countries/new", name="Viet Nam")
    assert answer.location == "/countries/viet-nam"
    country = reload().scalars(select(Country)).one()
    assert country.code == "VNM"
    assert "베트남" in [alias.alias for alias in country.aliases]


@pytest.mark.parametrize("name", ["canada", "  CANADA ", "캐나다", "CAN"])
def test_known_country_is_not_added_again(
    admin: FlaskClient, canada: Country, page: ReadPage, name: str
) -> None:
    answer = page(post_form(admin, page, "/countries/new", name=name), status=422)
    assert answer.link("Open Canada") == "/countries/canada"


def test_renaming_rewrites_no_record_and_the_old_address_leads_on(
    admin: FlaskClient,
    make_record: MakeRecord,
    page: ReadPage,
    reload: Callable[[], Session],
) -> None:
    record = make_record("Birma", cases=1)
    post_form(admin, page, "/countries/birma/edit", name="Myanmar")
    after = reload().get_one(Record, record.id)
    assert (after.revision, after.country.name, after.country.slug) == (1, "Myanmar", "myanmar")
    answer = admin.get("/countries/birma")
    assert (answer.status_code, answer.location) == (301, "/countries/myanmar")
    assert admin.get("/countries/birma/2003-04-12").location == "/countries/myanmar/2003-04-12"
    assert [alias.alias for alias in after.country.aliases] == ["birma", "myanmar"]


def test_name_of_another_country_is_refused(
    admin: FlaskClient, canada: Country, make_record: MakeRecord, page: ReadPage
) -> None:
    make_record("Birma")
    answer = page(post_form(admin, page, "/countries/birma/edit", name="캐나다"), status=422)
    assert answer.link("Open Canada") == "/countries/canada"
    assert answer.form()["name"] == "캐나다"


def test_stale_rename_is_refused(
    admin: FlaskClient, canada: Country, page: ReadPage, reload: Callable[[], Session]
) -> None:
    answer = admin.post("/countries/canada/edit", data={"name": "Kanada", "revision": "7"})
    assert page(answer, status=409).form()["name"] == "Kanada"
    assert reload().get_one(Country, canada.id).name == "Canada"


def test_alias_is_added_removed_and_brought_back(
    admin: FlaskClient, canada: Country, page: ReadPage, reload: Callable[[], Session]
) -> None:
    admin.post("/countries/canada/aliases", data={"alias": "Dominion of  CANADA"})
    alias = reload().scalars(select(CountryAlias).where(CountryAlias.alias.contains("domin"))).one()
    assert alias.alias == "dominion of canada"
    admin.post(f"/countries/canada/aliases/{alias.id}/delete")
    assert reload().get(CountryAlias, alias.id) is None
    undo = page(admin.get("/countries/canada")).one(".message form").get("action")
    assert admin.post(undo).status_code == 303
    assert "now stands for" in page(admin.get("/countries/canada")).text(".message")
    assert "dominion of canada" in page(admin.get("/countries/canada")).text()


def test_alias_of_another_country_and_own_name_stay(
    admin: FlaskClient, canada: Country, make_record: MakeRecord, page: ReadPage
) -> None:
    make_record("Birma")
    admin.post("/countries/birma/aliases", data={"alias": "캐나다"})
    assert "already has this country: Canada" in page(admin.get("/countries/birma")).text(
        ".message"
    )
    own = next(alias for alias in canada.aliases if alias.alias == "canada")
    admin.post(f"/countries/canada/aliases/{own.id}/delete")
    assert "own name" in page(admin.get("/countries/canada")).text(".message")


# index: user, open findings, outbreak, standings; show: those, country, total, series, reports,
# the aliases, to-dos with their people, videos, annotations, accepted and open findings; the same
# however many there are.
@pytest.mark.parametrize(("address", "most"), [("", 4), ("/canada", 13)])
def test_pages_ask_few_queries(
    client_as: ClientAs,
    make_record: MakeRecord,
    query_counter: Callable[..., Any],
    address: str,
    most: int,
) -> None:
    for day in range(1, 15):
        make_record("Canada", f"2003-05-{day:02}", cases=day)
        make_record(f"Country {day}x", "2003-05-01")
    editor = client_as("editor")
    with query_counter() as queries:
        assert editor.get(f"/countries{address}").status_code == 200
    assert len([query for query in queries if not query.startswith("PRAGMA")]) <= most, queries
