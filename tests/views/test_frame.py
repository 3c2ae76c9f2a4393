from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import User
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


def test_parts_kept_for_other_pages_hold_nothing_of_their_first_reader(
    app: Flask,
    client: FlaskClient,
    page: Callable[..., Page],
    make_user: Callable[..., User],
    open_browser: Callable[[User], FlaskClient],
) -> None:
    app.jinja_env.auto_reload = False
    names = ["rosa", "<b>[[token]]"]
    readers = [open_browser(make_user(username=name)) for name in names]
    for path in ("/people?q=<b>[[day]]", "/people?q=2", "/people"):
        for name, browser in zip(names, readers, strict=True):
            shown = page(browser.get(path))
            assert shown.text(".account a") == name
            assert shown.text("p.on-paper").startswith(path.partition("?")[0])
            assert shown.all("header b") == shown.all("footer b") == []
        shown = page(client.get(path))
        assert shown.text(".account") == "Sign in"
        assert shown.link("Sign in").startswith("/sign-in?next=")
        assert shown.link("Dark").startswith("?theme=dark")
        assert ("q=2" in shown.link("Dark")) == (path == "/people?q=2")
