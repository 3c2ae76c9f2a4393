"""A file goes into the register in the browser, is settled on the way, and comes out again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy.orm import Session

from tests.browser.conftest import OpenTab
from tests.browser.looks import faults
from tests.support.imports import HEADING, import_now, stored

HELD = [
    "2003-04-12,China,1309,60,1037",
    "2003-04-12,China,52,4,36",
    "2003-04-13,Untied States,30,0,0",
    "2003-04-30,Canada,n.b.,28,28",
    "2003-04-29,Canada,190,28,28",
    "2003-04-18,Thailand,7,2,6",
]
ROWS = [
    *(f"2003-04-{day:02},Canada,{200 + day},{day},{day}" for day in range(1, 29)),
    *(f"2003-04-{day},Viet Nam,{40 + day},4,{30 + day // 2}" for day in (10, 11, 13, 14)),
]
FILE: FilePayload = {
    "name": "april.csv",
    "mimeType": "text/csv",
    "buffer": (HEADING + "\n".join([*ROWS, *HELD]) + "\n").encode(),
}
BEFORE = "2003-03-17,Canada,8,2,0\n2003-03-17,Germany,1,0,0\n"


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name).first.click()


def undo(tab: Page) -> None:
    tab.get_by_role("link", name="Undo this import").click()
    tab.get_by_role("button", name="Undo it for").click()
    expect(tab.get_by_role("status")).to_contain_text("Undid change")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_file_is_settled_imported_and_undone(
    session: Session,
    reload: Callable[[], Session],
    editor: FlaskClient,
    open_tab: OpenTab,
    javascript: bool,
) -> None:
    import_now(session, BEFORE)
    before = editor.get("/records.csv").data
    tab = open_tab("/imports/new", javascript=javascript, as_in=editor)
    tab.set_input_files("#files", FILE)
    press(tab, "Check the file")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check april.csv")
    expect(tab.locator("#sum")).to_have_text("34 ready · 3 need a decision · 1 cannot be read = 38")

    press(tab, "Use Viet Nam")
    tab.get_by_label("Cases in line 37").fill("229")
    tab.get_by_role("radio", name="United States", exact=True).check()
    press(tab, "Save what I decided")
    expect(tab.locator("#sum")).to_have_text("38 ready · 0 need a decision · 0 cannot be read = 38")

    press(tab, "Import 38 rows")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Import 2: april.csv")
    expect(tab.locator("main")).to_contain_text("Every row of this file is stored.")
    kept = stored(reload())
    assert kept["Viet Nam", "2003-04-12"] == (52, 4, 36)
    assert kept["Canada", "2003-04-30"] == (229, 28, 28)
    assert kept["United States", "2003-04-13"] == (30, 0, 0)

    undo(tab)
    assert editor.get("/records.csv").data == before
    tab.goto("/imports/2")
    expect(tab.locator("main")).to_contain_text("This import was undone by edo")


def test_pages_of_an_import_are_fit_to_be_seen(editor: FlaskClient, open_tab: OpenTab) -> None:
    tab = open_tab("/imports/new", as_in=editor)
    assert faults(tab) == []
    press(tab, "Check the file")
    expect(tab.get_by_role("alert")).to_contain_text("Choose a file")
    assert faults(tab) == []
    tab.set_input_files("#files", FILE)
    press(tab, "Check the file")
    for address in ("", "?change=columns", "/rows?problem=number", "/rows?problem=near_name"):
        tab.goto(f"/imports/1{address}")
        assert faults(tab) == []
    tab.goto("/imports/1")
    press(tab, "Leave both out")
    assert faults(tab) == []
    press(tab, "Import the 34 settled rows")
    assert faults(tab) == []
    tab.goto("/imports")
    assert faults(tab) == []


def test_what_a_file_leaves_open_is_asked_and_answered(
    editor: FlaskClient, open_tab: OpenTab
) -> None:
    tab = open_tab("/imports/new", javascript=False, as_in=editor)
    tab.get_by_text("Paste rows instead").click()
    rows = HEADING + "03/04/2003,Viet Nam,62,4,43\n04/05/2003,Viet Nam,63,4,44\n"
    tab.get_by_label("Rows, with their heading").fill(rows)
    press(tab, "Check the file")
    expect(tab.get_by_role("group", name="How are the dates written?")).to_be_visible()
    tab.get_by_role("radio").last.check()
    press(tab, "Read the file so")
    expect(tab.locator("#sum")).to_contain_text("2 ready")
    press(tab, "Put this file away")
    expect(tab.get_by_role("status")).to_contain_text("was put away")


def test_file_over_the_limit_is_told_before_it_is_sent(
    editor: FlaskClient, open_tab: OpenTab
) -> None:
    tab = open_tab("/imports/new", as_in=editor)
    tab.locator("#files").evaluate("input => { input.dataset.most = 10; }")
    tab.set_input_files("#files", FILE)
    press(tab, "Check the file")
    said = tab.locator("#files").evaluate("input => input.validationMessage")
    assert "At most 64 MB can be sent at once" in said
    assert tab.url.endswith("/imports/new")


def test_real_file_takes_four_clicks(
    reload: Callable[[], Session], editor: FlaskClient, open_tab: OpenTab, real_file: Path
) -> None:
    before = editor.get("/records.csv").data
    tab = open_tab("/imports/new", as_in=editor)
    with tab.expect_file_chooser() as chooser:
        tab.get_by_label("Choose a file").click()
    chooser.value.set_files(real_file)
    press(tab, "Check the file")
    expect(tab.locator(".key")).to_contain_text("Line 385: 62 / 4 / 46. Looks like Viet Nam")
    press(tab, "Use Viet Nam")
    expect(tab.locator("#sum")).to_contain_text("2,538 ready")
    assert faults(tab) == []
    press(tab, "Import 2,538 rows")
    expect(tab.locator("main")).to_contain_text("Every row of this file is stored.")
    kept = stored(reload())
    assert len(kept) == 2538
    assert kept["Viet Nam", "2003-04-12"] == (62, 4, 46)
    undo(tab)
    assert editor.get("/records.csv").data == before
