"""The rows that wait, as a file: it imports whole once it is corrected."""

import csv
import io
import random
import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import
from app.services.directory import create_country
from app.services.importing import Report
from app.services.importing.rejects import reject_lines
from app.services.simulation import FAULT_KINDS, write_csv
from tests.support.imports import HEADING, assert_totals_true, check_now, import_now, stored


def rejects_of(session: Session, report: Report) -> list[dict[str, str]]:
    """Return the rows as somebody sees them in a spreadsheet."""
    text = "".join(reject_lines(session, session.get_one(Import, report.import_id)))
    session.rollback()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def as_file(rows: list[dict[str, str]]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def correct(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Mend cells that cannot be read, and keep one row of each day, as a person would."""
    mended, known = [], set()
    for number, row in enumerate(rows):
        if "country:" in row["why left out"] or row["country"] in ("", "Chinna"):
            row["country"], row["date"] = "Narnia", ""
        if "date:" in row["why left out"].casefold() or not row["date"]:
            row["date"] = f"{1990 + number // 336}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        for metric in ("cases", "deaths", "recoveries"):
            row[metric] = row[metric] if re.fullmatch(r"\d{1,9}", row[metric]) else ""
        if (row["country"].casefold(), row["date"]) not in known:
            known.add((row["country"].casefold(), row["date"]))
            mended.append(row)
    return mended


def test_rejects_of_a_planted_file_import_whole_once_corrected(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "planted.csv"
    write_csv(file, rows=3_000, faults=dict.fromkeys(FAULT_KINDS, 8))
    report = import_now(session, file)
    rows = rejects_of(session, report)
    assert len(rows) == report.held + report.unreadable > 30
    assert sorted(int(row["line"]) for row in rows) == sorted(row.line for row in report.rows)
    assert all(row["why left out"] for row in rows)
    # As they are, they wait again.
    assert check_now(session, as_file(rows)).added == 0
    corrected = correct(rows)
    again = import_now(session, as_file(corrected))
    assert [row.cells for row in again.rows] == []
    assert (again.read, again.stored) == (len(corrected), len(corrected))
    assert_totals_true(session)


@pytest.mark.parametrize("seed", range(3))
def test_rejects_of_a_messy_file_import_whole_once_corrected(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    names = ["China", "Chinna", "=cmd()", "-Peru", "12", "", "Réunion", "São Tomé", 'a"b', "a;b"]
    counts = ["", "1", "1.234", "2.345", "x", "-1", "=1+1", "1,5", " 7 ", "9" * 12]
    days = ["3/4/2003", "13/04/2003", "31/02/2003", "2003-04-13", "", "4.5.2003"]
    lines = ["Date;country;cases;deaths;recoveries"]
    for _ in range(80):
        cells = [chance.choice(days), chance.choice(names)]
        cells += [chance.choice(counts) for _ in range(3)]
        lines.append(";".join(cells[: chance.choice((4, 5, 5, 5, 5, 6))]))
    lines += ['13/04/2003;"China;1;2;3', "13/04/2003;China;1;2;3;4"]
    create_country(session, "China")
    wishes = {"date_format": "dd/mm/yyyy", "encoding": "cp1252", "thousands": "dot"}
    content = "\r\n".join(lines).encode("cp1252")
    report = import_now(session, content, **wishes)
    rows = rejects_of(session, report)
    assert len(rows) == report.held + report.unreadable
    assert not [row for row in rows if "1.234" in row["cases"]]
    corrected = correct(rows)
    again = import_now(session, as_file(corrected))
    assert [row.cells for row in again.rows] == []
    assert (again.read, again.stored) == (len(corrected), len(corrected))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("31/02/2003;China;1.234;2;", "31/02/2003,China,1234,2,"),
        ("13/04/2003;China;x;n/a;1.234", "2003-04-13,China,x,,1234"),
        ("13/04/2003;=cmd();1;0;-2", "2003-04-13,'=cmd(),1,0,-2"),
        ("13/04/2003;China;1", ",,,,"),
        ("13/04/2003;Korea;1;2;3;4", ",,,,"),
    ],
)
def test_cells_are_written_as_they_were_understood(
    session: Session, row: str, expected: str
) -> None:
    content = f"date;country;cases;deaths;recoveries\n12/04/2003;Chad;1;0;0\n{row}\n"
    wishes = {"date_format": "dd/mm/yyyy", "thousands": "dot"}
    report = import_now(session, content.encode(), **wishes)
    (found,) = rejects_of(session, report)
    assert ",".join(list(found.values())[:5]) == expected
    assert found["line"] == "3"
    assert found["text of the line"] == (row if expected == ",,,," else "")


def test_day_is_never_read_twice(session: Session) -> None:
    rows = "date,country,cases,deaths,recoveries\n" + "2003-04-12,China,{},0,0\n" * 2
    report = import_now(session, rows.format(1, 2).encode(), date_format="yyyy-dd-mm")
    assert [row["date"] for row in rejects_of(session, report)] == ["2003-12-04"] * 2


def test_what_was_left_out_does_not_come_back(session: Session) -> None:
    rows = "2003-04-12,China,1,0,0\n2003-04-12,China,2,0,0\n2003-04-13,China,x,0,0\n"
    report = import_now(session, rows, {"problems": {"conflict": "first"}})
    assert [row["line"] for row in rejects_of(session, report)] == ["4"]


def test_new_counts_stay_new_counts(session: Session) -> None:
    import_now(session, "2003-04-10,China,5,0,0\n2003-04-12,China,9,0,0\n")
    rows = "2003-04-11,China,2,0,0\n2003-04-12,China,3,1,\n2003-04-13,Chinna,4,0,0\n"
    report = import_now(session, rows, counting="new", existing="ask")
    found = rejects_of(session, report)
    assert list(found[0])[:5] == ["date", "country", "new cases", "new deaths", "new recoveries"]
    assert [list(row.values())[:6] for row in found] == [
        ["2003-04-12", "China", "3", "1", "", "3"],
        ["2003-04-13", "Chinna", "4", "0", "0", "4"],
    ]
    found[1]["country"] = "China"
    again = import_now(session, as_file(found), counting="new")
    assert (again.changed, again.added) == (1, 1)
    assert stored(session)["China", "2003-04-13"] == (14, 1, 0)


def test_rejects_of_a_file_without_any_are_a_heading(session: Session) -> None:
    report = import_now(session, HEADING.encode() + b"2003-04-12,China,1,0,0\n")
    assert rejects_of(session, report) == []
    assert session.scalars(select(Import.held)).all() == [0]
