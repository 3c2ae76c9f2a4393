"""The public data sets people have: each is read by its own headings."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.importing import ImportRefused
from tests.support.clients import default_outbreak
from tests.support.data_sets import ECDC, SETS
from tests.support.imports import import_now, stored


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


@pytest.mark.parametrize("name", SETS)
def test_data_set_is_understood(session: Session, name: str) -> None:
    heading, row, said = SETS[name]
    report = import_now(session, f"{heading}\n{row}\n".encode())
    assert report.rows == []
    assert stored(session) == said


def daily(session: Session) -> None:
    default_outbreak(session).counting = "daily"


def test_ecdc_tells_new_counts_and_names_with_underscores(session: Session) -> None:
    daily(session)
    report = import_now(session, ECDC)
    assert report.understood["counting"] == "new"
    assert stored(session) == {
        ("Germany", "2020-03-17"): (1174, 1, None),
        ("United States of America", "2020-03-17"): (823, 12, None),
    }


NEW = b"date,country,new_cases,new_deaths\n2020-03-17,Germany,1174,1\n"
BOTH = b"date,country,new_cases,new_deaths,total_cases,total_deaths\n2020-03-17,Germany,3,1,9,4\n"


@pytest.mark.parametrize("content", [ECDC, NEW])
def test_new_counts_never_become_totals(session: Session, content: bytes) -> None:
    with pytest.raises(ImportRefused, match="what is new each day"):
        import_now(session, content)
    session.rollback()
    assert stored(session) == {}


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (NEW, {}, (1174, 1, None)),
        (BOTH, {"counting": "new"}, (3, 1, None)),
    ],
)
def test_new_counts_go_into_an_outbreak_that_counts_so(
    session: Session, content: bytes, options: dict[str, Any], said: tuple[int | None, ...]
) -> None:
    daily(session)
    import_now(session, content, **options)
    assert list(stored(session).values()) == [said]


def test_columns_of_parts_are_recognised(session: Session) -> None:
    heading, row, _ = SETS["johns hopkins"]
    report = import_now(session, f"{heading}\n{row}\n".encode())
    assert report.understood["parts"] == ["Admin2", "Province_State"]


def test_titles_above_the_heading_are_skipped(session: Session) -> None:
    content = b"SARS 2003\nfrom the ministry, by telephone\n\ndate,country,cases,deaths\n"
    report = import_now(session, content + b"2003-03-17,Germany,1,many\n")
    assert report.understood["heading_line"] == 4
    assert [row.line for row in report.rows] == [5]


def test_mapped_headings_are_found_below_a_title(session: Session) -> None:
    content = b"SARS 2003\nwhen,where,how many,dead\n2003-03-17,Germany,1,2\n"
    columns = {"when": "date", "where": "country", "how many": "cases"}
    import_now(session, content, columns=columns)
    assert stored(session) == {("Germany", "2003-03-17"): (1, 2, None)}
