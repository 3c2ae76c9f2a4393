"""Files as they come: each with what must become of it."""

import gzip
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Record
from app.services.importing import ImportRefused
from tests.support.imports import HEADING, import_now, stored

ROW = "2003-03-17,Germany,1,2,3\n"
GERMANY = {("Germany", "2003-03-17"): (1, 2, 3)}
FILE = HEADING + ROW


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


def refuse(session: Session, content: bytes | str, **options: Any) -> str:
    with pytest.raises(ImportRefused) as refusal:
        import_now(session, content if isinstance(content, bytes) else content.encode(), **options)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Record)) == 0
    return str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(FILE.encode(), id="plain"),
        pytest.param(b"\xef\xbb\xbf" + FILE.encode(), id="utf-8 with mark"),
        pytest.param(FILE.encode("utf-16"), id="utf-16 with mark"),
        pytest.param(FILE.encode("utf-32"), id="utf-32 with mark"),
        pytest.param(FILE.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(FILE.replace("\n", "\r").encode(), id="cr"),
        pytest.param(FILE.strip().encode(), id="no last line end"),
        pytest.param(FILE.replace("\n", "\n\n").encode(), id="blank lines"),
        pytest.param((FILE + ",,,,\n").encode(), id="row of delimiters"),
        pytest.param(FILE.replace(",", ";").encode(), id="semicolons"),
        pytest.param(FILE.replace(",", "\t").encode(), id="tabs"),
        pytest.param(FILE.replace(",", "|").encode(), id="pipes"),
        pytest.param(b"sep=;\n" + FILE.replace(",", ";").encode(), id="sep line"),
        pytest.param(b"\n\n" + FILE.encode(), id="blank lines before the heading"),
        pytest.param(FILE.replace("Germany", '"Germany"').encode(), id="quotes"),
        pytest.param(FILE.replace("Germany", "Ger\u200bmany ").encode(), id="zero width"),
        pytest.param(FILE.replace("Germany", "GERMANY\u00a0").encode(), id="case and nbsp"),
        pytest.param(FILE.replace("1,2,3", " 1,２,٣").encode(), id="digits of other scripts"),
        pytest.param(FILE.replace("1,2,3", "1.0,2.00,3").encode(), id="whole decimals"),
        pytest.param((FILE + ROW).encode(), id="exact repeat"),
        pytest.param(gzip.compress(FILE.encode()), id="gzip by another name"),
    ],
)
def test_file_is_read(session: Session, content: bytes) -> None:
    report = import_now(session, content)
    assert report.rows == []
    assert {(name.title(), day): counts for (name, day), counts in stored(session).items()} == (
        GERMANY
    )


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("Date,Country/Region,Confirmed,Deaths,Recovered", "2003-03-17,Germany,1,2,3"),
        ("Last_Update,Country_Region,Confirmed,Deaths,Recovered", "2003-03-17 23:45,Germany,1,2,3"),
        ("recoveries,deaths,cases,country,date", "3,2,1,Germany,2003-03-17"),
        ("\ufeffDATE , COUNTRY,cases,Total deaths,RECOVERED", "20030317,Germany,1,2,3"),
        ("date,who,country,cases,deaths,recoveries", "17/03/2003,Mina,Germany,1,2,3"),
    ],
)
def test_heading_is_understood(session: Session, heading: str, row: str) -> None:
    import_now(session, f"{heading}\n{row}\n".encode())
    assert stored(session) == GERMANY


def test_file_without_recoveries_leaves_them_not_reported(session: Session) -> None:
    heading = "date_reported,location,total_cases,new_cases,total_deaths\n"
    report = import_now(session, (heading + "2003-03-17,Germany,5,5,0\n").encode())
    assert stored(session) == {("Germany", "2003-03-17"): (5, 0, None)}
    assert report.understood["ignored"] == ["new_cases"]


