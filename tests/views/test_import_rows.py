"""The rows of a checked file, a page at a time, however many there are."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from app.models import Import, ImportSpelling
from tests.support.offers import decide, offer_number

Page = Any
PARTS = "date,country,province,cases,deaths,recoveries\n"
PAGES = ("", "/rows?problem=conflict", "/rows?problem=conflict&after=2", "/rows?problem=cases_fall")


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def contradictions(days: int) -> str:
    """Return two lines that contradict each other for each day of two countries."""
    return "".join(
        f"2003-{4 + day // 30:02}-{day % 30 + 1:02},{country},{cases + day},0,0\n"
        for cases in (10, 90)
        for country in ("Viet Nam", "Canada")
        for day in range(days)
    )


def all_pages(editor: FlaskClient, page: Page, number: int, problem: str) -> list[list[str]]:
    """Return what stands on each page of a problem's rows, one heading a key or name."""
    address, found = f"/imports/{number}/rows?problem={problem}", []
    while address:
        shown = page(editor.get(address))
        found.append(shown.texts(".key > :first-child"))
        links = shown.all("a[rel=next]")
        address = links[0].get("href") if links else ""
    return found


def test_contradicting_lines_are_paged_by_day(editor: FlaskClient, page: Page) -> None:
    pages = all_pages(editor, page, offer_number(editor, contradictions(29)), "conflict")
    assert [len(one) for one in pages] == [50, 8]
    keys = [key for one in pages for key in one]
    assert keys[:3] == ["Viet Nam, 1 April 2003", "Canada, 1 April 2003", "Viet Nam, 2 April 2003"]
    assert len(set(keys)) == 58


def test_parts_of_a_country_are_added_up_by_decision_only(editor: FlaskClient, page: Page) -> None:
    rows = "".join(f"2003-04-12,China,Part {part},{part},0,0\n" for part in range(1, 27))
    number = offer_number(editor, (PARTS + rows).encode())
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.text("#sum").startswith("0 ready · 26 need a decision")
    assert "The column province says that these rows are parts" in shown.text(".notice")
    # So many lines are too many for a button each.
    assert len(shown.all(".key li")) == 7
    assert "and 20 more lines" in shown.text(".key")
    assert not shown.all("button[value^='keep:']")
    decide(editor, number, do="sum")
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.text("#sum").startswith("26 ready · 0 need a decision")
    assert "1 new · 0 changed · 0 the same · 25 added up" in shown.text(".sums")


def test_groups_are_counted_also_where_no_check_kept_the_counts(
    editor: FlaskClient, page: Page, session: Session
) -> None:
    number = offer_number(editor, contradictions(3))
    before = page(editor.get(f"/imports/{number}")).texts("h2")
    offer = session.get_one(Import, number)
    gone = ("groups", "fallen")
    offer.options = {name: told for name, told in offer.options.items() if name not in gone}
    session.commit()
    assert page(editor.get(f"/imports/{number}")).texts("h2") == before


def test_names_are_paged_in_the_order_of_the_file(
    editor: FlaskClient, page: Page, session: Session
) -> None:
    letters = "bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ"
    names = [f"Switzerlan{letter}" for letter in letters[:20]]
    names += [f"Luxembour{letter}" for letter in letters[:20]]
    names += [f"Madagasca{letter}" for letter in letters[:20]]
    rows = "".join(f"2003-04-{day:02},{name},1,0,0\n" for day in (1, 2) for name in names)
    number = offer_number(editor, rows)
    kept = all_pages(editor, page, number, "near_name")
    # All but Switzerland, Luxembourg and Madagascar.
    assert [len(one) for one in kept] == [50, 7]
    assert kept[0][0].startswith("“Switzerlanb” 2 rows, first in line 2")
    # What is known does not wait any more.
    decide(editor, number, **{f"name:{name}": "new" for name in names[1:]})
    assert session.scalars(select(ImportSpelling.spelling)).all() == ["Switzerlanb"]
    session.rollback()
    editor.post(f"/imports/{number}/discard")
    assert session.scalars(select(ImportSpelling)).all() == []


def test_no_page_reads_all_rows(
    editor: FlaskClient, engine_name: str, session: Session, page: Callable[..., Any]
) -> None:
    if engine_name != "sqlite":
        pytest.skip("only SQLite says so for tables as small as a test's")
    rows = contradictions(3) + "2003-05-01,Peru,9,0,0\n2003-05-02,Peru,8,0,0\n"
    number = offer_number(editor, rows)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    for address in PAGES:
        page(editor.get(f"/imports/{number}{address}"))
    event.remove(Engine, "before_cursor_execute", note)
    connection = session.connection()
    plans = [
        row[3]
        for statement, parameters in asked
        if "FROM import_row" in statement
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
    assert any("ix_import_row_import_id_problem_date" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN import_row")] == []
