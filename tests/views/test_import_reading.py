"""How an offered file was read: each guess leads to where it is corrected."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.imports import HEADING
from tests.support.offers import decide, offer_number

Page = Any
ROW = "2003-04-11,Viet Nam,62,4,43\n"


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def test_each_guess_leads_to_what_corrects_it(editor: FlaskClient, page: Page) -> None:
    text = (
        "SARS in 2003\n" + HEADING.replace("\n", ",source\n") + '2003-04-11,Peru,"1,062",4,43,WHO\n'
    )
    number = offer_number(editor, text.encode())
    shown = page(editor.get(f"/imports/{number}"))
    guesses = shown.all(".lead a")
    assert [link.text_content() for link in guesses] == [
        "UTF-8",
        "commas",
        "heading in line 2",
        "dates as 2003-03-17",
        "numbers as 1,234",
        "5 columns, ignored: 1",
        "totals so far",
    ]
    for link in guesses:
        address, _hash, place = link.get("href").partition("#")
        assert page(editor.get(address)).one(f"#{place}") is not None


def test_encodings_are_shown_by_what_names_would_be(editor: FlaskClient, page: Page) -> None:
    text = HEADING + "2003-04-11,캐나다,62,4,43\n2003-04-12,대한민국,62,4,43\n"
    number = offer_number(editor, text.encode("cp949"))
    asked = page(editor.get(f"/imports/{number}"))
    assert asked.texts(".choice label")[0] == "Korean (CP949)"
    assert asked.texts(".choice .hint")[0] == "캐나다 · 대한민국"
    decide(editor, number, **{"wish:encoding": "cp949", "do": "read"})
    shown = page(editor.get(f"/imports/{number}?change=encoding"))
    assert "2 ready" in shown.text("#sum")
    assert shown.one("#wish-encoding input[checked]").get("value") == "cp949"
    assert "캐나다 · 대한민국" in shown.texts("#wish-encoding .hint")


def test_columns_are_told_anew(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, (HEADING.replace("cases", "sick") + ROW).encode())
    asked = page(editor.get(f"/imports/{number}"))
    assert asked.text("legend") == "Which column is what?"
    decide(editor, number, **{"field:cases": "sick", "do": "read"})
    shown = page(editor.get(f"/imports/{number}?change=columns"))
    assert "1 new" in shown.text(".sums")
    form = shown.form("main form[action$='/decide']")
    decide(editor, number, **{**form, "column:recoveries": "ignore", "do": "read"})
    assert "4 columns, ignored: 1" in page(editor.get(f"/imports/{number}")).text(".lead")


def test_heading_is_read_from_the_line_that_is_told(editor: FlaskClient, page: Page) -> None:
    # The title names one column, so it is taken for the heading.
    text = "country,as of April\n\n" + HEADING + ROW
    number = offer_number(editor, text.encode())
    asked = page(editor.get(f"/imports/{number}"))
    assert "No column for date" in asked.text("[role=alert]")
    decide(editor, number, **{"wish:heading_line": "2", "field:country": "country", "do": "read"})
    asked = page(editor.get(f"/imports/{number}"))
    assert "Line 2, which was to be the heading, is blank" in asked.text("[role=alert]")
    decide(editor, number, do="forget")
    decide(editor, number, **{"wish:heading_line": "3", "field:country": "country", "do": "read"})
    shown = page(editor.get(f"/imports/{number}?change=heading_line"))
    assert "1 ready" in shown.text("#sum")
    assert "heading in line 3" in shown.text(".lead")
    assert shown.one("#wish-heading_line option[selected]").get("value") == "3"


def test_new_counts_are_added_up_where_that_is_said(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, ROW + "2003-04-12,Viet Nam,3,0,1\n")
    decide(editor, number, **{"wish:counting": "new", "do": "read"})
    shown = page(editor.get(f"/imports/{number}"))
    assert "new counts, added up" in shown.text(".lead")
    assert not shown.all("#problem-cases_fall")


def test_what_is_text_in_no_encoding_is_not_asked_about(editor: FlaskClient, page: Page) -> None:
    content = HEADING.encode() + b"2003-04-11,\x81\xff\x8d\x00\x90,1,0,0\n"
    asked = page(editor.get(f"/imports/{offer_number(editor, content)}"))
    assert "fits no other encoding known here" in asked.text("[role=alert]")
    assert asked.all("fieldset") == []
    assert asked.texts("main .actions a") == ["Choose another file"]


def test_neither_reading_of_a_date_is_chosen_beforehand(editor: FlaskClient, page: Page) -> None:
    rows = "03/04/2003,Viet Nam,62,4,43\n04/05/2003,Viet Nam,63,4,44\n"
    number = offer_number(editor, HEADING + rows)
    assert page(editor.get(f"/imports/{number}")).all("input[checked]") == []
    decide(editor, number, do="read")
    asked = page(editor.get(f"/imports/{number}"))
    assert any("Nothing was chosen" in text for text in asked.texts(".message"))
    decide(editor, number, **{"wish:date_format": "mm/dd/yyyy", "do": "read"})
    assert "2 ready" in page(editor.get(f"/imports/{number}")).text("#sum")
