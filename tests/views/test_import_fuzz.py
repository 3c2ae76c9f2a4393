"""Requests at random: whatever is sent to the addresses of an import, none of them breaks."""

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.models import Import, Record
from tests.support.offers import decide, offer_number

Page = Any
Reload = Callable[[], Any]
ROWS = (
    "2003-04-11,Viet Nam,60,4,43\n2003-04-12,China,1309,64,1037\n2003-04-12,China,62,4,46\n"
    "2003-04-13,Viet Nam,n.b.,4,46\n2003-04-14,Viet Nam,59,4,60\n2003-04-14,Untied States,5,0,0\n"
)
TEXTS = (
    "", "\0", "x" * 301, "9" * 400, "-1", "0", "2", "3", "6", "٣", "2147483648", "\uffff", "[]",
    '{"a": {"b": 1}}', "<b>", "%(name)s", "as:", "as:China", "as:\0", "as:" + "y" * 999, "new",
    "other", "leave_out", "hold", "first", "last", "suggestion", "file", "register", "date",
    "country", "cases", "ignore", "utf-8", "utf-16", "idna", "\nutf-8", "cp949", ";", "\t", '"',
    "ab", "dd/mm/yyyy", "%d%m%Y", "dd(mm)yyyy", "yy", "sum", "abort", "overwrite", "ask",
    "cumulative", "../../etc", "\u202e", "2003-04-11T00:00:00+00:00", "2003-04-11",
    "0001-01-01T00:00:00+23:59",
)  # fmt: skip
CONTROLS = (
    "row:{}", "row:3", "row:4", "cell:{}:cases", "cell:5:cases", "cell:3:date", "cell:3:country",
    "cell:{}:{}", "name:{}", "name:Untied States", "other:Untied States", "other:{}", "problem:{}",
    "problem:conflict", "problem:near_name", "problem:number", "wish:{}", "wish:encoding",
    "wish:delimiter", "wish:date_format", "wish:sheet", "wish:on_problem", "wish:existing",
    "wish:blanks", "wish:parts", "wish:counting", "column:{}", "column:date", "column:cases",
    "field:{}", "field:date", "{}", "back", "as_of", "shown", "file", "reason",
)  # fmt: skip
ACTS = (
    "save", "save", "check", "read", "forget", "forget", "back:all", "back:row:3", "back:{}", "{}",
    "use:3:{}", "use:{}:China", "keep:3:3,4", "keep:{}:3,4", "leave:{}", "leave:3,4", "use:",
)  # fmt: skip
PROBLEMS = ("conflict", "near_name", "number", "left_out", "cases_fall", "sum", "\0", "x" * 999)


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def fill(dice: random.Random, text: str) -> str:
    while "{}" in text:
        text = text.replace("{}", dice.choice(TEXTS), 1)
    return text


def made_up(dice: random.Random) -> str:
    """Return the body of a form as no page would send it."""
    names = [fill(dice, dice.choice(CONTROLS)) for _ in range(dice.choice([1, 1, 2, 4]))]
    fields = [(name, dice.choice(TEXTS)) for name in names]
    fields.append(("do", fill(dice, dice.choice(ACTS))))
    if dice.random() < 0.2:
        fields.append(("shown", json.dumps({dice.choice(names): dice.choice(TEXTS)})))
    return urlencode(fields)


def test_made_up_forms_never_break_an_import(
    editor: FlaskClient, work: Callable[[], int], reload: Reload, engine_name: str
) -> None:
    dice = random.Random(engine_name)
    number = offer_number(editor, ROWS)
    for _ in range(25):
        body = made_up(dice)
        kind = "application/x-www-form-urlencoded"
        answer = editor.post(f"/imports/{number}/decide", data=body, content_type=kind)
        assert answer.status_code in (303, 409, 422), body
        work()
        problem = quote(dice.choice(PROBLEMS))
        after = quote(dice.choice(TEXTS))
        for path in ("", "?change=date_format", f"/rows?problem={problem}&after={after}"):
            assert editor.get(f"/imports/{number}{path}").status_code in (200, 303), body
    assert reload().scalar(select(func.count()).select_from(Record)) == 0
    # Whatever was asked of it meanwhile, it can still be taken up as it was offered.
    decide(editor, number, do="back:all")
    decide(editor, number, do="forget")
    assert reload().get(Import, number).read == 6
