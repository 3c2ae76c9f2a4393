from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.checking import check_what_changed
from app.models import Finding
from app.services.rules import checking
from tests.support.imports import import_now
from tests.support.pages import Page as Shown

Page = Callable[..., Shown]
FALLING = "2003-04-11,Viet Nam,62,4,43\n2003-04-12,Viet Nam,60,4,46\n2003-04-14,Viet Nam,63,5,46\n"


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


def test_report_says_what_is_not_looked_at_yet_and_then_what_was_found(
    editor: FlaskClient, session: Session, page: Page
) -> None:
    address = f"/imports/{import_now(session, FALLING).import_id}"
    said = page(editor.get(address)).text("#findings")
    assert said == "The rules are still looking at what was imported."
    check_what_changed(session)
    shown = page(editor.get(address))
    assert shown.text("#findings") == "Findings made: 1 (1 fall). Review them"
    assert shown.link("Review them") == "/review?imported=1"


def test_report_of_the_real_file_names_its_findings(
    editor: FlaskClient, session: Session, page: Page, real_file: Path
) -> None:
    number = import_now(session, real_file, {"rows": {"385": {"country": "Viet Nam"}}}).import_id
    check_what_changed(session)
    said = page(editor.get(f"/imports/{number}")).text("#findings")
    assert said.startswith("Findings made: 133 (94 falls, 21 runs of zeros at the beginning, ")
    assert "2 sums" in said


def test_import_stands_where_the_rules_fail_and_they_are_taken_up_again(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    import_now(session, FALLING)

    def fail(*_what: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(checking, "_look", fail)
        check_what_changed(session)
    assert "the rules failed" in caplog.text
    assert session.scalars(select(Finding)).all() == []
    session.commit()
    check_what_changed(session)
    assert len(session.scalars(select(Finding)).all()) == 1


def test_command_tells_what_was_found(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "falling.csv"
    file.write_text("date,country,cases,deaths,recoveries\n" + FALLING)
    told = app.test_cli_runner().invoke(args=["import-csv", str(file)]).stdout
    assert "Findings made: 1 (1 × Falling counts)." in told
