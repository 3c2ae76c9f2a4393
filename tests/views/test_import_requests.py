"""What no page of an import sends: it is refused or ignored, in words, and nothing breaks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.services.importing.choosing import MOST_DECISIONS
from tests.support.offers import decide, offer_number

Page = Any
ROWS = (
    "2003-04-11,Viet Nam,60,4,43\n"
    "2003-04-12,China,1309,64,1037\n"
    "2003-04-12,China,62,4,46\n"
    "2003-04-13,Viet Nam,n.b.,4,46\n"
    "2003-04-14,Viet Nam,59,4,60\n"
    "2003-04-14,Untied States,5,0,0\n"
    "2003-04-15,Korea,<b>,4\n"
)
# What no control of a page is called or says.
NONSENSE = [
    ("name:" + "x" * 301, "new"),
    ("name:\0", "new"),
    ("name:", "new"),
    ("other:\0", "China"),
    ("problem:\0", "hold"),
    ("problem:" + "x" * 99, "hold"),
    ("problem:nonsense", "leave_out"),
    ("problem:conflict", "nonsense"),
    ("row:0x3", "leave_out"),
    ("row:-3", "leave_out"),
    ("row:" + "9" * 30, "leave_out"),
    ("row:٣", "leave_out"),
    ("row:3", "nonsense"),
    ("cell:3:nonsense", "1"),
    ("wish:nonsense", "1"),
    ("wish:existing", "nonsense"),
    ("nonsense:3", "1"),
    ("shown", "[" * 50_000),
    ("shown", "9" * 5000),
    ("as_of", "9999-12-31T23:59:59-23:59"),
    ("do", "nonsense:\0"),
    ("do", "back:nonsense"),
]


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


@pytest.fixture
def number(editor: FlaskClient) -> int:
    return offer_number(editor, ROWS)


def decided(editor: FlaskClient, number: int) -> Any:
    return json.loads(editor.get(f"/imports/{number}/decisions.json").text)


def test_what_no_control_says_is_ignored(editor: FlaskClient, number: int) -> None:
    before = decided(editor, number)
    for control, text in NONSENSE:
        assert decide(editor, number, **{control: text}).status_code == 303, control
        assert decided(editor, number) == before, control


def test_encoding_that_no_file_has_is_refused_and_taken_back(
    editor: FlaskClient, number: int, page: Page
) -> None:
    for encoding in ("a\0b", "idna", "unicode_escape", "undefined", "rot13", "../x", "x" * 999):
        decide(editor, number, **{"wish:encoding": encoding, "do": "read"})
        asked = page(editor.get(f"/imports/{number}"))
        assert "There is no encoding" in asked.text("[role=alert]")
        decide(editor, number, do="forget")
        assert page(editor.get(f"/imports/{number}")).text("#sum").endswith("= 7")


def test_more_decisions_than_anybody_makes_are_refused(
    editor: FlaskClient, number: int, page: Page
) -> None:
    fields = {f"row:{line}": "leave_out" for line in range(2, MOST_DECISIONS + 4)}
    shown = page(editor.get(decide(editor, number, **fields).headers["Location"]))
    assert "too many decisions" in shown.text("[role=alert]")
    assert decided(editor, number)["rows"] == {}


def test_ten_thousand_decisions_are_kept_in_few_queries(
    editor: FlaskClient, number: int, query_counter: Callable[..., Any]
) -> None:
    fields = {f"row:{line}": "leave_out" for line in range(2, 10_002)}
    with query_counter() as queries:
        assert decide(editor, number, **fields).status_code == 303
    # SQLite is sent each row for itself.
    assert len([query for query in queries if not query.startswith("INSERT")]) < 100
    assert len(decided(editor, number)["rows"]) == 10_000


def test_names_by_the_thousand_are_told_in_a_few_words(
    editor: FlaskClient, number: int, page: Page
) -> None:
    fields = {f"name:Untied States {one}": f"as:{'가' * 150} {one}" for one in range(1000)}
    shown = page(editor.get(decide(editor, number, **fields).headers["Location"]))
    assert len(shown.all("[role=alert]")) <= 3
    assert len(decided(editor, number)["names"]) == 1000


def test_lines_of_one_key_are_shown_up_to_a_number(editor: FlaskClient, page: Page) -> None:
    rows = "".join(f"2003-04-12,China,{cases},0,0\n" for cases in range(3000))
    number = offer_number(editor, rows)
    for path in ("", "/rows?problem=conflict"):
        shown = page(editor.get(f"/imports/{number}{path}"))
        assert len(shown.all(".key li")) == 21
        assert "and 2,980 more lines" in shown.text(".key ul")
        # A button that keeps one would have to name the others.
        assert "Keep line 2" not in shown.texts("button")
    decide(editor, number, **{"problem:conflict": "last"})
    assert page(editor.get(f"/imports/{number}")).text("#sum").startswith("1 ready")
