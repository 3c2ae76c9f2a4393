"""What was settled before, as the pages of an import tell it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.models import Import
from tests.support.imports import HEADING
from tests.support.offers import decide, offer_number

Page = Any
TWO = "2003-04-12,China,6,1,0\n2003-04-12,China,62,4,46\n"


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def test_same_file_again_names_the_import_that_settled_its_line(
    editor: FlaskClient, page: Page, reload: Any
) -> None:
    first = offer_number(editor, TWO)
    decide(editor, first, do="use:3:Viet Nam")
    decide(editor, first, do="apply")
    again = offer_number(editor, TWO)
    shown = page(editor.get(f"/imports/{again}"))
    assert "0 new · 0 changed · 2 the same" in shown.text(".sums")
    assert "line 3 as settled in import 1" in shown.text(".sums")
    decide(editor, again, do="apply")
    assert "line 3 as settled in import 1" in page(editor.get(f"/imports/{again}")).text("main")
    assert reload().get(Import, again).options["settled"] == [[3, first]]


def test_settled_line_can_be_decided_anew(editor: FlaskClient, page: Page, reload: Any) -> None:
    first = offer_number(editor, TWO)
    decide(editor, first, do="use:3:Viet Nam")
    decide(editor, first, do="apply")
    again = offer_number(editor, TWO)
    decide(editor, again, do=f"anew:{first}")
    shown = page(editor.get(f"/imports/{again}"))
    assert "Line 3: as the file has it" in shown.text("main")
    assert reload().get(Import, again).held == 2
    decide(editor, again, do="leave:3")
    decide(editor, again, do="apply")
    assert reload().get(Import, again).left_out == 1


def test_decision_on_a_line_that_is_read_otherwise_now_is_told(
    editor: FlaskClient, page: Page, reload: Any
) -> None:
    rows = (HEADING + TWO).replace("2003-04-12", "13/04/2003").encode()
    number = offer_number(editor, rows)
    decide(editor, number, do="use:3:Viet Nam")
    assert reload().get(Import, number).added == 2
    decide(editor, number, **{"do": "read", "wish:date_format": "mm/dd/yyyy"})
    shown = page(editor.get(f"/imports/{number}"))
    assert "Line 3 says something else than when it was decided." in shown.text("main")
    assert reload().get(Import, number).unreadable == 2


def test_decision_that_is_none_is_not_kept(editor: FlaskClient, reload: Any) -> None:
    number = offer_number(editor, TWO)
    decide(editor, number, **{"do": "save", "problem:number": "first"})
    assert editor.get(f"/imports/{number}/decisions.json").json["problems"] == {}
    assert editor.get(f"/imports/{number}").status_code == 200
