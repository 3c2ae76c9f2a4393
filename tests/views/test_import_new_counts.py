"""A file that tells what is new each day, in the browser."""

from typing import Any

from flask.testing import FlaskClient

from app.models import Import
from tests.support.imports import stored
from tests.support.offers import decide, offer_number

Page = Any
ROWS = b"date,country,new cases,new deaths\n2003-04-11,China,5,1\n2003-04-12,China,x,0\n"


def test_new_counts_are_asked_for_mended_and_added_up(
    client_as: Any, page: Page, reload: Any
) -> None:
    editor: FlaskClient = client_as("editor")
    number = offer_number(editor, ROWS)
    shown = page(editor.get(f"/imports/{number}"))
    assert "The file tells what is new each day" in shown.text("main")
    assert "What do the counts tell?" in shown.text("legend")
    decide(editor, number, **{"do": "read", "wish:counting": "new"})
    shown = page(editor.get(f"/imports/{number}"))
    assert "New counts are added up only when every row is settled" in shown.text("main")
    assert shown.texts("button.primary") == []
    decide(editor, number, do="apply")
    assert reload().get(Import, number).status == "checked"
    decide(editor, number, **{"do": "save", "cell:3:cases": "2"})
    decide(editor, number, do="apply")
    assert stored(reload())["China", "2003-04-12"] == (7, 1, None)
