import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Country, Record
from tests.support.imports import HEADING


@pytest.fixture
def run(app: Flask) -> Any:
    def run_command(*arguments: Any, stdin: str | None = None) -> Result:
        return app.test_cli_runner().invoke(args=["import-csv", *map(str, arguments)], input=stdin)

    return run_command


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.csv"
    file.write_text(HEADING + "2003-03-17,Germany,1,0,0\n2003-03-18,Germany,2,0,0\n")
    return file


def count_records(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Record)) or 0


def test_all_rows_stored_exits_with_0(run: Any, good: Path, session: Session) -> None:
    result = run(good)
    assert result.exit_code == 0
    assert "2  added" in result.output
    assert count_records(session) == 2


def test_real_file_exits_with_3_and_names_both_lines(run: Any, real_file: Path) -> None:
    result = run(real_file)
    assert result.exit_code == 3
    assert "line 367, date, country: '2003-04-12, China'" in result.output
    assert "Looks like Viet Nam" in result.output
    assert "70 rows where cases fall" in result.output


def test_json_has_the_keys_that_scripts_read(run: Any, real_file: Path) -> None:
    report = json.loads(run(real_file, "--json").stdout)
    assert report["read"] == 2538
    assert [report[key] for key in ("added", "changed", "same", "held", "unreadable")] == [
        2536,
        0,
        0,
        2,
        0,
    ]
    assert [row["line"] for row in report["held_rows"]] == [367, 385]
    assert {"line", "column", "value", "reason", "suggestion"} <= report["held_rows"][0].keys()
    assert report["import"]
    assert report["changeset"]
    assert report["warnings"]["sum"]["lines"] == [507, 534]


def test_dry_run_reports_and_stores_nothing(run: Any, good: Path, session: Session) -> None:
    result = run(good, "--dry-run", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["added"], report["import"]) == (0, 2, None)
    assert count_records(session) == 0
    assert session.scalar(select(func.count()).select_from(Country)) == 0


def test_abort_on_a_problem_stores_nothing(run: Any, tmp_path: Path, session: Session) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(HEADING + "2003-03-17,Germany,1,0,0\n2003-03-18,Germany,-2,0,0\n")
    result = run(file, "--on-problem", "abort", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (report["added"], report["held"], report["unreadable"]) == (0, 1, 1)
    assert report["status"] == "refused"
    assert count_records(session) == 0
    assert session.scalar(select(func.count()).select_from(Country)) == 0


def test_nothing_readable_exits_with_1(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(HEADING + "2003-03-17,Germany,many,0,0\n")
    assert run(file).exit_code == 1


def test_missing_file_is_said_in_words(run: Any, tmp_path: Path) -> None:
    result = run(tmp_path / "none.csv")
    assert result.exit_code == 1
    assert "There is no file" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--map", "cases"),
        ("--map", "cases=money"),
        ("--date-format", "dd"),
        ("--encoding", "klingon"),
        ("--delimiter", "ab"),
        ("--on-problem", "weep"),
        ("--outbreak", "none"),
    ],
)
def test_command_that_is_not_understood_exits_with_2(
    run: Any, good: Path, arguments: tuple[str, ...]
) -> None:
    assert run(*([good, *arguments] if arguments else [])).exit_code == 2
