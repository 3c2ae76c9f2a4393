"""Pages of the records list, against all records filtered and sorted in memory."""

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models import Record
from app.services.records_list import limits
from app.services.records_list.asked import END, ListedOutbreak, RecordQuery
from app.services.records_list.pages import all_rows, count_list, read_page
from tests.support.clients import default_outbreak
from tests.support.listed_register import ListedRegister, expected, some_query

# Small enough for every way through the list to be taken with a few records.
SMALL = {
    "COUNT": 40,
    "SEARCH": 60,
    "SORT": 60,
    "FEW": 10,
    "LARGE_DAY": 4,
    "COUNTRIES": 3,
    "LOT": 17,
}
# How many lists a test makes up.
QUERIES = 20


def pages(session: Session, query: RecordQuery, side: str) -> Iterator[Any]:
    """Follow the links from the list's beginning, or from its end."""
    page = read_page(session, query.at(END if side == "previous" else None))
    yield page
    while place := getattr(page, side):
        page = read_page(session, page.query.at(place))
        yield page


@pytest.fixture(params=["usual limits", "small limits"])
def set_limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Set the limits low in a second run."""
    if request.param == "small limits":
        for name, value in SMALL.items():
            monkeypatch.setattr(limits, name, value)
    return bool(request.param == "small limits")


@pytest.mark.parametrize("seed", range(2))
def test_following_next_lists_every_match_once_in_order(
    session: Session, listed_register: ListedRegister, set_limits: bool, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(QUERIES):
        query = some_query(listed_register, chance)
        found = list(pages(session, query, "next"))
        ids = [row.id for page in found for row in page.rows]
        assert ids == [record["id"] for record in expected(listed_register, found[0].query)], query


@pytest.mark.parametrize("seed", range(2))
def test_following_previous_from_the_end_lists_every_match_backwards(
    session: Session, listed_register: ListedRegister, set_limits: bool, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(QUERIES):
        query = some_query(listed_register, chance)
        found = list(pages(session, query, "previous"))
        ids = [record["id"] for record in expected(listed_register, found[0].query)]
        # The first page is a full one and may repeat rows of the second.
        backwards = [row.id for page in found[:-1] for row in reversed(page.rows)]
        assert backwards == ids[::-1][: len(backwards)], query
        first = [row.id for row in found[-1].rows]
        assert first == ids[: len(first)], query
        assert len(first) + len(backwards) >= len(ids), query


@pytest.mark.parametrize("seed", range(2))
def test_counts_and_places_are_true(
    session: Session, listed_register: ListedRegister, set_limits: bool, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(QUERIES):
        query = some_query(listed_register, chance)
        seen = 0
        for page in pages(session, query, "next"):
            number = len(expected(listed_register, page.query))
            _assert_true(page.total, number)
            _assert_true(page.before, seen)
            seen += len(page.rows)


def _assert_true(count: Any, number: int) -> None:
    if count is None or count.kind == "about":
        return
    assert count.number == number if count.kind == "exact" else count.number < number


@pytest.mark.parametrize("seed", range(2))
def test_files_hold_every_match_in_order(
    session: Session, listed_register: ListedRegister, set_limits: bool, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(QUERIES):
        query = some_query(listed_register, chance)
        lots = all_rows(session, query, "json")
        ids = [json.loads(row[0])["id"] for rows in lots for row in rows]
        wanted = expected(listed_register, read_page(session, query).query)
        assert ids == [record["id"] for record in wanted], query


def test_small_lists_are_counted_exactly(session: Session, listed_register: ListedRegister) -> None:
    chance = random.Random(4)
    for _ in range(QUERIES):
        query = some_query(listed_register, chance)
        count = count_list(session, query)
        assert count is not None
        assert (count.number, count.kind) == (len(expected(listed_register, query)), "exact")


def test_rows_that_arrive_meanwhile_neither_repeat_nor_hide_others(
    session: Session, listed_register: ListedRegister
) -> None:
    query = RecordQuery(listed_register.outbreak, per=7)
    first = read_page(session, query)
    row = first.rows[2]
    session.execute(delete(Record).where(Record.id == row.id))
    assert first.next is not None
    second = read_page(session, query.at(first.next))
    wanted = [record["id"] for record in expected(listed_register, query)]
    assert [row.id for row in second.rows] == wanted[7:14]


def test_new_cases_count_from_the_last_report_that_has_any(
    session: Session, make_record: Callable[..., Record]
) -> None:
    for day, cases in ((1, 10), (2, None), (3, 7)):
        make_record(date=dt.date(2003, 4, day), cases=cases)
    outbreak = default_outbreak(session)
    page = read_page(session, RecordQuery(ListedOutbreak(outbreak.id)))
    assert [row.new for row in page.rows] == [-3, None, None]
