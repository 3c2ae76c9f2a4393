"""What no page of an import sends: it is refused or ignored, in words, and nothing breaks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Import, ImportDecision, Record
from app.services.importing.choosing import MOST_DECISIONS
from tests.support.databases import contents
from tests.support.imports import HEADING
from tests.support.offers import decide, offer_number

Page = Any
Reload = Callable[[], Any]
ROWS = (
    "2003-04-11,Viet Nam,60,4,43\n"
    "2003-04-12,China,1309,64,1037\n"
    "2003-04-12,China,62,4,46\n"
    "2003-04-13,Viet Nam,n.b.,4,46\n"
    "2003-04-14,Viet Nam,59,4,60\n"
    "2003-04-14,Untied States,5,0,0\n"
    "2003-04-15,Korea,<b>,4\n"
)
WRITING = ("/imports/new", "/imports/1/decide", "/imports/1/discard", "/jobs/1/stop")
READING = ("", "/rows", "/rows?problem=conflict", "/decisions.json", "/rejects.csv")
BODIES = (
    ("application/json", b'{"do": "apply"}'),
    ("application/json", b"[" * 9999),
    ("application/json", b"[1, 2]"),
    ("application/json", b"\xff"),
    ("text/plain", b"do=apply"),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\0\r\n"),
    ("application/x-www-form-urlencoded", b"\xff=\xfe&do=\xff&row:3"),
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


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_ten_thousand_decisions_are_kept_in_few_queries(
    editor: FlaskClient, number: int, query_counter: Callable[..., Any]
) -> None:
    fields = {f"row:{line}": "leave_out" for line in range(2, 10_002)}
    with query_counter() as queries:
        assert decide(editor, number, **fields).status_code == 303
    assert len(queries) < 100
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
        assert len(shown.all(".key li")) == 7
        assert "and 2,994 more lines" in shown.text(".key ul")
        # A button that keeps one would have to name the others.
        assert "Keep line 2" not in shown.texts("button")
    decide(editor, number, **{"problem:conflict": "last"})
    assert page(editor.get(f"/imports/{number}")).text("#sum").startswith("1 ready")


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_forged_posts_change_nothing(
    app: Flask, editor: FlaskClient, number: int, reload: Reload, token: str | None
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    form = {"do": "apply", "row:3": "leave_out", "text": HEADING + ROWS}
    form |= {} if token is None else {"csrf_token": token}
    before = contents(reload())
    for path in WRITING:
        assert editor.post(path, data=form).status_code == 400, path
    assert contents(reload()) == before


@pytest.mark.parametrize("role", ["reader", None])
def test_others_learn_and_change_nothing(
    client: FlaskClient, client_as: Any, number: int, reload: Reload, role: str | None
) -> None:
    other = client_as(role) if role else client
    before = contents(reload())
    for path in WRITING:
        assert other.post(path, data={"do": "apply"}).status_code in (401, 403), path
    for path in READING:
        answer = other.get(f"/imports/{number}{path}")
        assert answer.status_code in (303, 401, 403), path
        assert "China" not in answer.text
    assert contents(reload()) == before


def test_import_that_is_not_there_is_not_found(editor: FlaskClient, number: int) -> None:
    for id in ("0", "-1", "2", str(10**30), "x", "1.0", "%00", "٣", "1;2", "..%2f1"):
        for path in READING:
            assert editor.get(f"/imports/{id}{path}").status_code in (404, 405), (id, path)
        for path in ("imports/{}/decide", "imports/{}/discard", "jobs/{}/stop"):
            assert editor.post("/" + path.format(id)).status_code in (404, 405), (id, path)


@pytest.mark.parametrize(
    "status", ["receiving", "applied", "applying", "refused", "discarded", "expired"]
)
def test_import_in_no_state_for_it_is_left_alone(
    editor: FlaskClient, number: int, reload: Reload, session: Session, page: Page, status: str
) -> None:
    session.execute(update(Import).values(status=status))
    session.commit()
    for act in ("save", "apply", "check", "read", "forget", "back:all", "leave:3,4"):
        answer = decide(editor, number, **{"do": act, "row:4": "leave_out", "wish:parts": "sum"})
        assert answer.status_code in (303, 409), act
        page(editor.get(f"/imports/{number}"))
    for path in READING:
        assert editor.get(f"/imports/{number}{path}").status_code in (200, 303), path
    stored = reload()
    assert stored.scalar(select(func.count()).select_from(Record)) == 0
    assert stored.scalar(select(func.count()).select_from(ImportDecision)) == 0
    assert stored.get(Import, number).status == status


def test_body_of_another_kind_decides_nothing(editor: FlaskClient, number: int) -> None:
    for kind, body in BODIES:
        for path in (f"/imports/{number}/decide", "/imports/new"):
            answer = editor.post(path, data=body, content_type=kind)
            assert answer.status_code in (303, 400, 422), (kind, body[:20])
    assert decided(editor, number)["rows"] == {}


def test_page_beyond_the_last_is_empty_or_the_first(
    editor: FlaskClient, number: int, page: Page
) -> None:
    for place in ("0", "-1", "9" * 30, "x", "2147483647", "2147483648", "%00", "1&after=2"):
        page(editor.get(f"/imports/{number}/rows?problem=number&after={place}"))
        page(editor.get(f"/imports?below={place}"))
