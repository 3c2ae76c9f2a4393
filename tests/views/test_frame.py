from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.support.pages import Page


def test_current_place_is_marked_in_the_navigation(
    client: FlaskClient, page: Callable[..., Page]
) -> None:
    shown = page(client.get("/"))
    assert shown.texts("nav [aria-current='page']") == ["Overview"]


def test_skip_link_leads_to_the_content(client: FlaskClient, page: Callable[..., Page]) -> None:
    shown = page(client.get("/"))
    assert shown.all("body > *")[0].get("href") == "#main"
    assert shown.one("main").get("id") == "main"


def test_theme_is_chosen_by_link_and_kept(client: FlaskClient, page: Callable[..., Page]) -> None:
    dark = page(client.get("/?q=1")).link("Dark")
    assert dark == "?theme=dark&q=1"
    answer = client.get("/" + dark)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/?q=1"
    assert page(client.get("/?q=1")).tree.get("data-theme") == "dark"


@pytest.mark.parametrize("name", ["", "pink", "<b>"])
def test_unknown_theme_is_left_alone(
    client: FlaskClient, page: Callable[..., Page], name: str
) -> None:
    client.set_cookie("casebook_theme", name)
    assert page(client.get(f"/?theme={name}")).tree.get("data-theme") == "system"


@pytest.mark.parametrize(
    "path", ["//elsewhere.example", "/\\elsewhere.example", "/%2f%2felsewhere"]
)
def test_theme_leads_to_no_other_site(client: FlaskClient, path: str) -> None:
    answer = client.get("/?theme=dark", environ_overrides={"PATH_INFO": path})
    place = answer.headers.get("Location", "/")
    assert place.startswith(("/", "http://localhost/"))
    assert not place.startswith("//")


def test_page_says_in_a_sentence_what_casebook_is(
    client: FlaskClient, page: Callable[..., Page]
) -> None:
    shown = page(client.get("/"))
    assert "the register of an outbreak" in shown.one("meta[name=description]").get("content")
