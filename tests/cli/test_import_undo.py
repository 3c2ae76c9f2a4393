import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Record
from app.services import ledger, register, undoing
from app.services.register import RecordValues
from tests.support.imports import MINA, import_now, stored

ROWS = "2003-04-11,Viet Nam,60,4,43\n2003-04-12,Viet Nam,62,4,46\n"


@pytest.fixture
def run(app: Flask) -> Any:
    def run_command(*arguments: Any) -> Result:
        return app.test_cli_runner().invoke(args=["import-csv", *map(str, arguments)])

    return run_command


@pytest.fixture
def number(session: Session) -> int:
    """An import of two records."""
    return import_now(session, ROWS).import_id or 0


def change_first(session: Session) -> None:
    record = session.scalars(select(Record).order_by(Record.id)).first()
    assert record is not None
    values = RecordValues(record.country_id, record.date, 61)
    register.change_record(session, record.id, values, MINA, revision=1)
    session.commit()


def test_import_is_undone_by_its_number(run: Any, number: int, session: Session) -> None:
    result = run("--undo", number)
    assert result.exit_code == 0, result.output
    assert "           2  removed: the import added them" in result.output
    assert "Undone by change 2" in result.output
    assert stored(session) == {}
    assert ledger.find_undone(session, [number]) == {number}


def test_records_changed_since_are_kept_and_named(run: Any, number: int, session: Session) -> None:
    change_first(session)
    result = run("--undo", number, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 3
    assert [told[name] for name in ("removed", "set_back", "put_back", "kept")] == [1, 0, 0, 1]
    assert (told["changeset"], told["import"]) == (3, number)
    (kept,) = told["kept_records"]
    assert (kept["country"], kept["date"], kept["why"]) == ("Viet Nam", "2003-04-11", "changed")
    assert (kept["who"], kept["changeset"]) == ("Mina Park", 2)
    assert list(stored(session)) == [("Viet Nam", "2003-04-11")]


def test_dry_run_tells_and_undoes_nothing(run: Any, number: int, session: Session) -> None:
    change_first(session)
    result = run("--undo", number, "--dry-run")
    assert result.exit_code == 3
    assert "Viet Nam, 2003-04-11: changed since, Mina Park, change 2" in result.output
    assert "Nothing was undone: this was a dry run." in result.output
    assert len(stored(session)) == 2


def test_nothing_undone_exits_with_1(run: Any, number: int, session: Session) -> None:
    assert run("--undo", number).exit_code == 0
    result = run("--undo", number, "--json")
    assert result.exit_code == 1
    assert "was undone already. Nothing was undone." in result.stderr
    assert json.loads(result.stdout)["removed"] == 0


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_import_of_which_nothing_is_left_names_all_that_is_kept(
    run: Any, number: int, session: Session, dry: tuple[str, ...]
) -> None:
    for record in session.scalars(select(Record)).all():
        values = RecordValues(record.country_id, record.date, 61)
        register.change_record(session, record.id, values, MINA, revision=1)
    session.commit()
    result = run("--undo", number, *dry)
    assert result.exit_code == 1
    assert result.output.count("changed since, Mina Park") == 2
    assert "Nothing was undone" in result.output
    told = json.loads(run("--undo", number, "--json").stdout)
    assert (told["changeset"], told["kept"], len(told["kept_records"])) == (None, 2, 2)


def test_import_done_again_is_undone_again(run: Any, number: int, session: Session) -> None:
    assert run("--undo", number).exit_code == 0
    undoing.undo(session, 2, MINA)
    session.commit()
    assert ledger.find_undone(session, [number]) == set()
    session.commit()
    result = run("--undo", number, "--json")
    assert json.loads(result.stdout)["undoes"] == 3
    assert stored(session) == {}


@pytest.mark.parametrize("arguments", [("--undo", 99), ("--undo", "first"), ("--undo", 1, "a.csv")])
def test_command_that_is_not_understood_exits_with_2(
    run: Any, session: Session, arguments: tuple[Any, ...]
) -> None:
    assert run(*arguments).exit_code == 2
    assert session.scalars(select(Changeset)).all() == []
