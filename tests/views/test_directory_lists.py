"""What the lists of people, videos and to-dos share: filters, files, odd addresses."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.support.kinds import Kind, add
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    return client_as("editor")


def test_text_filter_finds_and_says_when_nothing_matches(
    editor: FlaskClient, kind: Kind, page: ReadPage
) -> None:
    name = next(iter(kind.values))
    add(editor, kind)
    add(editor, kind, **{name: "100 % done_"})
    assert page(editor.get(f"{kind.list}?q={kind.title[:4].upper()}")).link(kind.title)
    assert page(editor.get(f"{kind.list}?q=100+%25")).link("100 % done_")
    assert "Nothing matches" in page(editor.get(f"{kind.list}?q=e%25t_")).text()


@pytest.mark.parametrize(
    "query",
    [
        "color=red",
        "page=2",
        "q=%00",
        "q=" + "a" * 200,
        "after=x",
        "after=%00",
        "before=1,2,3,4,5,6,7,8",
        "before=" + "9" * 40,
        "after=,,,,",
        "before=%25ED%25A0%2580,1",
    ],
)
def test_odd_parameters_never_break_the_list(
    editor: FlaskClient, kind: Kind, page: ReadPage, query: str
) -> None:
    add(editor, kind)
    listed = page(editor.get(f"{kind.list}?{query}"))
    assert listed.link(kind.title)
    assert listed.all(".notice")


@pytest.mark.parametrize("word", ["_scheme=javascript", "_external=1", "_anchor=x", "_method=POST"])
def test_words_of_the_router_change_no_link(
    editor: FlaskClient, kind: Kind, page: ReadPage, word: str
) -> None:
    add(editor, kind)
    assert page(editor.get(f"{kind.list}?{word}")).link("CSV") == f"{kind.list}.csv"


def test_csv_and_json_hold_the_filtered_list(editor: FlaskClient, kind: Kind) -> None:
    name = next(iter(kind.values))
    add(editor, kind)
    add(editor, kind, **{name: "=HYPERLINK(1)"})
    answer = editor.get(f"{kind.list}.csv?q=hyper")
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row[name] for row in rows] == ["'=HYPERLINK(1)"]
    assert not editor.get(f"{kind.list}.csv?bom=0").text.startswith("\ufeff")
    rows = editor.get(f"{kind.list}.json").get_json()
    assert {row[name] for row in rows} == {kind.title, "=HYPERLINK(1)"}
    assert all(row["id"] for row in rows)
    asked = editor.get(kind.list, headers={"Accept": "application/json"})
    assert asked.get_json() == rows
    assert "Accept" in asked.headers["Vary"]
