import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Country, Person, Todo, User
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
DAY = dt.date(2026, 12, 24)


@pytest.fixture
def mina(session: Session) -> Person:
    person = Person(name="Mina Park")
    session.add(person)
    session.commit()
    return person


@pytest.fixture
def add(session: Session, mina: Person) -> Callable[..., Todo]:
    def add(title: str = "Ring Hanoi", due: dt.date | None = DAY, **values: Any) -> Todo:
        todo = Todo(title=title, due=due, **{"assignee_id": mina.id, **values})
        session.add(todo)
        session.commit()
        return todo

    return add


@pytest.fixture
def link(client_as: ClientAs, page: ReadPage, mina: Person) -> str:
    """The path of Mina's calendar, made by an editor."""
    editor = client_as("editor")
    editor.post("/people/mina-park/calendar")
    return shown_link(page(editor.get("/people/mina-park/calendar")))


def shown_link(page: Page) -> str:
    return str(page.one("#link").get("value")).removeprefix("http://localhost")


def events(client: FlaskClient, link: str) -> list[Any]:
    answer = client.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_link_shows_open_todos_with_a_day_to_whoever_has_it(
    client: FlaskClient, link: str, add: Callable[..., Todo], session: Session
) -> None:
    country = Country(name="Viet Nam", slug="viet-nam")
    session.add(country)
    session.flush()
    todo = add(notes="Ask for\nthe ministry", priority=1, country_id=country.id)
    add("no day", None)
    add("done", done_at=utc_now())
    add("somebody else's", assignee_id=None)
    (event,) = events(client, link)
    assert (event["summary"], event["dtstart"].dt, event["priority"]) == ("Ring Hanoi", DAY, 1)
    assert event["description"] == "Ask for\nthe ministry"
    assert event["url"] == f"http://localhost/todos/{todo.id}"
    assert event["categories"].cats == ["Viet Nam"]
    assert event["transp"] == "TRANSPARENT"


def test_event_keeps_its_identity_and_says_when_it_changed(
    client: FlaskClient, link: str, add: Callable[..., Todo], client_as: ClientAs
) -> None:
    todo = add(created_at=utc_now() - dt.timedelta(hours=1))
    (before,) = events(client, link)
    data = {"title": "Ring Hue", "due": "2026-12-25", "priority": "3", "revision": "1"}
    client_as("editor").post(f"/todos/{todo.id}/edit", data={**data, "assignee_id": "1"})
    (after,) = events(client, link)
    assert after["uid"] == before["uid"]
    assert after["last-modified"].dt > before["last-modified"].dt
    assert after["dtstamp"].dt == after["last-modified"].dt
    assert (before["sequence"], after["sequence"]) == (1, 2)


def test_calendar_keeps_to_the_lines_of_the_standard(
    client: FlaskClient, link: str, add: Callable[..., Todo]
) -> None:
    hostile = "Ring; Hanoi, \\now\r\nATTENDEE:mailto:x@x.org\r\nEND:VEVENT " + "하노이 " * 40
    add(hostile.replace("\r\n", " "), notes=hostile)
    text = client.get(link).data
    assert text.endswith(b"END:VCALENDAR\r\n")
    lines = text.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not [line for line in lines if b"\n" in line or line.startswith(b"ATTENDEE")]
    (event,) = events(client, link)
    assert event["description"] == hostile.replace("\r\n", "\n")


def test_empty_calendar_is_one(client: FlaskClient, link: str) -> None:
    assert events(client, link) == []
    # RFC 5545 asks for a component in every calendar.
    (zone,) = Calendar.from_ical(client.get(link).data).subcomponents
    assert (zone.name, str(zone["tzid"])) == ("VTIMEZONE", "UTC")


def test_new_link_ends_the_one_before(
    client: FlaskClient, client_as: ClientAs, page: ReadPage, link: str
) -> None:
    editor = client_as("editor")
    answer = page(editor.post("/people/mina-park/calendar", follow_redirects=True))
    assert "There is a new link." in answer.text(".message")
    assert client.get(link).status_code == 404
    assert client.get(shown_link(answer)).status_code == 200


def test_link_of_nobody_is_not_found(client: FlaskClient, link: str, app: Flask) -> None:
    from app.people.calendar_link import _signer

    path, token = link.rsplit("/", 1)
    with app.app_context():
        never_made, nobody = _signer().dumps([1, 0]), _signer().dumps([404, 1])
    wrong = [f"x{token}", token.replace(".", "", 1), ".ics", "a.b.ics", "A" * 5000 + ".ics"]
    wrong += [f"{never_made}.ics", f"{nobody}.ics", "%00.ics", token[:-5] + "!.ics"]
    for attempt in wrong:
        answer = client.get(f"{path}/{attempt}")
        assert answer.status_code == 404
        assert "Mina" not in answer.text


def test_link_is_good_where_reading_is_private(
    app: Flask, client: FlaskClient, link: str, add: Callable[..., Todo]
) -> None:
    app.config["PUBLIC_READING"] = False
    add()
    assert client.get("/todos").status_code == 303
    assert len(events(client, link)) == 1


def test_calendar_is_kept_by_nobody_and_asked_for_again_cheaply(
    client: FlaskClient, link: str, add: Callable[..., Todo]
) -> None:
    add()
    answer = client.get(link)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    again = client.get(link, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_only_the_person_and_editors_see_the_link(
    client: FlaskClient,
    client_as: ClientAs,
    make_user: Callable[..., User],
    open_browser: Callable[[User], FlaskClient],
    page: ReadPage,
    mina: Person,
) -> None:
    own = open_browser(make_user("reader", "mina", person_id=mina.id))
    address = "/people/mina-park/calendar"
    assert page(own.get("/people/mina-park")).link("Subscribe to these to-dos in a calendar")
    assert "There is no link yet." in page(own.get(address)).text()
    assert own.post(address).status_code == 303
    assert shown_link(page(own.get(address)))
    reader = client_as("reader")
    assert "calendar" not in page(reader.get("/people/mina-park")).text()
    for asking, refusals in ((reader, (403, 403)), (client, (303, 401))):
        answers = asking.get(address), asking.post(address)
        assert tuple(answer.status_code for answer in answers) == refusals


def test_feed_takes_two_queries_however_many_todos(
    client: FlaskClient, link: str, add: Callable[..., Todo], query_counter: Callable[..., Any]
) -> None:
    for number in range(5):
        add(f"to-do {number}")
    with query_counter() as queries:
        assert len(events(client, link)) == 5
    # Whose it is; the to-dos.
    assert len([query for query in queries if query.startswith("SELECT")]) == 2
