"""The public data sets people have, through the browser: understood, or asked the right thing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.support.clients import default_outbreak
from tests.support.data_sets import ECDC, SETS
from tests.support.imports import HEADING, stored
from tests.support.offers import decide, offer_number
from tests.support.spreadsheets import xlsx

Page = Any
Reload = Callable[[], Any]
ROW = "2003-03-17,Germany,1,2,3\n"
NAMES = {
    "cp949": ("Korean (CP949)", "베트남"),
    "gb18030": ("Chinese (GB18030)", "越南"),
    "shift_jis": ("Japanese (Shift-JIS)", "カナダ"),
    "cp1252": ("Western European (CP1252)", "Réunion"),
    "utf-16-le": ("UTF-16, little-endian", "Germany"),
    "utf-16-be": ("UTF-16, big-endian", "Germany"),
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
def check(editor: FlaskClient, page: Page) -> Callable[..., tuple[int, Any]]:
    """Offer a file and open its page."""

    def offer_it(content: bytes, name: str = "counts.csv") -> tuple[int, Any]:
        number = offer_number(editor, content, name)
        return number, page(editor.get(f"/imports/{number}"))

    return offer_it


def test_data_sets_need_no_answer(check: Any) -> None:
    for name, (heading, row, _said) in SETS.items():
        _, shown = check(f"{heading}\n{row}\n".encode())
        sum_line = "1 ready · 0 need a decision · 0 cannot be read = 1"
        assert shown.text("#sum") == sum_line, name
        assert "UTF-8" in shown.text(".lead"), name


@pytest.mark.parametrize("name", ["johns hopkins", "who"])
def test_data_set_goes_in_with_one_button(
    editor: FlaskClient, check: Any, reload: Reload, name: str
) -> None:
    heading, row, said = SETS[name]
    number, _ = check(f"{heading}\n{row}\n".encode())
    decide(editor, number, do="apply")
    # The recoveries that the World Health Organization does not tell are not reported, not 0.
    assert stored(reload()) == said


def test_new_counts_ask_for_an_outbreak_that_counts_so(
    editor: FlaskClient, check: Any, session: Session, reload: Reload
) -> None:
    _, shown = check(ECDC)
    assert "what is new each day" in shown.text("[role=alert]")
    assert "Import 2 rows" not in shown.texts("button")
    default_outbreak(session).counting = "daily"
    session.commit()
    number, shown = check(ECDC)
    assert shown.text("#sum").startswith("2 ready")
    decide(editor, number, do="apply")
    assert stored(reload())["Germany", "2020-03-17"] == (1174, 1, None)


@pytest.mark.parametrize("encoding", NAMES)
def test_encoding_is_chosen_by_its_names(
    editor: FlaskClient, check: Any, page: Page, reload: Reload, encoding: str
) -> None:
    label, name = NAMES[encoding]
    number, asked = check((HEADING + ROW.replace("Germany", name)).encode(encoding))
    first = asked.one("#wish-encoding [type=radio][checked]")
    assert first.get("value") == encoding
    assert label in asked.texts("#wish-encoding label")
    assert name in asked.text(f"#{first.get('aria-describedby')}")
    decide(editor, number, do="read", **{"wish:encoding": encoding})
    assert page(editor.get(f"/imports/{number}")).text("#sum").startswith("1 ready")
    decide(editor, number, do="apply")
    assert list(stored(reload()).values()) == [(1, 2, 3)]


def test_utf_16_with_its_mark_asks_nothing(check: Any) -> None:
    _, shown = check((HEADING + ROW).encode("utf-16"))
    assert "UTF-16" in shown.text(".lead")
    assert shown.text("#sum").startswith("1 ready")


def test_order_of_the_date_is_asked_with_both_days(
    editor: FlaskClient, check: Any, page: Page, reload: Reload
) -> None:
    number, asked = check((HEADING + "03/04/2003,Germany,1,2,3\n").encode())
    assert asked.texts("#wish-date_format label") == [
        "03/04/2003 is 2003-04-03",
        "03/04/2003 is 2003-03-04",
    ]
    decide(editor, number, do="read", **{"wish:date_format": "dd/mm/yyyy"})
    assert page(editor.get(f"/imports/{number}")).text("#sum").startswith("1 ready")
    decide(editor, number, do="apply")
    assert list(stored(reload())) == [("Germany", "2003-04-03")]


def test_sheet_is_asked_with_its_first_row(
    editor: FlaskClient, check: Any, page: Page, reload: Reload
) -> None:
    sheet = [HEADING.strip().split(","), ["2003-03-17", "Germany", 1, 2, 3]]
    number, asked = check(xlsx({"Notes": [["by telephone"]], "Counts": sheet}), "who.xlsx")
    assert asked.texts("#wish-sheet label") == ["Notes (rows: 1)", "Counts (rows: 2)"]
    decide(editor, number, do="read", **{"wish:sheet": "Counts"})
    assert "sheet “Counts”" in page(editor.get(f"/imports/{number}")).text(".lead")
    decide(editor, number, do="apply")
    assert list(stored(reload()).values()) == [(1, 2, 3)]


def test_provinces_are_added_up_by_decision_only(
    editor: FlaskClient, check: Any, page: Page, reload: Reload
) -> None:
    rows = "2020-03-17,Hubei,China,67799,3111\n2020-03-17,Henan,China,1273,22\n"
    number, shown = check(f"date,Province_State,country,cases,deaths\n{rows}".encode())
    assert shown.text("#sum").startswith("0 ready · 2 need a decision")
    said = "The column Province_State says that these rows are parts of a country."
    assert said in shown.text("#problem-conflict")
    decide(editor, number, **{"wish:parts": "sum"})
    assert page(editor.get(f"/imports/{number}")).text("#sum").startswith("2 ready")
    decide(editor, number, do="apply")
    assert stored(reload()) == {("China", "2020-03-17"): (69072, 3133, None)}


def test_numbers_are_read_where_they_are_certain(check: Any) -> None:
    rows = '2003-03-17,Germany,12.0,"1,234",3\n2003-03-18,Germany,1.5,"2,345",3\n'
    _, shown = check((HEADING + rows).encode())
    assert shown.text("#sum") == "1 ready · 0 need a decision · 1 cannot be read = 2"
    assert shown.one("input[name='cell:3:cases']").get("value") == "1.5"
