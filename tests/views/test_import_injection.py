"""Texts of a file that are meant to be more than text, on every page that shows them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from tests.support.imports import HEADING
from tests.support.offers import decide, offer_number
from tests.support.spreadsheets import xlsx, zipped

Page = Any
PAYLOADS = (
    "'\"><script>alert(1)</script>",
    "</title></option></select><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}${7*7} %(name)s %(rows)s %s %n {0.__class__}",
    "=nom\u202egnp.exe 한국 😀" + "x" * 3000,
)
ROWS = (
    "2003-04-11,Viet Nam,60,4,43\n2003-04-12,China,9,0,0\n2003-04-12,China,62,4,46\n"
    "2003-04-12,Untied States,1,1,1\n2003-04-12,France,6x2,1,1\n"
)


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def plant(place: str, text: str) -> tuple[bytes, str]:
    """Return a file with a text in one place of it, and the file's name."""
    cell = quoted(text)
    match place:
        case "file name":
            return (HEADING + ROWS).encode(), text
        case "heading":
            return f"{HEADING.strip()},{cell}\n2003-04-12,China,1,1,1,\n".encode(), "a.csv"
        case "missing column":
            return f"{cell},country,cases,deaths\n2003-04-12,China,1,1\n".encode(), "a.csv"
        case "sheet":
            name = text[:31].translate(dict.fromkeys(map(ord, "[]:*?/\\")))
            rows = [HEADING.strip().split(","), ["2003-04-12", "China", 1, 0, 0]]
            return xlsx({name: rows, "other": rows}), "a.xlsx"
        case "member":
            return zipped({text.replace("/", ""): HEADING + ROWS}), "a.zip"
    row = {
        "date": f"{cell},Italy,1,1,1\n",
        "cell": f"2003-04-12,Italy,{cell},1,1\n2003-04-12,Italy,{cell}\n",
        "name": f"2003-04-12,{cell},1,1,1\n2003-04-12,{cell},2,2,2\n",
    }[place]
    return (HEADING + ROWS + row).encode(), "a.csv"


PLACES = (
    "file name", "heading", "missing column", "sheet", "member", "date", "cell", "name",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_texts_of_a_file_stay_texts(
    editor: FlaskClient, page: Page, work: Callable[[], int], place: str
) -> None:
    for text in PAYLOADS:
        number = offer_number(editor, *plant(place, text))
        work()
        said = look_around(editor, page, number)
        decide(editor, number, do="apply")
        work()
        said += look_around(editor, page, number)
        # Of a file's name only what follows the last slash is its name.
        assert place in ("file name", "sheet", "member") or text[:4] in said, place
    for path in ("/imports", "/activity", "/records", "/countries", "/imports/new"):
        # The page's own judge refuses handlers and scripts that stand in it.
        page(editor.get(path))


def look_around(editor: FlaskClient, page: Page, number: int) -> str:
    """Open every page of an import; return all they say."""
    said = ""
    first = page(editor.get(f"/imports/{number}"))
    links = {link.get("href") for link in first.all(f"main a[href^='/imports/{number}/rows']")}
    for path in ("", "?change=columns", "?change=<script>", "/rows?problem=<script>", *links):
        address = path if path in links else f"/imports/{number}{path}"
        answer = editor.get(address)
        assert answer.status_code in (200, 303), path
        if answer.status_code == 200:
            shown = page(answer)
            assert not shown.all("main img, main script"), path
            said += shown.text("body")
    for path in ("rejects.csv", "decisions.json"):
        check_download(editor.get(f"/imports/{number}/{path}"))
    return said


def check_download(answer: TestResponse) -> None:
    """Assert that the file's name is one value in one header."""
    kind, options = parse_options_header(answer.headers["Content-Disposition"])
    assert kind == "attachment"
    assert set(options) == {"filename"}
    assert len(options["filename"]) < 300
    assert "/" not in options["filename"]
