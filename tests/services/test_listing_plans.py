"""How SQLite goes about the statements of the list: never through the whole register."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.services.records_list import limits
from app.services.records_list.asked import RecordQuery, SortKey, complete
from app.services.records_list.pages import read_page
from tests.support.listed_register import ListedRegister, some_query

QUERIES = 60
# A scan reads all records there are, or an index of them; several searches for one OR read all
# that any of its parts finds.
TOO_MUCH = ("SCAN record", "SCAN finding", "SCAN marked", "SCAN written", "MULTI-INDEX OR")


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Gather what is sent to the database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        sent.append((text, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("large_day", [4, 400])
def test_no_page_reads_the_whole_register(
    session: Session,
    listed_register: ListedRegister,
    monkeypatch: pytest.MonkeyPatch,
    large_day: int,
) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the data it has, which is little here")
    monkeypatch.setattr(limits, "LARGE_DAY", large_day)
    monkeypatch.setattr(limits, "FEW", 10)
    chance = random.Random(7)
    with statements() as sent:
        for _ in range(QUERIES):
            page = read_page(session, some_query(listed_register, chance))
            if page.next:
                read_page(session, page.query.at(page.next))
    connection = session.connection()
    for text, values in dict.fromkeys(sent):
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
        assert not [step for step in plan if step.startswith(TOO_MUCH)], (text, plan)
        if _counts_within_a_day(text):
            assert any("date=?" in step for step in plan), (text, plan)


@pytest.mark.parametrize("descending", [False, True])
def test_records_of_one_count_are_not_read_from_their_first_on(
    session: Session, listed_register: ListedRegister, descending: bool
) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL looks pairs of values up")
    sort = complete((SortKey("deaths", descending),))
    first = read_page(session, RecordQuery(listed_register.outbreak, sort=sort, per=5))
    with statements() as sent:
        read_page(session, first.query.at(first.next))
    text, values = next((text, values) for text, values in sent if "record.deaths = ?" in text)
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
    onward = "<" if descending else ">"
    assert any(f"deaths=? AND rowid{onward}?" in row[3] for row in plan)


def test_countries_are_read_newest_first_along_their_index(
    session: Session, listed_register: ListedRegister
) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the data it has, which is little here")
    countries = tuple(listed_register.countries[:2])
    sort = complete((SortKey("cases", True),))
    with statements() as sent:
        read_page(session, RecordQuery(listed_register.outbreak, countries, sort=sort))
    inner = "ORDER BY record.country_id DESC, record.date DESC"
    text, values = next((text, values) for text, values in sent if inner in text)
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
    steps = [row[3] for row in plan]
    assert any("(outbreak_id=? AND country_id=?)" in step for step in steps)
    # The fifty that have the most, and these once more as they are shown.
    assert len([step for step in steps if "TEMP B-TREE" in step]) == 2


def _counts_within_a_day(text: str) -> bool:
    # What is true of all rows stands before the first bracket.
    always = text.rpartition("WHERE")[2].partition("(")[0]
    return "count(*)" in text and "record.date = ?" in always
