"""The page of the queue: what is listed, how it is narrowed, who sees what."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import open_session
from app.models import Finding, FormerSlug, Person, Todo
from tests.support.pages import Page, check_structure

Make = Callable[..., Finding]
Read = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]


def test_empty_register_says_what_belongs_here(client: FlaskClient, page: Read) -> None:
    shown = page(client.get("/review"))
    assert shown.heading == "Review"
    assert "No findings yet" in shown.text(".empty")


def test_groups_say_how_many_in_how_many_countries(
    client: FlaskClient, page: Read, make_finding: Make
) -> None:
    for day in range(1, 6):
        make_finding("Canada" if day < 3 else "Italy", f"2003-04-0{day}")
    shown = page(client.get("/review"))
    check_structure(shown)
    assert "5 findings are open" in shown.text("#counter")
    assert shown.texts(".group h2 a") == ["5 falls of cases by 1 in 2 countries"]
    assert shown.link("All 5") == "/review?group=decline:cases:1"


def test_group_of_one_is_the_finding_itself(
    client: FlaskClient, page: Read, make_finding: Make
) -> None:
    finding = make_finding("Canada", "2003-04-12")
    shown = page(client.get("/review"))
    assert shown.link("Canada, 12 April 2003") == f"/review/{finding.id}"
    assert "fall from 250 on 11 April 2003 to 249" in shown.text(".finding")
    assert shown.rows(".days") == [["Cases", "250", "249", "252"]]


def test_group_opens_as_a_list(client: FlaskClient, page: Read, make_finding: Make) -> None:
    make_finding("Canada", "2003-04-12"), make_finding("Italy", "2003-04-13", size=2)
    shown = page(client.get("/review?group=decline:cases:1"))
    assert shown.texts(".finding h2 a") == ["Canada, 12 April 2003"]
    assert "Findings 1 to 1 of 1" in shown.text("#place")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("?country=italy", 1),
        ("?country=italy&country=canada", 3),
        ("?level=notice", 1),
        ("?rule=decline", 3),
        ("?state=accepted", 1),
        ("?state=all", 4),
        ("?q=ital", 1),
        ("?age=today", 3),
        ("?age=older", 0),
        ("?imported=3", 0),
        ("?assignee=nobody", 3),
    ],
)
def test_filters_are_in_the_address(
    client: FlaskClient, page: Read, make_finding: Make, address: str, shown: int
) -> None:
    make_finding("Canada", "2003-04-12")
    make_finding("Canada", "2003-04-13", size=2)
    make_finding("Italy", "2003-04-13", size=3, level="notice")
    make_finding("Peru", state="accepted", reason="late")
    listed = page(client.get(f"/review{address}&view=list"))
    assert len(listed.all(".finding")) == shown
    assert listed.all(".chips a")


def test_chip_leads_to_the_list_without_its_filter(
    client: FlaskClient, page: Read, make_finding: Make
) -> None:
    make_finding("Canada")
    shown = page(client.get("/review?country=canada&level=warning"))
    assert [element.get("href") for element in shown.all(".chips a")] == [
        "/review?country=canada",
        "/review?level=warning",
        "/review",
    ]


@pytest.mark.parametrize(
    "address",
    ["?colour=red", "?rule=nonsense", "?level=bad", "?country=atlantis", "?state=lost",
     "?assignee=noone", "?age=old", "?imported=x", "?finding=-1", "?group=<b>",
     "?assignee=me", "?rule=%00x"],
)  # fmt: skip
def test_what_is_unknown_is_told_and_left_out(
    client: FlaskClient, page: Read, make_finding: Make, address: str
) -> None:
    make_finding("Canada")
    shown = page(client.get(f"/review{address}"))
    assert "left out" in shown.text(".notice.warning")
    assert len(shown.all(".finding")) == 1


@pytest.mark.parametrize("place", ["after=x", "before=99999999999", "after=error,1", "after=,,"])
def test_a_place_that_is_none_is_the_beginning(
    client: FlaskClient, page: Read, make_finding: Make, place: str
) -> None:
    make_finding("Canada")
    for view in ("", "&view=list"):
        page(client.get(f"/review?{place}{view}"))


def test_blank_fields_lead_to_the_short_address(client: FlaskClient) -> None:
    answer = client.get("/review?rule=&country=canada&q=")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/review?country=canada")


def test_facets_lead_to_narrower_lists(client: FlaskClient, page: Read, make_finding: Make) -> None:
    make_finding("Canada"), make_finding("Italy"), make_finding("Italy", "2003-04-13")
    shown = page(client.get("/review"))
    assert shown.texts(".facets li") == ["Italy 2", "Canada 1"]
    assert shown.link("Italy 2") == "/review?country=italy"


def test_last_one_settled_ends_the_queue(
    client: FlaskClient, page: Read, make_finding: Make
) -> None:
    make_finding("Canada", state="accepted", reason="late")
    shown = page(client.get("/review"))
    assert "All findings are settled." in shown.text("#counter")
    assert shown.link("See what was accepted") == "/review?state=accepted"


def test_menu_counts_for_those_who_signed_in(
    client: FlaskClient, client_as: ClientAs, page: Read, make_finding: Make
) -> None:
    make_finding("Canada"), make_finding("Italy")
    assert page(client.get("/review")).texts("nav[aria-label=Main] .counted") == []
    reader = client_as("reader")
    assert page(reader.get("/review")).texts("nav[aria-label=Main] .counted") == ["2 open"]
    assert page(reader.get("/records")).texts("nav[aria-label=Main] .counted") == ["2 open"]


def test_readers_see_and_decide_nothing(
    client_as: ClientAs, page: Read, make_finding: Make
) -> None:
    make_finding("Canada")
    shown = page(client_as("reader").get("/review"))
    assert len(shown.all(".finding")) == 1
    assert not shown.all(".finding .actions a")


def test_keys_are_named_and_can_be_turned_off(
    client_as: ClientAs, page: Read, make_finding: Make
) -> None:
    make_finding("Canada")
    editor = client_as("editor")
    shown = page(editor.get("/review"))
    acts = shown.all(".finding .actions a")
    assert [(act.get("data-key"), act.get("title")) for act in acts] == [
        (key, f"Key: {key}") for key in "aetd"
    ]
    assert shown.all("script[src*=review]")
    editor.post("/help/shortcuts", data={"keys": "off"})
    for address in ("/review", "/review/1"):
        off = page(editor.get(address))
        assert not off.all("script[src*=review], [data-key=a], [title^=Key]")


def test_whoever_has_it_is_named(
    client: FlaskClient, page: Read, make_finding: Make, database_url: str
) -> None:
    with open_session(database_url) as session:
        todo = Todo(title="Ring Ottawa", assignee=Person(name="Mina Park", slug="mina-park"))
        session.add(todo)
        session.commit()
    make_finding("Canada", todo_id=todo.id)
    assert "With Mina Park: Ring Ottawa" in page(client.get("/review")).text(".holder")
    shown = page(client.get("/review?assignee=mina-park"))
    assert len(shown.all(".finding")) == 1


def test_addresses_of_who_and_what_was_renamed_lead_on(
    client: FlaskClient, page: Read, make_finding: Make, database_url: str
) -> None:
    make_finding("Canada"), make_finding("Italy", "2003-04-13", size=2)
    with open_session(database_url) as session:
        mina = Person(name="Mina Park", slug="mina-park")
        session.add(mina)
        session.flush()
        todo = Todo(title="Ring Ottawa", assignee_id=mina.id)
        session.add(todo)
        session.flush()
        canada = session.scalars(select(Finding).order_by(Finding.id)).first()
        assert canada is not None
        canada.todo_id = todo.id
        for kind, slug, id in (("person", "m-park", mina.id), ("country", "kanada", 1)):
            session.add(FormerSlug(kind=kind, slug=slug, row_id=id))
        session.commit()
    for asked in ("assignee=m-park", "country=kanada", "country=kanada&country=canada"):
        shown = page(client.get(f"/review?{asked}&view=list"))
        assert shown.texts(".finding h2 a") == ["Canada, 12 April 2003"], asked
        assert not shown.all(".notice.warning")
    assert "/review?country=canada" in {a.get("href") for a in shown.all(".facets a, .views a")}


def test_long_queue_is_read_page_by_page(
    client: FlaskClient, page: Read, make_finding: Make
) -> None:
    for number in range(18):
        make_finding(f"Country {number:02}")
    first = page(client.get("/review?group=decline:cases:1"))
    assert "Findings 1 to 15 of 18" in first.text("#place")
    second = page(client.get(first.link("Next")))
    assert "Findings 16 to 18 of 18" in second.text("#place")
    assert page(client.get(second.link("Previous"))).texts("h2") == first.texts("h2")


@pytest.mark.parametrize(("address", "most"), [("", 8), ("?view=list", 10)])
def test_page_needs_a_fixed_number_of_queries(
    client: FlaskClient,
    make_finding: Make,
    query_counter: Callable[..., Any],
    address: str,
    most: int,
) -> None:
    for number in range(30):
        make_finding(f"Country {number:02}", size=number % 7 + 1)
    client.get(f"/review{address}")
    with query_counter() as queries:
        client.get(f"/review{address}")
    # The outbreak; counts by state; two of facets; the list with its two counts, or its groups;
    # who or what is shown of it; the countries and the people to choose from.
    assert len(queries) == most
