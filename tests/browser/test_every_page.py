"""One page of every kind, looked at by axe in both colours and at both widths."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from playwright.sync_api import Page

from tests.browser.conftest import OpenTab

LAYOUTS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]


def one_address_of_each_kind(app: Flask, client: FlaskClient) -> list[str]:
    """Follow the links from the first page until every view they lead to was met once."""
    router = app.url_map.bind("localhost")
    addresses, known = ["/"], {"static"}
    for address in addresses:
        answer = client.get(address, follow_redirects=True)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for link in html.document_fromstring(answer.text).cssselect("a[href^='/']"):
            path = str(link.get("href")).partition("#")[0]
            endpoint = str(router.match(path.partition("?")[0], method="GET")[0])
            if endpoint not in known:
                known.add(endpoint)
                addresses.append(path)
    return addresses


def violations(tab: Page) -> list[str]:
    found = Axe().run(tab).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def sticks_out(tab: Page) -> bool:
    wide: bool = tab.evaluate("document.documentElement.scrollWidth > innerWidth")
    return wide


@pytest.mark.parametrize(("width", "scheme"), LAYOUTS)
def test_axe_finds_nothing_on_any_page(
    app: Flask, client: FlaskClient, open_tab: OpenTab, width: int, scheme: str
) -> None:
    tab = open_tab(width=width, scheme=scheme)
    for address in one_address_of_each_kind(app, client):
        tab.goto(address)
        assert not sticks_out(tab), f"{address} scrolls sideways at {width}"
        assert violations(tab) == [], address