def test_column_is_mapped_by_wish(session: Session) -> None:
    content = b"when,where,cases,confirmed,deaths\n2003-03-17,Germany,1,9,2\n"
    import_now(session, content, columns={"when": "date", "where": "country", "confirmed": "cases"})
    assert stored(session) == {("Germany", "2003-03-17"): (9, 2, None)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf", "is empty", id="mark only"),
        pytest.param(HEADING, "a heading and no rows", id="heading only"),
        pytest.param(ROW, "names no column", id="no heading"),
        pytest.param("date,country,cases\n", "No column for deaths", id="missing"),
        pytest.param("date,country,cases,cases,deaths\n", "could both be cases", id="doubled"),
        pytest.param("date,country,,cases,deaths\n", "Column 3 has no heading", id="blank"),
        pytest.param("date,country,cases,deaths,recoverys\n", "like recoveries", id="alike"),
        pytest.param("date,cοuntry,cases,deaths,recoveries\n", "for country", id="greek o"),
        pytest.param("x," * 5_000 + "\n", "more than 1,000 columns", id="many columns"),
        pytest.param("x," * 5_000_000, "too long to be a heading", id="endless heading"),
        pytest.param(b"%PDF-1.4\n1 0 obj", "a PDF document", id="pdf"),
        pytest.param(b"PK\x03\x04\x14\x00", "cut off or damaged", id="zip cut off"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "read as a workbook", id="xls cut off"),
        pytest.param(b"<!doctype html><p>Not found", "HTML", id="html"),
        pytest.param(b'[{"date": "2003-03-17"}]', "JSON", id="json"),
        pytest.param(gzip.compress(gzip.compress(b"x")), "packed by gzip twice", id="gzip twice"),
        pytest.param(bytes(range(128, 256)) * 9, "Line 1 is not UTF-8", id="random bytes"),
        pytest.param(FILE.encode("utf-16-le"), "UTF-16 without its mark", id="utf-16 unmarked"),
        pytest.param(FILE.encode() + b"2003-03-18,R\xe9union,1,2,3\n", "Line 3", id="latin-1"),
        pytest.param(FILE.encode() + b"2003-03-18,\xc0\xafland,1,2,3\n", "Line 3", id="overlong"),
        pytest.param(FILE.encode() + b"2003-03-18,Viet Nam\xe1\x84", "Line 3", id="cut letter"),
        pytest.param(FILE.replace("2003-03-17", "03/04/2003"), "03/04/2003 may", id="two ways"),
    ],
)
def test_file_is_refused_in_words(session: Session, content: bytes | str, said: str) -> None:
    assert said in refuse(session, content)


@pytest.mark.parametrize(
    ("written", "options", "day"),
    [
        ("03/04/2003", {"date_format": "dd/mm/yyyy"}, "2003-04-03"),
        ("03/04/2003", {"date_format": "%m/%d/%Y"}, "2003-03-04"),
        ("3/4/03 23:45", {"date_format": "mm/dd/yy"}, "2003-03-04"),
        ("31/12/2003", {}, "2003-12-31"),
        ("12/31/2003", {}, "2003-12-31"),
        ("31.12.2003", {}, "2003-12-31"),
        ("2003/12/31", {}, "2003-12-31"),
        ("5/5/2003", {}, "2003-05-05"),
        ("2003. 12. 31.", {}, "2003-12-31"),
        ("2003년 12월 31일", {}, "2003-12-31"),
        ("31 Dec 2003", {}, "2003-12-31"),
        ("31-DEC-2003", {}, "2003-12-31"),
        ('"December 31, 2003"', {}, "2003-12-31"),
        ("31-Dec-03", {"date_format": "%d-%b-%y"}, "2003-12-31"),
        ("2004-02-29", {}, "2004-02-29"),
        ("2003-12-31T23:30:00-05:00", {}, "2003-12-31"),
        ("2003-12-31T00:30:00Z", {}, "2003-12-31"),
    ],
)
def test_date_is_read_as_the_day_that_is_written(
    session: Session, written: str, options: dict[str, str], day: str
) -> None:
    import_now(session, f"{written},Germany,1,2,3\n", **options)
    assert list(stored(session)) == [("Germany", day)]


def test_later_date_decides_how_the_earlier_ones_are_read(session: Session) -> None:
    import_now(session, "03/04/2003,Germany,1,2,3\n25/04/2003,Germany,1,2,3\n")
    assert [day for _, day in stored(session)] == ["2003-04-03", "2003-04-25"]


def test_odd_dates_are_stored_and_told(session: Session) -> None:
    report = import_now(session, "1803-03-17,Germany,1,0,0\n2999-03-17,Germany,2,0,0\n")
    assert report.warnings["ancient"] == {"count": 1, "lines": [2]}
    assert report.warnings["future"] == {"count": 1, "lines": [3]}
    assert report.added == 2


@pytest.mark.parametrize(
    ("encoding", "name", "country"),
    [
        ("cp1252", "Réunion", "Réunion"),
        ("cp949", "베트남", "베트남"),
        ("shift_jis", "日本国", "日本国"),
        ("utf-16-le", "Réunion", "Réunion"),
    ],
)
def test_named_encoding_gives_the_right_letters(
    session: Session, encoding: str, name: str, country: str
) -> None:
    content = f"{HEADING}2003-03-17,{name},1,2,3\n".encode(encoding)
    import_now(session, content, encoding=encoding)
    assert list(stored(session)) == [(country, "2003-03-17")]


def test_packed_file_is_read_by_its_name(session: Session, tmp_path: Any) -> None:
    file = tmp_path / "sars.csv.gz"
    file.write_bytes(gzip.compress(FILE.encode()))
    import_now(session, file)
    assert stored(session) == GERMANY


def test_packed_file_that_is_cut_off_is_refused(session: Session, tmp_path: Any) -> None:
    file = tmp_path / "sars.csv.gz"
    file.write_bytes(gzip.compress(FILE.encode() * 99)[:-9])
    with pytest.raises(ImportRefused, match="is cut off"):
        import_now(session, file)
