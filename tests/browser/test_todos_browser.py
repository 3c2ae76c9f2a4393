"""To-dos in a real browser: a line, several at once, their order; with script and without."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.looks import faults

LINES = (
    "Ring Hanoi about 12 April tomorrow p1 @mina every Friday",
    "Ask Toronto for the beds of the second week, which nobody has counted yet today p2",
    "Write the report today",
    "Read the minutes",
    'Translate "every day" @nobody',
)


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    editor = client_as("editor")
    editor.post("/people/new", data={"name": "Mina Park"})
    return editor


def add_lines(tab: Page) -> None:
    tab.goto("/todos")
    for line in LINES:
        tab.get_by_label("New to-do").fill(line)
        tab.get_by_role("button", name="Add", exact=True).click()
        expect(tab.locator(".message")).to_contain_text("is added")


@pytest.mark.parametrize("javascript", [True, False])
def test_day_with_todos(editor: FlaskClient, open_tab: OpenTab, javascript: bool) -> None:
    tab = open_tab(as_in=editor, javascript=javascript)
    add_lines(tab)
    expect(tab.locator(".message")).to_contain_text("Nobody is called @nobody.")
    tab.get_by_label("Up: Ask Toronto").or_(tab.get_by_label("Down: Ask Toronto")).first.click()
    today = tab.locator("h2:has-text('Today') + .lines > li > a")
    expect(today.first).to_have_text("Write the report")
    for title in ("Write the report", "Read the minutes"):
        tab.get_by_role("checkbox", name=title).check()
    tab.get_by_label("Give to").select_option("Mina Park")
    tab.get_by_role("button", name="Give", exact=True).click()
    expect(tab.locator(".message")).to_contain_text("2 to-dos are given.")
    expect(tab.get_by_role("link", name="Mina Park")).to_have_count(3)
    tab.locator(".message").get_by_role("button", name="Undo").click()
    expect(tab.locator(".message")).to_contain_text("2 to-dos are as before.")
    expect(tab.get_by_role("link", name="Mina Park")).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 360])
def test_line_is_told_while_it_is_written(
    editor: FlaskClient, open_tab: OpenTab, width: int
) -> None:
    tab = open_tab(as_in=editor)
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto("/todos")
    lists = tab.get_by_role("navigation", name="Lists of to-dos")
    stood = lists.bounding_box()
    line = tab.get_by_label("New to-do")
    line.press_sequentially("하노이에 전화 내일 긴급 @mina 매주 금요일")
    told = tab.locator(".understood")
    expect(told.locator(".badge")).to_have_count(4)
    expect(told).to_contain_text("하노이에 전화")
    assert lists.bounding_box() == stood
    line.fill("")
    expect(told).to_be_empty()
    assert lists.bounding_box() == stood
    line.fill("Ring Hanoi tomorrow p1 @mina @nobody")
    expect(told).to_contain_text("Nobody is called @nobody.")
    assert faults(tab) == []


def test_line_is_told_no_more_once_the_session_ended(
    editor: FlaskClient, open_tab: OpenTab
) -> None:
    tab = open_tab(as_in=editor)
    tab.goto("/todos")
    line = tab.get_by_label("New to-do")
    line.fill("Ring tomorrow")
    expect(tab.locator(".understood .badge")).to_have_count(1)
    tab.context.clear_cookies()
    line.fill("Ring today p1")
    expect(tab.locator(".understood")).to_be_empty()


def test_arrow_keeps_the_focus_on_its_todo(editor: FlaskClient, open_tab: OpenTab) -> None:
    for title in ("one", "two", "three"):
        editor.post("/todos/quick", data={"line": title})
    tab = open_tab("/todos", as_in=editor)
    tab.get_by_label("Down: one").focus()
    for place in (1, 2):
        tab.keyboard.press("Enter")
        expect(tab.locator(".lines > li").nth(place)).to_contain_text("one")
        # At the end only the way back is left.
        way = "Down: one" if place == 1 else "Up: one"
        expect(tab.get_by_label(way)).to_be_focused()


def test_pages_of_todos_have_no_faults(editor: FlaskClient, open_tab: OpenTab) -> None:
    tab = open_tab(as_in=editor)
    add_lines(tab)
    assert faults(tab) == []
    tab.get_by_role("button", name="Complete Write the report").click()
    editor.post("/todos/1/comments", data={"text": "Nobody answers.\nOn Monday again."})
    tab.goto("/todos?assignee=nobody&due=today")
    assert faults(tab) == []
    tab.goto("/todos/1")
    assert faults(tab) == []
    tab.goto("/todos/1/edit")
    assert faults(tab) == []
