from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Outbreak, Record


@pytest.fixture
def run(app: Flask) -> Any:
    def run_command(*arguments: Any) -> Result:
        return app.test_cli_runner().invoke(args=["demo", *map(str, arguments)])

    return run_command


def count_records(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Record)) or 0


def test_demo_loads_the_example_and_says_it_is_simulated(run: Any, session: Session) -> None:
    result = run("--countries", 8, "--days", 60)
    assert result.exit_code == 0
    assert f"{count_records(session)} simulated records" in result.output
    assert "2 mislabelled" in result.output
    outbreak = session.scalars(select(Outbreak).where(Outbreak.is_default)).one()
    assert outbreak.simulated


def test_second_demo_is_refused_in_words(run: Any, session: Session) -> None:
    run("--countries", 2, "--days", 10)
    before = count_records(session)
    session.rollback()
    result = run("--countries", 2, "--days", 10)
    assert result.exit_code == 1
    assert "The example outbreak is loaded already." in result.output
    assert count_records(session) == before


def test_seed_gives_other_numbers(run: Any, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.csv", "same.csv", "two.csv")]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        run("--csv", file, "--seed", seed, "--days", 30)
    one, same, two = (file.read_text() for file in files)
    assert one == same != two


def test_csv_leaves_the_register_alone(run: Any, tmp_path: Path, session: Session) -> None:
    result = run("--csv", tmp_path / "out.csv", "--rows", 1_234)
    assert result.exit_code == 0
    assert "1,234 simulated rows" in result.output
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1_235
    assert count_records(session) == 0


def test_what_cannot_be_written_is_told_in_words(run: Any, tmp_path: Path) -> None:
    result = run("--csv", tmp_path / "missing" / "out.csv")
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory." in result.output


@pytest.mark.parametrize("arguments", [("--rows", "5"), ("--countries", "0"), ("--days", "x")])
def test_misunderstood_command_exits_with_2(run: Any, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
