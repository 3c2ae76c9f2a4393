"""Workbooks: each cell must arrive as people see it in the sheet."""

import pytest
from sqlalchemy.orm import Session

from app.services.importing import ImportRefused
from tests.support.imports import import_now, stored
from tests.support.spreadsheets import Cell, Day, Error, Formula, ods, ods_row, xls, xlsx

HEADING: list[Cell] = ["date", "country", "cases", "deaths", "recoveries"]
# The 17th of March 2003.
DAY = Day(37697)
GERMANY: list[Cell] = [DAY, "Germany", 1, 2, 3]
STORED = {("Germany", "2003-03-17"): (1, 2, 3)}


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


def refuse(session: Session, content: bytes, **options: str) -> ImportRefused:
    with pytest.raises(ImportRefused) as refusal:
        import_now(session, content, **options)
    return refusal.value


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(xlsx({"Data": [HEADING, GERMANY]}), id="xlsx"),
        pytest.param(xls(), id="xls"),
        pytest.param(
            ods({"Data": ods_row(*HEADING) + ods_row("2003-03-17", "Germany", 1, 2, 3)}), id="ods"
        ),
        pytest.param(
            xlsx({"Data": [HEADING, [Day(36235), *GERMANY[1:]]]}, from_1904=True), id="1904"
        ),
        pytest.param(xlsx({"Data": [[], [], HEADING, [], GERMANY]}), id="blank rows"),
        pytest.param(
            xlsx({"Data": [[None, *HEADING], [None, *GERMANY]]}), id="blank column before"
        ),
        pytest.param(
            xlsx({"Data": [HEADING, [DAY, "Germany", Formula("1+0", 1), 2.0, "3"]]}), id="formula"
        ),
        pytest.param(
            xlsx({"Data": [HEADING, ["2003-03-17", " Germany\n", "1", "2", "3"]]}), id="texts"
        ),
        pytest.param(xlsx({"Data": [HEADING, GERMANY], "Notes": []}), id="empty sheet beside"),
        pytest.param(
            xlsx({"Data": [HEADING, GERMANY], "Lists": [["x"]]}, hidden=["Lists"]), id="hidden"
        ),
        pytest.param(xlsx({"Data": [HEADING, [Day(37697.99), *GERMANY[1:]]]}), id="time of day"),
    ],
)
def test_workbook_is_read(session: Session, content: bytes) -> None:
    report = import_now(session, content)
    assert report.rows == []
    assert stored(session) == STORED
    assert report.understood["kind"] == "workbook"


def test_lines_are_numbered_as_in_the_sheet(session: Session) -> None:
    rows: list[list[Cell]] = [[], HEADING, GERMANY, [], [DAY, "Two\nlines", "many", 2, 3]]
    report = import_now(session, xlsx({"Data": rows}))
    (row,) = report.rows
    assert (row.line, row.cells["country"]) == (5, "Two lines")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_error_of_a_formula_is_told_and_no_blank(session: Session, error: str) -> None:
    report = import_now(session, xlsx({"Data": [HEADING, [DAY, "Germany", Error(error), 2, 3]]}))
    (row,) = report.rows
    assert (row.reasons[0].column, row.reasons[0].value) == ("cases", error)


def test_fraction_is_held(session: Session) -> None:
    report = import_now(session, xlsx({"Data": [HEADING, [DAY, "Germany", 1.5, 2, 3]]}))
    assert [row.reasons[0].value for row in report.rows] == ["1.5"]


def test_several_sheets_are_asked_about(session: Session) -> None:
    content = xlsx({"March": [HEADING, GERMANY], "April": [HEADING, GERMANY, GERMANY]})
    refusal = refuse(session, content)
    assert "March (rows: 2), April (rows: 3)" in str(refusal)
    assert refusal.question
    assert [choice.value for choice in refusal.question.choices] == ["March", "April"]
    assert refusal.question.choices[0].preview == tuple(HEADING)
    report = import_now(session, content, sheet="April")
    assert (report.read, report.understood["member"]) == (2, "April")


def test_hidden_sheet_can_be_named(session: Session) -> None:
    content = xlsx({"Data": [["x"]], "Kept": [HEADING, GERMANY]}, hidden=["Kept"])
    import_now(session, content, sheet="Kept")
    assert stored(session) == STORED


def test_unknown_sheet_is_asked_about(session: Session) -> None:
    refusal = refuse(session, xlsx({"Data": [HEADING, GERMANY]}), sheet="Datum")
    assert "no sheet 'Datum'" in str(refusal)
    assert refusal.question
    assert [choice.value for choice in refusal.question.choices] == ["Data"]


def test_workbook_without_rows_is_empty(session: Session) -> None:
    assert "is empty" in str(refuse(session, xlsx({"Data": [], "Notes": []})))


def test_encoding_and_delimiter_do_not_concern_a_workbook(session: Session) -> None:
    import_now(session, xlsx({"Data": [HEADING, GERMANY]}), encoding="cp949", delimiter=";")
    assert stored(session) == STORED
