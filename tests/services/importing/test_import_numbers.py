"""Counts as people write them: read where the column leaves no doubt, held where it does."""

import csv
import io

import pytest
from sqlalchemy.orm import Session

from app.services.cells import Unreadable, read_count
from app.services.importing import Report
from tests.support.imports import HEADING, import_now, stored


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


def import_cases(session: Session, cells: list[str], **options: str) -> Report:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    for number, cell in enumerate(cells):
        writer.writerow([f"2003-{1 + number // 28:02}-{1 + number % 28:02}", "Germany", cell, 0, 0])
    return import_now(session, (HEADING + file.getvalue()).encode(), **options)


def read(report: Report, session: Session) -> list[int | None]:
    """Return the counts stored, and -1 for cells that were held."""
    counts = {day: counts[0] for (_, day), counts in stored(session).items()}
    held = {row.cells["date"]: -1 for row in report.rows}
    return [count for _, count in sorted({**counts, **held}.items())]


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        pytest.param(["1,309", "12", "1,234,567"], [1309, 12, 1234567], id="commas"),
        pytest.param(["1 309", "12"], [1309, 12], id="blanks"),
        pytest.param(["1\u202f309", "1\u00a0310"], [1309, 1310], id="narrow blanks"),
        pytest.param(["1'309"], [1309], id="apostrophes"),
        pytest.param(["1.309", "2.400", "12"], [1309, 2400, 12], id="points that agree"),
        pytest.param(["1.234.567"], [1234567], id="two points"),
        pytest.param(["1.309"], [-1], id="lone point"),
        pytest.param(["1.309", "1.309"], [-1, -1], id="one point twice"),
        pytest.param(["1.309", "2.400", "1.5"], [-1, -1, -1], id="points that differ"),
        pytest.param(["1,309", "1,5"], [-1, -1], id="commas that differ"),
        pytest.param(["1,309", "1.309"], [-1, -1], id="commas and points"),
        pytest.param(["1,309", "12.0", "7"], [1309, 12, 7], id="commas and fractions"),
        pytest.param(["1,309.0", "1,310.00"], [1309, 1310], id="both"),
        pytest.param(["1.309,0"], [1309], id="both, the other way"),
        pytest.param(["12.0", "13.00", ""], [12, 13, None], id="fractions of zeros"),
        pytest.param(["12,0", "13,0"], [12, 13], id="fractions with commas"),
        pytest.param(["12.0", "1.5"], [12, -1], id="a fraction"),
        pytest.param(["12.000"], [-1], id="three zeros"),
        pytest.param(["-0", "-0.0", "0"], [0, 0, 0], id="negative zero"),
        pytest.param(["-1,309", "1,309"], [-1, 1309], id="negative"),
        pytest.param(["1,30", "13,09", "1,3090"], [-1, -1, -1], id="grouped wrongly"),
        pytest.param(["1" + "0" * 30, "1e30"], [-1, -1], id="beyond all bounds"),
    ],
)
def test_counts_are_read_as_the_whole_column_is_written(
    session: Session, cells: list[str], counts: list[int | None]
) -> None:
    assert read(import_cases(session, cells), session) == counts


def test_thousands_sign_far_down_is_judged_by_cells_further_down(session: Session) -> None:
    cells = ["1"] * 200 + ["1,309"] + ["2"] * 100 + ["1,5"]
    report = import_cases(session, cells)
    assert [row.cells["cases"] for row in report.rows] == ["1,309", "1,5"]


@pytest.mark.parametrize(
    ("thousands", "counts"),
    [("dot", [1309, 12]), ("none", [-1, 12]), ("comma", [-1, 12])],
)
def test_thousands_sign_can_be_named(
    session: Session, thousands: str, counts: list[int | None]
) -> None:
    report = import_cases(session, ["1.309", "12"], thousands=thousands)
    assert read(report, session) == counts


def test_thousands_sign_that_was_found_is_told(session: Session) -> None:
    report = import_cases(session, ["1.309", "2.400"])
    assert report.understood["thousands"] == {"cases": "dot"}
    assert import_cases(session, ["7"]).understood["thousands"] == {}


@pytest.mark.parametrize("text", ["1,309", "1 309", "１３０９", "1309.0", "1309,0", "1'309"])
def test_typed_count_may_be_written_in_any_clear_way(text: str) -> None:
    assert read_count(text) == 1309


@pytest.mark.parametrize("text", ["1.309", "1.000", "1,5", "1,30", "1,309.5"])
def test_typed_count_that_may_be_a_fraction_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable):
        read_count(text)
