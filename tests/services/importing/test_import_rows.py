"""Rows as they come: each with what must become of it, while the others are stored."""

import pytest
from sqlalchemy.orm import Session

from app.services.importing import Report
from tests.support.imports import HEADING, import_now, outcomes, stored

ROW = "2003-03-17,Germany,1,2,3\n"
GERMANY = {("Germany", "2003-03-17"): (1, 2, 3)}


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


def left_out(report: Report) -> list[tuple[int, str, str]]:
    return [
        (row.line, reason.column, str(reason.reason))
        for row in report.rows
        for reason in row.reasons
    ]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("2003-02-29,Germany,1,2,3", "date", "not a day of the calendar"),
        ("2003-13-01,Germany,1,2,3", "date", "not a day of the calendar"),
        ("1900-02-29,Germany,1,2,3", "date", "not a day of the calendar"),
        ("0000-01-01,Germany,1,2,3", "date", "not a day of the calendar"),
        ("10000-01-01,Germany,1,2,3", "date", "not a date written as yyyy-mm-dd"),
        ("37697,Germany,1,2,3", "date", "not a date"),
        ("1047859200,Germany,1,2,3", "date", "not a date"),
        ("2003-W12-1,Germany,1,2,3", "date", "not a date"),
        ("17/3/2003,Germany,1,2,3", "date", "not a date"),
        ("17-03-03,Germany,1,2,3", "date", "not a date"),
        ("٢٠٠٣-٠٣-١٧,Germany,1,2,3", "date", "not a date"),
        ("2003-03-17x,Germany,1,2,3", "date", "not a date"),
        (",Germany,1,2,3", "date", "no date"),
        ("date,country,cases,deaths,recoveries", "date", "not a date"),
        ("2003-03-18,,1,2,3", "country", "no country"),
        ("2003-03-18,-,1,2,3", "country", "no country"),
        ("2003-03-18,12,1,2,3", "country", "no letters"),
        ("2003-03-18,Ger\x85many,1,2,3", "country", "U+0085"),
        ("2003-03-18,Ger\u2028many,1,2,3", "country", "U+2028"),
        ("2003-03-18,Ger\x0bmany,1,2,3", "country", "U+000B"),
        ("2003-03-18,Ger\x00many,1,2,3", "country", "U+0000"),
        ("2003-03-18,Ger\u202emany,1,2,3", "country", "U+202E"),
        ("2003-03-18,'Germany',1,2,3", "country", "stray quote"),
        ('2003-03-18,Ger"many",1,2,3', "country", "stray quote"),
        ("2003-03-18,Ger\\,many,1,2", "country", "stray quote"),
        ("2003-03-18," + "x" * 300 + ",1,2,3", "country", "too many"),
        ("2003-03-18,Germany,-1,2,3", "cases", "below zero"),
        ("2003-03-18,Germany,1.5,2,3", "cases", "not a whole number"),
        ("2003-03-18,Germany,1.309,2,3", "cases", "not a whole number"),
        ("2003-03-18,Germany,1.000,2,3", "cases", "not a whole number"),
        ("2003-03-18,Germany,0x10,2,3", "cases", "not a number"),
        ("2003-03-18,Germany,XII,2,3", "cases", "not a number"),
        ("2003-03-18,Germany,1²,2,3", "cases", "not a number"),
        ("2003-03-18,Germany,NaN,2,3", "cases", "not a number"),
        ("2003-03-18,Germany,inf,2,3", "cases", "not a number"),
        ("2003-03-18,Germany,1e3,2,3", "cases", "not a number"),
        ("2003-03-18,Germany,1_000,2,3", "cases", "not a number"),
        ("2003-03-18,Germany,5\x00,2,3", "cases", "control character"),
        ("2003-03-18,Germany,2147483648,2,3", "cases", "larger than"),
        ("2003-03-18,Germany,9223372036854775808,2,3", "cases", "larger than"),
        ("2003-03-18,Germany," + "9" * 5000 + ",2,3", "cases", "larger than"),
        ("2003-03-18,Germany,1,2,many", "recoveries", "not a number"),
        ("2003-03-18,Germany,1,309,58,1037", "", "has 6 cells"),
        ("2003-03-18,Germany,1,2", "", "has 4 cells"),
        ("2003-03-18,Germany,1,2,3,", "", "has 6 cells"),
        ("2003-03-18", "", "has 1 cells"),
        ('2003-03-18,"Germany,1,2,3', "", "quote"),
        ('2003-03-18,"Ger"many,1,2,3', "", "quote stands in the middle"),
        ('2003-03-18,"Ger\nmany",1,2,3', "", "quote"),
    ],
)  # fmt: skip
def test_row_is_left_out_with_line_and_column_and_the_others_stored(
    session: Session, row: str, column: str, said: str
) -> None:
    report = import_now(session, f"{ROW}{row}\n2003-03-19,Germany,4,5,6\n")
    (line, of, reason), *rest = left_out(report)
    assert (line, of) == (3, column)
    assert said in reason
    assert report.rows[0].outcome == "unreadable"
    assert all(number in (3, 4) for number, _, _ in rest)
    assert stored(session) == {**GERMANY, ("Germany", "2003-03-19"): (4, 5, 6)}


