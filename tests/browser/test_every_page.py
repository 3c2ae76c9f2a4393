"""One page of every kind, looked at by axe in both colours and at both widths."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from playwright.sync_api import Page

from app.models import Record
from tests.browser.conftest import OpenTab
from tests.browser.looks import faults

# Nothing links to these.
UNLINKED = (
    "/nowhere",
    "/records?sort=nonsense&cases_min=many",
    "/records?country=atlantis",
    "/countries/viet-nam?measure=new&sort=nonsense",
    "/countries/viet-nam?measure=average&scale=log",
)


def one_address_of_each_kind(app: Flask, client: FlaskClient) -> list[str]:
    """Follow the links from the first page until every view they lead to was met once."""
    router = app.url_map.bind("localhost")
    waiting, pages, known = ["/"], [], {"static", "overview.index"}
    for address in waiting:
        answer = client.get(address, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        assert answer.status_code == 200, f"{address} answers {answer.status_code}"
        pages.append(address)
        for link in html.document_fromstring(answer.text).cssselect("a[href^='/']"):
            path = str(link.get("href")).partition("#")[0]
            endpoint = str(router.match(path.partition("?")[0], method="GET")[0])
            if endpoint not in known:
                known.add(endpoint)
                waiting.append(path)
    return pages


def add_one_of_each(client: FlaskClient) -> None:
    client.post("/people/new", data={"name": "Mina Park"})
    client.post("/people/mina-park/calendar")
    client.post("/todos/views", data={"name": "Late", "query": "due=overdue"})
    client.post("/todos/new", data={"title": "Ring Hanoi", "priority": "1"})
    noted = "/countries/viet-nam/annotations"
    for kind, day in (("note", 2), ("break", 3), ("break", 4)):
        said = {"kind": kind, "date": f"2003-04-0{day}", "text": "Known."}
        client.post(f"{noted}/new", data=said)
    client.post("/annotations/3/delete", data={"revision": "1"})
    client.post("/videos/new", data={"name": "Briefing", "link": "https://example.org/1"})


def open_each(tab: Page, addresses: list[str]) -> None:
    for address in addresses:
        tab.goto(address)
        assert faults(tab) == []


def test_pages_of_an_admin(
    app: Flask,
    client_as: Callable[[str], FlaskClient],
    make_record: Callable[..., Record],
    open_tab: OpenTab,
) -> None:
    for day in range(1, 9):
        make_record("Viet Nam", f"2003-04-{day:02}", cases=70 - day, deaths=day, reason="late")
    admin = client_as("admin")
    add_one_of_each(admin)
    addresses = one_address_of_each_kind(app, admin)
    assert len(addresses) > 20
    open_each(open_tab(as_in=admin), [*addresses, *UNLINKED])


def test_pages_of_a_visitor_on_an_empty_register(
    app: Flask, client: FlaskClient, open_tab: OpenTab
) -> None:
    open_each(open_tab(), one_address_of_each_kind(app, client))
