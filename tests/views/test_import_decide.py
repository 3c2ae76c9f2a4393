"""What people decide about an offered file: kept, refused, and never lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportDecision, User
from tests.support.imports import check_now, import_now, outcomes, stored
from tests.support.offers import ROWS, decide, offer_number
from tests.support.pages import Page as Shown
from tests.support.sign_in import PASSWORD, sign_in

Page = Any
NAMED = "2003-04-11,Canada,3,0,0\n2003-04-12,Untied States,30,0,0\n"


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def sum_of(shown: Shown) -> str:
    return shown.text("#sum")


def form_of(shown: Shown) -> dict[str, Any]:
    """Return what the page's form would send as it stands."""
    return shown.form("main form[action$='/decide']")


def test_lines_that_contradict_are_settled_by_a_button(
    editor: FlaskClient, page: Page, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    shown = page(editor.get(f"/imports/{number}"))
    button = shown.one("button[value^='use:']")
    assert " ".join(button.text_content().split()) == "Use Viet Nam for line 4"
    decide(editor, number, do=button.get("value"))
    shown = page(editor.get(f"/imports/{number}"))
    assert "2 rows are ready" not in shown.text(".message")
    assert "4 rows are ready now." in shown.text(".message")
    assert sum_of(shown) == "4 ready · 0 need a decision · 1 cannot be read = 5"
    assert "Line 4: country Viet Nam" in shown.text("#decided + .lines")
    decide(editor, number, do="apply")
    assert stored(reload())["Viet Nam", "2003-04-12"] == (62, 4, 46)


def test_cell_is_mended_where_it_stands(
    editor: FlaskClient, page: Page, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    form = form_of(page(editor.get(f"/imports/{number}")))
    decide(editor, number, **{**form, "cell:5:recoveries": "1040"})
    assert "0 cannot be read" in sum_of(page(editor.get(f"/imports/{number}")))
    decide(editor, number, do="apply")
    assert stored(reload())["China", "2003-04-13"] == (1320, 60, 1040)


def test_cell_that_still_cannot_be_read_stays_as_typed(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, ROWS)
    form = form_of(page(editor.get(f"/imports/{number}")))
    decide(editor, number, **{**form, "cell:5:recoveries": "about 1040"})
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.one("[name='cell:5:recoveries']").get("value") == "about 1040"
    assert "about 1040" in shown.text("#problem-number")


def test_name_is_answered_once_and_known_afterwards(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, NAMED)
    shown = page(editor.get(f"/imports/{number}"))
    assert "United States" in shown.texts("#problem-near_name label")
    decide(editor, number, **{"name:Untied States": "as:United States"})
    assert "2 ready" in sum_of(page(editor.get(f"/imports/{number}")))
    decide(editor, number, do="apply")
    again = offer_number(editor, "2003-05-12,Untied States,31,0,0\n")
    assert "1 ready" in sum_of(page(editor.get(f"/imports/{again}")))


def test_name_typed_beside_the_choices_counts(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, NAMED)
    decide(editor, number, **{"other:Untied States": "Zubrowka"})
    shown = page(editor.get(f"/imports/{number}"))
    assert "knows no country “Zubrowka”: it will be added" in shown.text(".message.error")
    assert "“Untied States” is Zubrowka" in shown.text("#decided + .lines")
    decide(editor, number, do="back:name:Untied States")
    assert "1 need" in sum_of(page(editor.get(f"/imports/{number}")))


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Write which country “Untied States” is."), ("?!", "“?!”: ")]
)
def test_name_that_can_be_none_is_told_and_not_kept(
    editor: FlaskClient, page: Page, reload: Callable[[], Session], typed: str, said: str
) -> None:
    number = offer_number(editor, NAMED)
    fields = {"name:Untied States": "other", "other:Untied States": typed}
    decide(editor, number, **fields)
    assert said in " ".join(page(editor.get(f"/imports/{number}")).texts(".message"))
    assert reload().scalars(select(ImportDecision)).all() == []


def test_all_rows_of_a_problem_are_decided_together(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, ROWS)
    form = form_of(page(editor.get(f"/imports/{number}")))
    decide(editor, number, **{**form, "problem:conflict": "first", "problem:number": "leave_out"})
    shown = page(editor.get(f"/imports/{number}"))
    assert sum_of(shown) == "3 ready · 0 need a decision · 0 cannot be read · 2 left out = 5"
    assert shown.texts("button.primary") == ["Import the 3 settled rows"]


def test_register_is_kept_where_that_is_asked(
    editor: FlaskClient, page: Page, session: Session, reload: Callable[[], Session]
) -> None:
    import_now(session, "2003-04-11,Viet Nam,60,4,\n")
    number = offer_number(editor, ROWS)
    shown = page(editor.get(f"/imports/{number}"))
    assert "cases 60 → 62" in shown.text("#problem-changed")
    decide(editor, number, **{**form_of(shown), "wish:existing": "ask"})
    shown = page(editor.get(f"/imports/{number}"))
    assert "Records that say something else 1 row" in shown.texts("h2")
    decide(editor, number, **{**form_of(shown), "row:2": "register"})
    decide(editor, number, do="apply")
    assert stored(reload())["Viet Nam", "2003-04-11"] == (60, 4, None)


def test_all_rows_or_none_waits_for_the_last(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, ROWS)
    decide(editor, number, **{"wish:on_problem": "abort"})
    shown = page(editor.get(f"/imports/{number}"))
    assert "3 rows have to be settled first" in shown.text()
    assert "apply" not in [button.get("value") for button in shown.all("button")]


def test_two_readings_of_a_day_are_asked_about(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, "03/04/2003,Viet Nam,62,4,43\n04/05/2003,Viet Nam,63,4,43\n")
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.text("legend") == "How are the dates written?"
    assert len(shown.all(".choice input[type=radio]")) == 2
    answer = decide(editor, number, **{"wish:date_format": "dd/mm/yyyy", "do": "read"})
    shown = page(editor.get(answer.headers["Location"]))
    assert "dates as 17/03/2003" in shown.text(".lead")


def test_later_of_two_decisions_counts_and_says_so(
    open_browser: Any, make_user: Any, page: Page
) -> None:
    edo, mina = (open_browser(make_user("editor", name)) for name in ("edo", "mina"))
    number = offer_number(edo, ROWS)
    edos, minas = (form_of(page(tab.get(f"/imports/{number}"))) for tab in (edo, mina))
    decide(edo, number, **{**edos, "do": "keep:3:3,4"})
    decide(mina, number, **{**minas, "do": "use:4:Viet Nam"})
    told = " ".join(page(mina.get(f"/imports/{number}")).texts(".message.error"))
    assert "edo had decided about line 4 meanwhile. Yours counts." in told
    assert "Line 4: country Viet Nam" in page(edo.get(f"/imports/{number}")).text()


def test_old_tab_overrides_only_what_was_changed_in_it(
    editor: FlaskClient, page: Page, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    old = form_of(page(editor.get(f"/imports/{number}")))
    decide(editor, number, **{**old, "cell:5:recoveries": "1040"})
    decide(editor, number, **{**old, "do": "use:4:Viet Nam"})
    kept = reload().scalars(select(ImportDecision).order_by(ImportDecision.key))
    assert {one.key: one.value for one in kept} == {
        "4": {"country": "Viet Nam"},
        "5": {"recoveries": "1040"},
    }
    assert "5 ready" in sum_of(page(editor.get(f"/imports/{number}")))


@pytest.mark.usefixtures("mina")
def test_what_was_typed_outlives_the_session(
    app: Flask, open_browser: Any, mina: User, page: Page
) -> None:
    number = offer_number(open_browser(mina), ROWS)
    client = app.test_client()
    fields = {"cell:5:recoveries": "1040", "as_of": "", "shown": "{}", "do": "save"}
    asked = page(decide(client, number, **fields), 401)
    again = page(sign_in(client, **{**asked.form(), "name": "mina", "password": PASSWORD}))
    assert again.texts(".facts dt") == ["cell:5:recoveries"]
    assert client.post(again.one("main form").get("action"), data=again.form()).status_code == 303
    assert "0 cannot be read" in sum_of(page(client.get(f"/imports/{number}")))


def test_decisions_are_a_file_that_the_command_reads(
    editor: FlaskClient, session: Session, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    decide(editor, number, **{"do": "use:4:Viet Nam", "cell:5:recoveries": "1040"})
    answer = editor.get(f"/imports/{number}/decisions.json")
    assert answer.headers["Content-Disposition"].endswith(f"decisions-{number}.json")
    assert outcomes(check_now(session, ROWS, json.loads(answer.data))) == (5, 0, 0, 0, 0)


def test_new_country_is_named_and_may_be_a_known_one(editor: FlaskClient, page: Page) -> None:
    number = offer_number(editor, "2003-04-11,Ruritania,1,0,0\n2003-04-12,Peru,1,0,0\n")
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.text("#new-countries") == "2 countries new to the register: Peru, Ruritania"
    label = next(one for one in shown.all("label") if one.text_content() == "“Ruritania” is")
    typed = shown.one(f"#{label.get('for')}").get("name")
    decide(editor, number, **{typed: "Peru", "do": "save"})
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.text("#new-countries") == "1 country new to the register: Peru"
    assert "“Ruritania” is Peru" in shown.text("#decided + .lines")


def test_changes_are_those_that_an_import_makes(
    session: Session, editor: FlaskClient, page: Page
) -> None:
    import_now(session, "2003-04-11,Viet Nam,62,4,\n")
    number = offer_number(editor, "2003-04-11,Viet Nam,63,,43\n")
    shown = page(editor.get(f"/imports/{number}")).text("#problem-changed .matter")
    assert "cases 62 → 63" in shown
    assert "deaths" not in shown
    assert shown.endswith("→ 43")
    decide(editor, number, **{"wish:blanks": "overwrite", "do": "save"})
    assert "deaths 4 → –" in page(editor.get(f"/imports/{number}")).text("#problem-changed .matter")


def test_report_says_what_was_asked_for_in_the_words_of_the_page(
    editor: FlaskClient, page: Page
) -> None:
    number = offer_number(editor, "2003-04-11,Viet Nam,62,4,43\n")
    wishes = {"wish:existing": "register", "wish:on_problem": "abort", "wish:thousands": "dot"}
    decide(editor, number, **wishes, do="save")
    decide(editor, number, do="apply")
    facts = page(editor.get(f"/imports/{number}")).texts("dl.facts dd")
    assert {"keep the register’s", "import all rows or none", "1.234"} <= set(facts)
