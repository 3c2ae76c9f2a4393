"""The keys: named on a page of their own, turned off there or at the account."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.pages import Page, check_structure

ReadPage = Callable[..., Page]


def test_every_page_leads_to_the_keys(client: FlaskClient, page: ReadPage) -> None:
    shown = page(client.get(page(client.get("/videos")).link("Keys")))
    check_structure(shown)
    assert shown.texts("kbd") == ["j", "k", "o", "a", "e", "t", "d", "Esc"]


def test_keys_are_turned_off_and_on_without_an_account(client: FlaskClient, page: ReadPage) -> None:
    for word, state in (("off", "off"), ("on", "on")):
        form = page(client.get("/help/shortcuts")).form()
        answer = client.post("/help/shortcuts", data={**form, "keys": word})
        assert (answer.status_code, answer.location) == (303, "/help/shortcuts")
        after = page(client.get("/help/shortcuts"))
        assert after.text(".message.done") == f"The keys are {state} in this browser."
        assert after.one("button[name=keys]").get("value") == {"off": "on", "on": "off"}[word]


def test_switch_at_the_account_leads_back_there(
    client_as: Callable[[str], FlaskClient], page: ReadPage
) -> None:
    reader = client_as("reader")
    form = page(reader.get("/account")).form("form[action='/help/shortcuts']")
    answer = reader.post("/help/shortcuts", data={**form, "keys": "off"})
    assert answer.location == "/account"
    assert "The keys are off in this browser." in page(reader.get("/account")).text(".message.done")


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "\\\\example.org"])
def test_switch_leads_to_no_other_site(client: FlaskClient, back: str) -> None:
    answer = client.post("/help/shortcuts", data={"keys": "off", "back": back})
    assert answer.location == "/help/shortcuts"


def test_keys_can_be_turned_off_where_reading_is_private(
    app: Flask, client: FlaskClient, page: ReadPage
) -> None:
    app.config["PUBLIC_READING"] = False
    assert client.get("/review").status_code == 303
    assert page(client.get("/help/shortcuts")).all("button[name=keys]")
    assert client.post("/help/shortcuts", data={"keys": "off"}).status_code == 303
