import functools
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app, database, db
from app.models import Country, Import, Record
from tests.support.imports import HEADING

ROOT = Path(__file__).resolve().parents[2]


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
        ("--heading-line", "0"),
        ("--on-problem", "weep"),
        ("--outbreak", "none"),
    ],
)
def test_command_that_is_not_understood_exits_with_2(
    run: Any, good: Path, arguments: tuple[str, ...]
) -> None:
    assert run(*([good, *arguments] if arguments else [])).exit_code == 2


def test_heading_stands_where_it_is_said_to(run: Any, good: Path, tmp_path: Path) -> None:
    titled = tmp_path / "titled.csv"
    titled.write_text("country,as of April\n" + good.read_text())
    assert run(titled).exit_code == 1
    assert run(titled, "--heading-line", "9").exit_code == 1
    assert run(titled, "--heading-line", "2").exit_code == 0


def test_standard_input_and_packed_files_are_read(
    run: Any, good: Path, tmp_path: Path, session: Session
) -> None:
    assert run("-", stdin=good.read_text()).exit_code == 0
    packed = tmp_path / "good.csv.gz"
    packed.write_bytes(gzip.compress(good.read_bytes()))
    report = json.loads(run(packed, "--json").stdout)
    assert (report["same"], report["file"]) == (2, "good.csv.gz")


@pytest.fixture
def address(good: Path) -> Iterator[str]:
    """The address of the folder with the good file."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(good.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_address_is_fetched_and_its_secrets_are_not_kept(
    run: Any, address: str, session: Session
) -> None:
    assert run(f"{address}/good.csv?key=secret").exit_code == 0
    ledger = session.scalars(select(Import)).one()
    assert ledger.filename == "http://127.0.0.1/good.csv"


def test_address_without_a_file_is_said_in_words(run: Any, address: str) -> None:
    result = run(f"{address}/none.csv")
    assert result.exit_code == 1
    assert "cannot be fetched: it answers 404" in result.stderr


def test_database_without_tables_says_what_to_run(
    empty_database_url: str, good: Path, tmp_path: Path
) -> None:
    app = create_app(
        {
            "SECRET_KEY": "k" * 16 + "tests only",
            "INSTANCE": str(tmp_path),
            "SQLALCHEMY_DATABASE_URI": empty_database_url,
        }
    )
    result = app.test_cli_runner().invoke(args=["import-csv", str(good)])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert result.exit_code == 1
    assert "flask db upgrade" in result.stderr


def test_progress_and_names_never_reach_the_terminal_as_commands(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "forged\x1b[2J.csv"
    file.write_text(HEADING + "2003-03-17,Germany,1\x1b[31m\nINFO forged,0,0\n")
    result = run(file)
    assert "\x1b" not in result.output


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=False)
def test_lock_held_by_somebody_else_is_said_in_words(
    run: Any, good: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(database, "SQLITE_PRAGMAS", ("PRAGMA busy_timeout=50",))
    result = run(good)
    other.close()
    assert result.exit_code == 1
    assert "busy with somebody else's changes" in result.stderr


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=False)
def test_damaged_database_is_said_in_words(run: Any, good: Path, database_url: str) -> None:
    Path(database_url.removeprefix("sqlite:///")).write_bytes(b"no database" * 1000)
    result = run(good)
    assert result.exit_code == 1
    assert "damaged" in result.stderr


def test_terminated_import_ends_quietly(database_url: str, tmp_path: Path) -> None:
    asked = threading.Event()
    go_on = threading.Event()

    class Slow(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            go_on.wait(30)

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "flask",
                "--app",
                "wsgi",
                "import-csv",
                f"http://127.0.0.1:{server.server_port}/rows.csv",
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "CASEBOOK_DATABASE_URL": database_url,
                "CASEBOOK_INSTANCE": str(tmp_path),
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asked.wait(30)
        process.terminate()
        _, said = process.communicate(timeout=30)
        go_on.set()
        server.shutdown()
    assert (process.returncode, said) == (1, "Stopped. Nothing was stored.\n")
