"""The chart in a real browser: read day by day, its notes reached by keys, its two sizes."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from app.models import Record
from tests.browser.conftest import OpenTab
from tests.browser.looks import faults

ADDRESS = "/countries/united-states"


@pytest.fixture
def noted(make_record: Callable[..., Record], client_as: Callable[[str], FlaskClient]) -> None:
    """The United States with the break of 2003-04-21."""
    for day, cases in ((18, 208), (19, 220), (21, 39), (22, 41)):
        make_record("United States", f"2003-04-{day}", cases=cases, deaths=0)
    said = {"kind": "break", "date": "2003-04-21", "text": "Only probable cases from here on."}
    client_as("editor").post(f"{ADDRESS}/annotations/new", data=said)


@pytest.mark.usefixtures("noted")
def test_arrow_keys_and_the_pointer_read_the_chart(open_tab: OpenTab) -> None:
    tab = open_tab(f"{ADDRESS}?measure=new")
    slider = tab.get_by_label("Read day by day")
    slider.focus()
    said = tab.locator(".said")
    expect(said).to_have_text("22 April 2003: Cases +2, Deaths 0")
    slider.press("ArrowLeft")
    expect(said).to_have_text("21 April 2003: Cases −181, Deaths 0")
    expect(slider).to_have_attribute("aria-valuetext", "21 April 2003: Cases −181, Deaths 0")
    tab.locator("svg.wide").hover(position={"x": 300, "y": 200})
    expect(said).to_have_text("19 April 2003: Cases +12, Deaths 0")
    assert faults(tab) == []


@pytest.mark.usefixtures("noted")
def test_marks_are_reached_by_keys_and_lead_to_the_list(open_tab: OpenTab) -> None:
    tab = open_tab(ADDRESS, javascript=False)
    assert tab.locator(".reader").inner_text() == ""
    tab.get_by_role("button", name="Show").focus()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#mark-1")
    expect(tab.locator("li:target")).to_contain_text("Only probable cases from here on.")


@pytest.mark.usefixtures("noted")
def test_a_phone_has_the_narrow_drawing_and_paper_the_wide_one(open_tab: OpenTab) -> None:
    tab = open_tab(ADDRESS)
    wide, narrow = (tab.locator(f".chart > .{name}") for name in ("wide", "narrow"))
    expect(wide).to_be_visible()
    expect(narrow).to_be_hidden()
    tab.set_viewport_size({"width": 360, "height": 800})
    expect(narrow).to_be_visible()
    expect(wide).to_be_hidden()
    tab.emulate_media(media="print")
    expect(wide).to_be_visible()
    expect(tab.locator(".reader")).to_be_hidden()