def test_every_fault_of_a_row_is_told(session: Session) -> None:
    report = import_now(session, f"{ROW}2003-02-30,,x,-1,1.5\n")
    columns = [column for _, column, _ in left_out(report)]
    assert columns == ["date", "country", "cases", "deaths", "recoveries"]


def test_quote_never_closed_costs_one_line_of_thousands(session: Session) -> None:
    rows = [f"2003-03-{1 + n % 28:02},Area {n // 28},1,0,0" for n in range(2800)]
    rows[1000] = rows[1000].replace("Area", '"Area')
    report = import_now(session, "\n".join(rows) + "\n")
    assert [row.line for row in report.rows] == [1002]
    assert report.added == 2799


def test_cell_over_several_lines_in_a_column_not_imported_is_read_over(session: Session) -> None:
    content = f'note,{HEADING}"one\ntwo",{ROW}"three",2003-03-18,Germany,4,5,x\n'
    report = import_now(session, content.encode())
    assert [(row.line, row.reasons[0].column) for row in report.rows] == [(4, "recoveries")]
    assert stored(session) == GERMANY


@pytest.mark.parametrize("cut", ["2003-03-18,Viet N", "2003-03-18,Viet Nam,63,5,"])
def test_file_cut_in_its_last_row_loses_only_that(session: Session, cut: str) -> None:
    report = import_now(session, ROW + cut)
    assert left_out(report) == [(3, "", "The file ends in the middle of this line.")]
    assert stored(session) == GERMANY


@pytest.mark.parametrize("blank", ["", "N/A", "-", "..", "n.a.", "null"])
def test_blank_count_is_not_reported_and_never_0(session: Session, blank: str) -> None:
    import_now(session, f"2003-03-17,Germany,1,{blank},3\n")
    assert stored(session) == {("Germany", "2003-03-17"): (1, None, 3)}


@pytest.mark.parametrize("number", ["1,309", "1 309", "1\u00a0309", "1'309"])
def test_thousands_are_read_as_thousands(session: Session, number: str) -> None:
    import_now(session, f'2003-03-17,Germany,"{number}",2,3\n')
    assert stored(session) == {("Germany", "2003-03-17"): (1309, 2, 3)}


def test_spellings_of_one_name_are_one_key(session: Session) -> None:
    names = ["Côte d'Ivoire", "Co\u0302te d'Ivoire", "cote d'ivoire ", "CÔTE D’IVOIRE"]
    report = import_now(session, "".join(f'2003-03-17,"{name}",1,2,3\n' for name in names))
    assert outcomes(report) == (1, 0, 3, 0, 0)


def test_names_of_one_country_are_one_key(session: Session) -> None:
    rows = "2003-03-17,South Korea,1,2,3\n2003-03-17,Republic of Korea,1,2,3\n"
    report = import_now(session, rows + "2003-03-17,Korea (Republic of),4,2,3\n")
    assert outcomes(report) == (0, 0, 0, 3, 0)
    assert {str(row.reasons[0].reason) for row in report.rows} == {
        "Lines 2, 3 and 4 give this country and day different counts."
    }


def test_near_miss_is_held_with_the_candidate(session: Session) -> None:
    report = import_now(session, "2003-03-17,Untied States,1,2,3\n2003-03-17,Germany,1,2,3\n")
    assert outcomes(report) == (1, 0, 0, 1, 0)
    (row,) = report.rows
    assert (row.line, row.outcome, row.reasons[0].column) == (2, "held", "country")
    assert "Did you mean United States" in str(row.reasons[0].suggestion)


@pytest.mark.parametrize(
    "name",
    [
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE record;--",
        "{{ config }}",
        "%s%n %(name)s {0}",
        "../../etc/passwd",
    ],
)
def test_hostile_name_is_stored_as_it_is(session: Session, name: str) -> None:
    import_now(session, f'2003-03-17,"{name}",1,2,3\n')
    assert list(stored(session)) == [(name, "2003-03-17")]


def test_own_exports_apostrophe_is_taken_off_again(session: Session) -> None:
    import_now(session, '2003-03-17,"\'=Area",1,2,3\n')
    assert list(stored(session)) == [("=Area", "2003-03-17")]


def test_long_line_and_cell_are_left_out(session: Session) -> None:
    report = import_now(session, f"2003-03-17,{'x' * 50_000_000},1,2,3\n{ROW}")
    assert left_out(report) == [(2, "", "The line is longer than 1,048,576 characters.")]
    report = import_now(session, f'2003-03-17,"{"x" * 200_000}",1,2,3\n{ROW}')
    assert left_out(report) == [(2, "", "A cell is longer than 131,072 characters.")]


def test_many_bad_rows_are_counted_and_the_first_listed(session: Session) -> None:
    rows = "".join(f"2003-03-17,Germany,bad{number},2,3\n" for number in range(20_000))
    report = import_now(session, rows)
    assert (report.read, report.unreadable, len(report.rows)) == (20_000, 20_000, 10_000)
