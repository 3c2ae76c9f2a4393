"""Findings in the records list: the filter, the column, the facets, and in files."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Country, Finding, Outbreak, Record
from app.services.changesets import Actor
from app.services.review import decisions
from app.services.review.asked import AskedCountry, FindingQuery
from app.services.rules.checking import check_outbreak
from tests.support.clients import default_outbreak
from tests.support.pages import Page

ReadPage = Callable[..., Page]
MakeRecord = Callable[..., Record]

# Canada falls on the 2nd and, accepted, on the 4th; Chad has more deaths and recoveries than cases.
CANADA = (100, 99, 120, 116)


@pytest.fixture
def flagged(make_record: MakeRecord, session: Session) -> None:
    for day, cases in enumerate(CANADA, start=1):
        make_record("Canada", f"2003-04-{day:02}", cases=cases)
    make_record("Chad", "2003-04-01", cases=7, deaths=2, recoveries=6)
    make_record("Viet Nam", "2003-04-01", cases=7, deaths=2, recoveries=4)
    check_outbreak(session, session.scalars(select(Outbreak.id)).one())
    accepted = Finding.size == 4
    session.execute(
        update(Finding).where(accepted).values(state="accepted", reason="Counted anew.")
    )
    session.commit()


NARROWED = {
    "flag=any": ["Canada 2", "Canada 4", "Chad 1"],
    "flag=none": ["Canada 1", "Canada 3", "Viet Nam 1"],
    "flag=decline": ["Canada 2", "Canada 4"],
    "flag=sum": ["Chad 1"],
    "flag=sum&flag=decline": ["Canada 2", "Canada 4", "Chad 1"],
    "flag=open": ["Canada 2", "Chad 1"],
    "flag=accepted": ["Canada 4"],
    "flag=accepted&flag=decline": ["Canada 4"],
    "flag=accepted&flag=sum": [],
    "flag=any&country=canada&from=2003-04-03": ["Canada 4"],
    "flag=none&cases_min=100": ["Canada 1", "Canada 3"],
    "flag=decline&cases_max=100": ["Canada 2"],
}


@pytest.mark.parametrize("order", ["country,date", "-cases", "date", "deaths,date,country"])
def test_list_is_narrowed_to_findings(
    client: FlaskClient, flagged: None, page: ReadPage, order: str
) -> None:
    for query, expected in NARROWED.items():
        shown = page(client.get(f"/records?sort={order}&{query}"))
        rows = shown.rows("section table") if expected else []
        assert sorted(f"{row[1]} {row[0][-1]}" for row in rows) == expected, query
        assert f"{len(expected)} of 6 records" in shown.text("#sentence"), query


def test_filter_is_told_and_taken_away(client: FlaskClient, flagged: None, page: ReadPage) -> None:
    shown = page(client.get("/records?flag=decline&flag=accepted"))
    assert "with accepted findings, falling counts" in shown.text("#sentence")
    assert [chip.get("href") for chip in shown.all(".chips a")] == [
        "/records?flag=decline",
        "/records?flag=accepted",
        "/records",
    ]


def test_facets_count_the_days_and_lead_there(
    client: FlaskClient, flagged: None, page: ReadPage
) -> None:
    shown = page(client.get("/records?flag=sum"))
    links = {link.text_content().split()[0]: link for link in shown.all("nav.facets a")}
    assert links["Falling"].text_content().split()[-1] == "2"
    assert links["Falling"].get("href") == "/records?flag=sum&flag=decline"
    assert [link.get("href") for link in links.values() if link.get("aria-current")] == ["/records"]


def test_column_has_an_icon_and_a_word(client: FlaskClient, flagged: None, page: ReadPage) -> None:
    shown = page(client.get("/records?country=canada&sort=date"))
    assert shown.texts("td.flags") == ["", "Falling counts", "", "Falling counts accepted"]
    assert len(shown.all("td.flags svg[aria-hidden]")) == 2


def test_list_without_findings_is_as_it_was(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage, query_counter: Callable[..., Any]
) -> None:
    make_record("Canada", "2003-04-01", cases=1)
    shown = page(client.get("/records"))
    assert "Flags" not in shown.texts("thead th")
    assert not shown.all("select[name='flag']")
    with query_counter() as queries:
        client.get("/records")
    assert not [query for query in queries if "finding" in query.replace("EXISTS (SELECT *", "")][
        1:
    ]


def test_findings_cost_two_queries_a_page(
    client: FlaskClient, flagged: None, query_counter: Callable[..., Any]
) -> None:
    client.get("/records")
    with query_counter() as queries:
        client.get("/records")
    # Beside the outbreak's, which asks whether there are any: those of the rows, the facets.
    assert len([query for query in queries if "finding" in query]) == 3, queries


@pytest.mark.parametrize("word", ["nonsense", "DECLINE'--", "", "Any", "%00", "x" * 5000])
def test_words_that_mean_nothing_are_told(
    client: FlaskClient, flagged: None, page: ReadPage, word: str
) -> None:
    answer = client.get(f"/records?flag={word}", follow_redirects=True)
    shown = page(answer)
    known = word.lower() in ("", "any")
    assert bool(shown.all(".message.warning")) != known


def test_none_stands_alone(client: FlaskClient, flagged: None, page: ReadPage) -> None:
    shown = page(client.get("/records?flag=none&flag=sum"))
    assert "flag='sum' is left out" in shown.text(".message.warning")


def test_files_name_the_flags_where_they_are_asked_for(client: FlaskClient, flagged: None) -> None:
    plain = client.get("/records.csv?bom=0").text.splitlines()
    assert plain[0] == "date,country,cases,deaths,recoveries"
    asked = client.get("/records.csv?bom=0&country=canada&sort=date&cols=date,cases,flags").text
    assert asked.splitlines() == [
        "date,cases,flags",
        "2003-04-01,100,",
        "2003-04-02,99,decline:cases=open",
        "2003-04-03,120,",
        "2003-04-04,116,decline:cases=accepted (Counted anew.)",
    ]
    rows = client.get("/records.json?country=chad&cols=cases,flags").get_json()
    assert [(row["cases"], row["flags"]) for row in rows] == [(7, "sum=open")]
    both = client.get("/records.csv?bom=0&flag=accepted").text.splitlines()
    assert both[1:] == ["2003-04-04,Canada,116,,"]


def test_files_say_who_accepted_what_when_and_why(
    client: FlaskClient, flagged: None, session: Session
) -> None:
    asked = FindingQuery(default_outbreak(session).id, countries=(AskedCountry(1, "canada", ""),))
    decision = decisions.accept(session, asked, Actor("Mina Park"), reason="late, says Ottawa")
    session.commit()
    told = f"decline:cases=accepted (Mina Park, {decision.decided_at.date()}: late, says Ottawa)"
    where = "country=canada&from=2003-04-02&to=2003-04-02&cols=cases,flags"
    csv = client.get(f"/records.csv?bom=0&{where}").text.splitlines()
    assert csv == ["cases,flags", f'99,"{told}"']
    assert [row["flags"] for row in client.get(f"/records.json?{where}").get_json()] == [told]


def test_finding_about_no_day_flags_nothing(
    client: FlaskClient, flagged: None, session: Session, page: ReadPage
) -> None:
    session.execute(update(Finding).where(Finding.rule == "sum").values(date=None))
    session.commit()
    assert "2 of 6 records" in page(client.get("/records?flag=any")).text("#sentence")


def test_break_explains_the_fall(
    client_as: Callable[[str], FlaskClient], flagged: None, reload: Callable[[], Session]
) -> None:
    editor = client_as("editor")
    said = {"kind": "break", "date": "2003-04-02", "text": "Counted anew."}
    for address, sent, state in (
        ("/countries/canada/annotations/new", said, "resolved"),
        ("/annotations/1/edit", said | {"kind": "note", "revision": "1"}, "open"),
        ("/annotations/1/edit", said | {"revision": "2"}, "resolved"),
        ("/annotations/1/edit", said | {"date": "2003-04-03", "revision": "3"}, "open"),
        ("/annotations/1/edit", said | {"revision": "4"}, "resolved"),
        ("/annotations/1/delete", {"revision": "5"}, "open"),
        ("/annotations/deleted/1", {}, "resolved"),
    ):
        assert editor.post(address, data=sent).status_code == 303
        assert finding_of(reload(), "2003-04-02").state == state, address


def finding_of(session: Session, date: str) -> Finding:
    canada = select(Country.id).where(Country.name == "Canada").scalar_subquery()
    found = select(Finding).where(Finding.country_id == canada, Finding.rule == "decline")
    return next(finding for finding in session.scalars(found) if str(finding.date) == date)
