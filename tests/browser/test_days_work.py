"""A day's work, clicked through: sign in, an import's outcome, list, edit, conflict, history."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.models import User
from tests.browser.conftest import OpenTab
from tests.browser.looks import faults
from tests.conftest import ROOT

PASSWORD = "seven quiet otters"
HEADING = "Date,Country,Cumulative number of case(s),Number of deaths,Number recovered"
ROWS = [
    *(f"2003-04-{day:02},Canada,{200 + day},{day},{day}" for day in range(1, 29)),
    "2003-04-11,Viet Nam,62,4,43",
    "2003-04-14,Viet Nam,63,5,46",
    "2003-04-11,China,1309,60,1037",
    "2003-04-12,China,1309,60,1037",
    "2003-04-12,China,62,4,46",
]


@pytest.fixture
def imported(database_url: str, tmp_path: Path) -> None:
    """A file that came in with two lines held."""
    file = tmp_path / "counts.csv"
    file.write_text("\n".join([HEADING, *ROWS]) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "import-csv", str(file)],
        cwd=ROOT,
        env={"CASEBOOK_DATABASE_URL": database_url, "CASEBOOK_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stdout + done.stderr


@pytest.fixture
def team(make_user: Callable[..., User]) -> None:
    """Two editors."""
    make_user("editor", "edo", PASSWORD)
    make_user("editor", "mina", PASSWORD)


def sign_in(tab: Page, name: str) -> None:
    tab.goto("/sign-in?next=/records")
    tab.get_by_label("Username or email").fill(name)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab).to_have_url(re.compile(r"/records$"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("Records")


def show_canada(tab: Page) -> None:
    form = tab.locator("details.filters")
    form.get_by_label("Country", exact=True).select_option("Canada")
    form.get_by_label("From", exact=True).fill("2003-04-10")
    form.get_by_label("To", exact=True).fill("2003-04-12")
    form.get_by_role("button", name="Show").click()
    expect(tab).to_have_url(re.compile(r"country=canada"))
    expect(tab.locator("main table tbody tr")).to_have_count(3)


def change_cases(tab: Page, cases: str, why: str) -> None:
    tab.get_by_label("Cases").fill(cases)
    tab.get_by_label("Why", exact=False).fill(why)
    tab.get_by_role("button", name="Save changes").click()


@pytest.mark.usefixtures("imported", "team")
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_days_work(open_tab: OpenTab, javascript: bool) -> None:
    edo, mina = open_tab(javascript=javascript), open_tab(javascript=javascript)
    for tab, name in ((edo, "edo"), (mina, "mina")):
        sign_in(tab, name)

    edo.goto("/imports")
    edo.get_by_role("link", name="counts.csv").click()
    expect(edo.locator("main")).to_contain_text("Rows left out")
    expect(edo.locator("main")).to_contain_text("Viet Nam")
    if javascript:
        assert faults(edo) == []

    for tab in (edo, mina):
        tab.goto("/records")
        show_canada(tab)
        tab.get_by_role("link", name="2003-04-12").click()
        tab.get_by_role("link", name="Edit").click()
    change_cases(mina, "213", "late report")
    expect(mina.get_by_role("status")).to_be_visible()

    change_cases(edo, "215", "typing error")
    expect(edo.get_by_role("alert")).to_contain_text("mina changed this record")
    if javascript:
        assert faults(edo) == []
    edo.get_by_label("215").check()
    edo.get_by_role("button", name="Save merged").click()
    expect(edo.get_by_role("alert")).to_contain_text("fall to 213 on 13 April")
    if javascript:
        assert faults(edo) == []
    edo.get_by_role("button", name="Save changes").click()
    expect(edo.locator("dl.figures")).to_contain_text("215")
    history = edo.locator("#history ~ ol.lines").first
    expect(history).to_contain_text("typing error")
    expect(history).to_contain_text("late report")

    edo.get_by_role("link", name="Every version").click()
    expect(edo.locator("main")).to_contain_text("213")
    edo.go_back()
    edo.get_by_role("button", name="Undo this").first.click()
    expect(edo.locator("dl.figures")).to_contain_text("213")
