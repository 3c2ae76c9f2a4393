"""Findings where people meet them: on a record's page, a country's, and the overview."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Finding, Outbreak, Record, Todo
from app.services.rules.checking import check_outbreak
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
MakeRecord = Callable[..., Record]


@pytest.fixture
def fall(make_record: MakeRecord, session: Session) -> Record:
    """The United States' fall of 2003-04-21, which the rules have seen."""
    make_record("United States", "2003-04-19", cases=220)
    record = make_record("United States", "2003-04-21", cases=39)
    check_outbreak(session, session.scalars(select(Outbreak.id)).one())
    session.commit()
    return record


def accept(editor: FlaskClient, page: ReadPage, reason: str) -> None:
    form = page(editor.get("/review/accept?finding=1")).form("main form[method='post']")
    sent = form | {"words": reason}
    assert editor.post("/review/accept?finding=1", data=sent).status_code == 303


def test_open_finding_stands_on_both_pages_with_the_ways_to_decide(
    client: FlaskClient, client_as: ClientAs, fall: Record, page: ReadPage
) -> None:
    for address in (f"/records/{fall.id}", "/countries/united-states"):
        read = page(client.get(address))
        assert read.link("Cases fall from 220 on 19 April 2003 to 39.") == "/review/1"
        assert not read.all("a[href^='/review/accept']")
        decided = page(client_as("editor").get(address))
        assert decided.one("a[href^='/review/accept']").get("href") == "/review/accept?finding=1"
        assert decided.one("a[href^='/review/assign']").get("href") == "/review/assign?finding=1"
    assert "1 open finding" in page(client.get("/countries/united-states")).texts("h2")


def test_accepted_finding_says_who_when_and_why(
    client: FlaskClient, client_as: ClientAs, fall: Record, page: ReadPage, session: Session
) -> None:
    accept(client_as("editor"), page, "Definition changed.")
    shown = page(client.get(f"/records/{fall.id}"))
    line = shown.text("#findings + ul li")
    assert "accepted" in line
    assert "Definition changed. edo," in line
    assert page(client_as("editor").get(f"/records/{fall.id}")).all("a[href^='/review/reopen']")
    country = page(client.get("/countries/united-states"))
    assert country.rows()[0][0] == "2003-04-21 Note 1"
    assert "Definition changed." in country.text("#mark-1")
    assert not country.all("#findings")


def test_resolved_findings_are_folded(
    client: FlaskClient, client_as: ClientAs, fall: Record, page: ReadPage
) -> None:
    said = {"kind": "break", "date": "2003-04-21", "text": "Probable cases only."}
    client_as("editor").post("/countries/united-states/annotations/new", data=said)
    shown = page(client.get(f"/records/{fall.id}"))
    assert "1 resolved finding" in shown.texts("details summary")
    assert "no longer true since" in shown.text("#findings + details")


def test_overview_says_what_needs_a_look(
    client: FlaskClient, fall: Record, session: Session, page: ReadPage
) -> None:
    session.add(Todo(title="Ring Hanoi", due=fall.date))
    session.add(Todo(title="Ring Ottawa"))
    session.commit()
    shown = page(client.get("/"))
    assert shown.link("Falling counts") == "/review?rule=decline"
    assert "Falling counts 1 open finding 1 overdue to-do" in shown.text("#needs + ul")
    assert shown.link("1 overdue to-do") == "/todos?due=overdue"


def test_overview_of_a_settled_register_says_so(
    client: FlaskClient, make_record: MakeRecord, page: ReadPage
) -> None:
    make_record(cases=1)
    needs = page(client.get("/")).text("#needs + ul")
    assert needs == "All findings are settled. No to-do is overdue."


def test_many_open_findings_are_counted_and_cut(
    client: FlaskClient, fall: Record, session: Session, page: ReadPage, query_counter: Any
) -> None:
    seen = session.scalars(select(Finding)).one()
    columns = {column.name: getattr(seen, column.name) for column in Finding.__table__.columns}
    for number in range(30):
        session.add(Finding(**columns | {"id": 100 + number, "key": f"decline:{number}"}))
    session.commit()
    with query_counter() as queries:
        shown = page(client.get("/countries/united-states"))
    assert "31 open findings" in shown.texts("h2")
    assert len(shown.all("#findings + ul li")) == 10
    assert len([query for query in queries if "FROM finding" in query]) == 3
    assert shown.link("All of them in the queue") == "/review?country=united-states"
