"""The corpus of hostile files through the browser: each page stands, and nothing is guessed.

Memory and time are measured where the reading is: tests/services/importing/test_hostile_files.py.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.corpus import GERMANY, READ, REFUSED
from tests.support.imports import stored
from tests.support.offers import decide, offer_number

Page = Any
Reload = Callable[[], Any]
Work = Callable[[], int]
# What takes a second or more, and is no work of the database's.
HEAVY = {
    "a million headings", "one text everywhere", "gzip bomb", "zip bomb", "workbook with padding",
    "cell in the last row", "cell of 50 MB", "quoted cell of 50 MB", "row of a million cells",
}  # fmt: skip


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def parts(corpus: dict[str, Any], engine: str, number: int = 2) -> Iterator[Any]:
    """Yield the names of a corpus in a few parts: an app of its own for each takes long."""
    names = [name for name in corpus if engine == "sqlite" or name not in HEAVY]
    for first in range(number):
        yield pytest.param(engine, names[first::number], id=f"{engine}-{first + 1}")


def on_both(corpus: dict[str, Any]) -> Any:
    """Parametrize a test by the engine and by the names of a corpus."""
    found = [part for engine in ("sqlite", "postgresql") for part in parts(corpus, engine)]
    return pytest.mark.parametrize(("engine_name", "names"), found)


@on_both(REFUSED)
def test_hostile_file_leads_to_a_page_that_says_why(
    editor: FlaskClient, page: Page, work: Work, reload: Reload, names: list[str]
) -> None:
    for name in names:
        make, said = REFUSED[name]
        number = offer_number(editor, make())
        work()
        shown = page(editor.get(f"/imports/{number}"))
        assert re.search(said, shown.text("[role=alert]")), name
        assert len(shown.response.data) < 100_000, name
        assert not [text for text in shown.texts("button") if text.startswith("Import")], name
        for path in ("rows", "rows?problem=number", "rejects.csv", "decisions.json"):
            assert editor.get(f"/imports/{number}/{path}").status_code in (200, 303), name
        # Whoever sends what no button sends is told the same.
        assert decide(editor, number, do="apply").status_code in (303, 422), name
        work()
        assert re.search(said, page(editor.get(f"/imports/{number}")).text("[role=alert]")), name
    assert stored(reload()) == {}


@on_both(READ)
def test_hostile_rows_are_shown_left_out_and_undone(
    editor: FlaskClient, page: Page, work: Work, reload: Reload, names: list[str]
) -> None:
    csv.field_size_limit(1 << 30)
    for name in names:
        make, read, lines = READ[name]
        number = offer_number(editor, make())
        work()
        look_around(editor, page, number)
        assert decide(editor, number, do="apply").status_code == 303, name
        work()
        shown = look_around(editor, page, number)
        assert shown.text("table.sum tfoot td") == f"{read:,}", name
        assert stored(reload()).items() >= GERMANY.items(), name
        rejects = editor.get(f"/imports/{number}/rejects.csv").text
        listed = [int(row["line"]) for row in csv.DictReader(io.StringIO(rejects))]
        assert listed == lines, name
        undo = shown.link("Undo this import")
        assert editor.post(undo, data={"kept": "0"}).status_code == 303, name
        assert stored(reload()) == {}, name


def look_around(editor: FlaskClient, page: Page, number: int) -> Any:
    """Open every page of an import; return the first."""
    shown = page(editor.get(f"/imports/{number}"))
    assert len(shown.response.data) < 100_000
    links = {link.get("href") for link in shown.all(f"main a[href^='/imports/{number}']")}
    for link in links:
        answer = editor.get(link)
        assert answer.status_code == 200, link
        if answer.mimetype == "text/html":
            page(answer)
    json.loads(editor.get(f"/imports/{number}/decisions.json").text)
    return shown
