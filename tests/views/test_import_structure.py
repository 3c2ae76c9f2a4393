"""Every page of an import, as people meet it who hear it or use no mouse."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models import Import, Job
from tests.support.imports import HEADING
from tests.support.offers import decide, offer_number
from tests.support.pages import check_structure
from tests.support.spreadsheets import xlsx

Page = Any
ROWS = (
    "2003-04-11,Viet Nam,60,4,43\n2003-04-12,China,1309,64,1037\n2003-04-12,China,62,4,46\n"
    "2003-04-13,Viet Nam,n.b.,4,46\n2003-04-14,Viet Nam,59,4,60\n2003-04-14,Untied States,5,0,0\n"
    "2003-04-31,Viet Nam,1,1,1\n2003-05-01,,1,1,1\n2003-05-01,Viet Nam,1\n2099-05-01,Canada,1,0,0\n"
)
QUESTIONS = {
    "date_format": (HEADING + "03/04/2003,Germany,1,2,3\n").encode(),
    "columns": b"day,place,cases,deaths\n2003-03-17,Germany,1,2\n",
    "encoding": (HEADING + "2003-03-17,베트남,1,2,3\n").encode("cp949"),
    "sheet": xlsx({"A": [["date"]], "B": [["date"]]}),
    "delimiter": b"date~country~cases~deaths\n2003-03-17~Germany~1~2\n",
    "": b"",
}


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


@pytest.fixture
def look(editor: FlaskClient, page: Page) -> Callable[[str], Any]:
    """Open a page and judge its structure."""

    def open_it(path: str) -> Any:
        shown = page(editor.get(path))
        check_structure(shown)
        return shown

    return open_it


def test_pages_from_file_to_report(editor: FlaskClient, look: Callable[[str], Any]) -> None:
    look("/imports")
    look("/imports/new")
    number = offer_number(editor, ROWS)
    checked = look(f"/imports/{number}")
    groups = [section.get("id") for section in checked.all("section.problem")]
    assert len(groups) > 7
    paths = [f"/rows?problem={group.removeprefix('problem-')}" for group in groups]
    for path in ("?change=columns", "?change=encoding", *paths):
        look(f"/imports/{number}{path}")
    decide(editor, number, **{"row:3": "leave_out", "name:Untied States": "new"})
    look(f"/imports/{number}")
    decide(editor, number, do="apply")
    look(f"/imports/{number}")
    for path in paths:
        answer = editor.get(f"/imports/{number}{path}")
        if answer.status_code == 200:
            look(f"/imports/{number}{path}")
    look("/imports")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_question(editor: FlaskClient, look: Callable[[str], Any], kind: str) -> None:
    shown = look(f"/imports/{offer_number(editor, QUESTIONS[kind])}")
    assert len(shown.all("[role=alert]")) == 1
    if kind:
        assert shown.one(f"#wish-{kind} legend") is not None


@pytest.mark.parametrize("status", ["receiving", "checking", "discarded", "expired", "refused"])
def test_import_that_waits_or_is_over(
    editor: FlaskClient, look: Callable[[str], Any], session: Session, status: str
) -> None:
    number = offer_number(editor, ROWS)
    session.execute(update(Import).values(status=status, checked_at=None))
    session.commit()
    look(f"/imports/{number}")


def test_import_that_is_followed(
    editor: FlaskClient, look: Callable[[str], Any], session: Session
) -> None:
    number = offer_number(editor, HEADING + "2003-04-11,Viet Nam,60,4,43\n" * 300_000)
    assert look(f"/imports/{number}").heading.startswith("Checking")
    session.execute(update(Job).values(status="running", done=5, total=9))
    session.commit()
    shown = look(f"/imports/{number}")
    assert shown.one("progress").get("aria-labelledby") == "doing"


def test_mistake_is_told_at_the_top_and_beside_its_field(editor: FlaskClient, page: Page) -> None:
    for data in ({}, {"text": HEADING, "files": (io.BytesIO(b"x"), "x.csv")}):
        shown = page(editor.post("/imports/new", data=data), 422)
        check_structure(shown)
        summary = shown.one("#errors")
        # The page's script gives it the focus.
        assert summary.get("tabindex") == "-1"
        assert [link.get("href") for link in summary.cssselect("a")] == ["#files"]
        assert shown.error_of("files")
        assert shown.one("#files").get("aria-invalid") in ("true", None)
