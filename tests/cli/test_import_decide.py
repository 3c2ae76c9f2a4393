"""`flask import-csv --decide`: decisions from a file, as exported from a check page."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import
from tests.support.imports import HEADING, stored
from tests.support.offers import decide, offer_number

ROWS = (
    "2003-04-11,Viet Nam,61,4,43\n2003-04-11,China,5,1,0\n2003-04-12,China,6,1,0\n"
    "2003-04-12,China,62,4,46\n2003-04-13,China,x,1,0\n2003-04-14,China,8,5,9\n"
)
DECISIONS = {
    "rows": {"5": {"country": "Viet Nam"}, "6": {"cases": 7}},
    "problems": {"sum": "leave_out"},
}


@pytest.fixture
def run(app: Flask) -> Any:
    def run_command(*arguments: Any) -> Result:
        return app.test_cli_runner().invoke(args=["import-csv", *map(str, arguments)])

    return run_command


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text(HEADING + ROWS)
    return file


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write_file(content: Any) -> Path:
        file = tmp_path / "decisions.json"
        text = content if isinstance(content, str) else json.dumps(content)
        file.write_text(text, encoding="utf-8")
        return file

    return write_file


def export(app: Flask) -> bytes:
    answer = app.test_client().get("/records.csv")
    assert answer.status_code == 200
    return answer.data


def test_decisions_are_carried_out(run: Any, rows: Path, write: Any, session: Session) -> None:
    result = run(rows, "--decide", write(DECISIONS), "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0, result.output
    assert (report["added"], report["left_out"], report["held"]) == (5, 1, 0)
    assert report["unmet"] == []
    assert stored(session)["Viet Nam", "2003-04-12"] == (62, 4, 46)


def test_same_file_again_is_the_same_with_decisions_and_without(
    run: Any, rows: Path, write: Any
) -> None:
    number = json.loads(run(rows, "--decide", write(DECISIONS), "--json").stdout)["import"]
    for arguments in ((), ("--dry-run",)):
        result = run(rows, *arguments)
        assert result.exit_code == 0, result.output
        assert "           0  added\n           0  changed\n           5  the same" in result.output
        assert f"Lines 5, 6, 7 as settled in import {number}." in result.output
    report = json.loads(run(rows, "--json").stdout)
    assert report["settled"] == [{"line": line, "import": number} for line in (5, 6, 7)]
    assert [report[name] for name in ("added", "changed", "same", "left_out")] == [0, 0, 5, 1]
    again = json.loads(run(rows, "--json", "--decide", write(DECISIONS)).stdout)
    assert [again[name] for name in ("added", "changed", "same", "left_out")] == [0, 0, 5, 1]


def test_decisions_of_a_check_page_are_read(
    editor: FlaskClient, run: Any, rows: Path, write: Any, session: Session
) -> None:
    number = offer_number(editor, ROWS)
    decide(editor, number, do="use:5:Viet Nam")
    decide(editor, number, **{"do": "save", "cell:6:cases": "7", "problem:sum": "leave_out"})
    decide(editor, number, **{"do": "save", "wish:existing": "register"})
    text = editor.get(f"/imports/{number}/decisions.json").text
    found = json.loads(text)
    assert found["options"] == {"existing": "register"}
    assert found["problems"] == {"sum": "leave_out"}
    assert found["rows"]["5"]["country"] == "Viet Nam"
    assert all(len(row["fingerprint"]) == 64 for row in found["rows"].values())
    report = json.loads(run(rows, "--decide", write(text), "--json").stdout)
    offered = session.get_one(Import, number)
    names = ("read", "added", "changed", "same", "held", "unreadable", "left_out")
    assert [report[name] for name in names] == [getattr(offered, name) for name in names]
    assert (report["unmet"], report["options"]) == ([], {"existing": "register"})
    assert stored(session)["Viet Nam", "2003-04-12"] == (62, 4, 46)


def test_decisions_about_another_file_are_told_and_not_carried_out(
    editor: FlaskClient, run: Any, rows: Path, write: Any
) -> None:
    number = offer_number(editor, ROWS)
    decide(editor, number, do="use:5:Viet Nam")
    text = editor.get(f"/imports/{number}/decisions.json").text
    rows.write_text(HEADING + "2003-04-10,China,4,1,0\n" + ROWS)
    result = run(rows, "--decide", write(text), "--dry-run")
    assert result.exit_code == 3
    assert "line 5 says something else than when it was decided" in result.output
    assert "held for a decision" in result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is no JSON file: line 1, column 2"),
        ('{"rows": {"5": {}, "5": {}}}', "hold '5' twice"),
        ({"rows": {"5": {"land": "Chad"}}}, "rows, 5, land"),
        ({"names": {"China": "Chad"}}, "names, China"),
        ({"problems": {"conflicts": "first"}}, "problems, conflicts"),
        ({"options": {"existing": "mine"}}, "'mine' is no choice for the option existing"),
        ({"options": {"colour": "red"}}, "'red' is no choice for the option colour"),
        ({"options": []}, "The options are no JSON object"),
        ({"row": {}}, "at: row. It must be one of rows, names, problems, options"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_what_is_no_file_of_decisions_is_said_with_its_place(
    run: Any, rows: Path, write: Any, content: Any, said: str, session: Session
) -> None:
    result = run(rows, "--decide", write(content))
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert session.scalars(select(Import)).all() == []


def test_file_of_decisions_may_begin_with_a_mark(run: Any, rows: Path, write: Any) -> None:
    assert run(rows, "--decide", write("\ufeff" + json.dumps(DECISIONS))).exit_code == 0


def test_settings_are_as_for_the_last_file_with_the_same_heading(
    run: Any, tmp_path: Path, session: Session
) -> None:
    week = "Datum;country;new cases;new deaths;province\n"
    week += "{0}.04.2003;China;2;0;A\n{0}.04.2003;China;3;0;B\n"
    file = tmp_path / "week.csv"
    file.write_text(week.format(10))
    asked = ("--sum-parts", "--new-counts", "--map", "Datum=date", "--date-format", "dd.mm.yyyy")
    first = json.loads(run(file, *asked, "--json").stdout)
    assert (first["added"], first["summed"], first["recipe"]) == (1, 1, None)
    file.write_text(week.format(11))
    result = run(file)
    assert result.exit_code == 0, result.output
    assert f"Settings as for import {first['import']}: " in result.output
    assert "parts sum" in result.output
    assert stored(session)["China", "2003-04-11"] == (10, 0, None)
    session.rollback()
    file.write_text(week.format(12))
    assert run(file, "--afresh").exit_code == 1


def test_new_counts_with_a_gap_store_nothing_and_say_why(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(HEADING + "2003-04-11,China,5,0,0\n2003-04-12,China,x,0,0\n")
    for arguments in ((), ("--dry-run",)):
        result = run(file, "--new-counts", *arguments)
        assert result.exit_code == 1
        assert "new counts are added up only when every row is settled" in result.output


def test_settings_of_the_browser_hold_on_the_command_line(
    editor: FlaskClient, run: Any, tmp_path: Path, session: Session
) -> None:
    number = offer_number(editor, "2003-04-11,China,5,0,0\n2003-04-11,China,6,0,0\n")
    decide(editor, number, **{"do": "save", "wish:parts": "sum"})
    decide(editor, number, do="apply")
    file = tmp_path / "next.csv"
    file.write_text(HEADING + "2003-04-12,China,7,0,0\n2003-04-12,China,6,0,0\n")
    report = json.loads(run(file, "--json").stdout)
    assert (report["recipe"], report["added"], report["summed"]) == (number, 1, 1)
    third = offer_number(editor, "2003-04-13,China,9,0,0\n2003-04-13,China,6,0,0\n")
    assert session.get_one(Import, third).wishes == {"parts": "sum"}
    assert session.get_one(Import, third).summed == 1


def test_small_file_decided_and_undone_leaves_the_register_as_it_was(
    app: Flask, run: Any, rows: Path, write: Any, tmp_path: Path
) -> None:
    before_file = tmp_path / "before.csv"
    before_file.write_text(HEADING + "2003-04-11,China,4,1,0\n2003-04-01,Chad,1,,\n")
    assert run(before_file).exit_code == 0
    before = export(app)
    number = json.loads(run(rows, "--decide", write(DECISIONS), "--json").stdout)["import"]
    assert export(app) != before
    assert run("--undo", number).exit_code == 0
    assert export(app) == before
    # What was decided in it does not count while it is undone.
    assert run(rows, "--dry-run").exit_code == 3


def test_real_file_is_whole_with_one_decision_and_gone_after_its_undo(
    app: Flask, run: Any, write: Any, real_file: Path, session: Session
) -> None:
    before = export(app)
    decisions = write({"rows": {"385": {"country": "Viet Nam"}}})
    checked = json.loads(run(real_file, "--decide", decisions, "--dry-run", "--json").stdout)
    report = json.loads(run(real_file, "--decide", decisions, "--json").stdout)
    assert (report["findings"]["decline"], report["findings"]["sum"]) == (94, 2)
    of_import = {"import": None, "changeset": None, "status": "checked", "dry_run": True}
    # What is not stored yet brings no findings.
    assert report | of_import | {"findings": {}} == checked
    assert (report["read"], report["added"], report["held"]) == (2538, 2538, 0)
    assert len(stored(session)) == 2538
    session.commit()
    result = run(real_file)
    assert "       2,538  the same" in result.output
    assert f"Line 385 as settled in import {report['import']}." in result.output
    assert run("--undo", report["import"]).exit_code == 0
    assert export(app) == before


def test_help_names_every_option(run: Any) -> None:
    text = run("--help").output
    for option in ("--decide", "--undo", "--sheet", "--encoding", "--delimiter", "--sum-parts"):
        assert option in text
    assert "--new-counts" in text
    assert "--take" in text
