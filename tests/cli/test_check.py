import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Finding, UncheckedSeries
from tests.support.imports import import_now

FALLING = "2003-04-11,Viet Nam,62,4,43\n2003-04-12,Viet Nam,60,4,46\n"


@pytest.fixture
def run(app: Flask) -> Any:
    def run_command(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(args=["check", *arguments])

    return run_command


def test_what_was_left_unchecked_is_looked_at(run: Any, session: Session) -> None:
    import_now(session, FALLING)
    told = run()
    assert told.exit_code == 3
    assert told.stdout.splitlines() == [
        "outbreak: 1 finding opened, 0 opened again, 0 resolved",
        "  1 fall of cases by 2–5",
        "1 finding open.",
    ]
    assert session.scalars(select(UncheckedSeries)).all() == []


def test_settled_findings_are_a_success(run: Any, session: Session) -> None:
    import_now(session, FALLING)
    run()
    found = session.scalars(select(Finding)).one()
    found.state, found.reason = "accepted", "reclassified"
    session.commit()
    told = run()
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "All findings are settled.")


def test_one_rule_is_looked_at_alone(run: Any, session: Session) -> None:
    import_now(session, FALLING)
    told = json.loads(run("--rule", "sum", "--json").stdout)["outbreaks"][0]
    assert (told["opened"], told["open"], told["findings"]) == (0, 0, [])
    told = json.loads(run("--rule", "decline", "--json").stdout)["outbreaks"][0]
    (finding,) = told["findings"]
    assert (finding["country"], finding["date"], finding["size"]) == ("Viet Nam", "2003-04-12", 2)
    assert finding["headline"] == "Cases fall from 62 on 2003-04-11 to 60."


def test_unknown_outbreak_is_a_question_of_usage(run: Any) -> None:
    assert run("--outbreak", "nowhere").exit_code == 2


def test_thresholds_are_previewed_and_nothing_is_written(run: Any, session: Session) -> None:
    import_now(session, FALLING)
    run()
    told = run("--rule", "decline", "--preview", "least=5")
    assert (told.exit_code, told.stdout) == (0, "This would open 0 and close 1 finding.\n")
    off = json.loads(run("--rule", "decline", "--preview", "off", "--json").stdout)
    assert off == {"rule": "decline", "opened": 0, "closed": 1}
    assert session.scalars(select(Finding.state)).all() == ["open"]


@pytest.mark.parametrize(
    "asked",
    [
        ("--preview", "least=5"),
        ("--rule", "decline", "--preview", "leest=5"),
        ("--rule", "decline", "--preview", "least=0"),
        ("--rule", "decline", "--preview", "least=x"),
    ],
)
def test_preview_of_what_no_rule_has_is_a_question_of_usage(run: Any, asked: list[str]) -> None:
    assert run(*asked).exit_code == 2
