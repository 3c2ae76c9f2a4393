"""A file from an address: at once where it comes at once, else by a job."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.imports import offering
from app.models import Import, ImportPiece, Job
from app.services.importing.fetching import open_address
from app.worker import fetching
from tests.support.imports import HEADING
from tests.support.neighbour import Answer, send

Page = Any
ROWS = HEADING + "2003-04-11,Viet Nam,62,4,43\n"
PART = b"2003-04-11,Viet Nam,62,4,43\n" * 2000


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


@pytest.fixture
def allowed(app: Flask, neighbour: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A host that files may be fetched from, although it is this machine."""
    app.config["IMPORT_HOSTS"] = frozenset([neighbour])
    anywhere = partial(open_address, may_reach=lambda _address: True)
    for module in (offering, fetching):
        monkeypatch.setattr(module, "open_address", anywhere)
    return neighbour


@pytest.fixture
def slow(
    allowed: str, answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> Iterator[threading.Event]:
    """Let the file come only once the event is set, later than the request waits."""
    monkeypatch.setattr(offering, "MOST_SECONDS", 0.2)
    ready = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        ready.wait(60)
        with suppress(ConnectionError):
            send(ROWS.encode())(handler)

    answers["/data/sars.csv?key=secret"] = answer
    yield ready
    ready.set()


def ask_for_slow(editor: FlaskClient, allowed: str) -> str:
    address = f"http://{allowed}/data/sars.csv?key=secret"
    answer = editor.post("/imports/new", data={"address": address})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_file_is_fetched_from_an_allowed_address(
    editor: FlaskClient, page: Page, allowed: str, answers: dict[str, Answer]
) -> None:
    answers["/data/sars.csv"] = send(ROWS.encode())
    assert f"Allowed here: {allowed}." in page(editor.get("/imports/new")).text("#address-hint")
    answer = editor.post("/imports/new", data={"address": f"http://{allowed}/data/sars.csv"})
    assert answer.status_code == 303
    shown = page(editor.get(answer.headers["Location"]))
    assert shown.heading == "Check sars.csv"
    assert shown.text("#sum").startswith("1 ready")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://other.example.org/sars.csv", "not fetched from other.example.org. An admin can"),
        ("ftp://other.example.org/sars.csv", "must begin with https:// or http://"),
        ("http://localhost/sars.csv", "localhost"),
    ],
)
def test_address_that_is_not_allowed_says_why(
    app: Flask, editor: FlaskClient, page: Page, reload: Any, address: str, why: str
) -> None:
    app.config["IMPORT_HOSTS"] = frozenset(["localhost"])
    shown = page(editor.post("/imports/new", data={"address": address}), 422)
    assert why in shown.error_of("address")
    assert shown.form()["address"] == address
    assert reload().scalars(select(Import)).all() == []


def test_no_address_is_offered_where_none_is_allowed(
    editor: FlaskClient, page: Callable[..., Any]
) -> None:
    assert not page(editor.get("/imports/new")).all("[name=address]")


def test_transfer_that_breaks_off_leaves_nothing(
    editor: FlaskClient, page: Page, allowed: str, answers: dict[str, Answer], reload: Any
) -> None:
    answers["/sars.csv"] = send(PART * 20, length=10 * len(PART) * 20)
    address = f"http://{allowed}/sars.csv"
    shown = page(editor.post("/imports/new", data={"address": address}), 422)
    assert "broke off" in shown.error_of("address")
    assert reload().scalar(select(func.count()).select_from(ImportPiece)) == 0
    assert "did not arrive whole" in page(editor.get("/imports/1")).text()


def test_file_that_comes_slowly_is_fetched_and_checked_by_a_job(
    editor: FlaskClient,
    page: Page,
    allowed: str,
    slow: threading.Event,
    work: Callable[[], int],
    session: Session,
) -> None:
    here = ask_for_slow(editor, allowed)
    waiting = page(editor.get(here))
    assert waiting.heading == "Checking sars.csv"
    assert "secret" not in waiting.text()
    slow.set()
    assert work() == 1
    assert page(editor.get(here)).text("#sum").startswith("1 ready")
    assert session.scalars(select(Job)).one().arguments == {}


def test_file_that_breaks_off_half_way_is_fetched_anew_by_the_job(
    editor: FlaskClient,
    page: Page,
    allowed: str,
    slow: threading.Event,
    answers: dict[str, Answer],
    work: Callable[[], int],
) -> None:
    def begin(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(PART * 10)
        slow.wait(60)

    answers["/data/sars.csv?key=secret"], late = begin, answers["/data/sars.csv?key=secret"]
    here = ask_for_slow(editor, allowed)
    slow.set()
    answers["/data/sars.csv?key=secret"] = late
    assert work() == 1
    assert page(editor.get(here)).text("#sum").startswith("1 ready")


def test_why_a_job_could_not_fetch_is_told(
    editor: FlaskClient,
    page: Page,
    allowed: str,
    slow: threading.Event,
    answers: dict[str, Answer],
    work: Callable[[], int],
    session: Session,
) -> None:
    here = ask_for_slow(editor, allowed)
    answers["/data/sars.csv?key=secret"] = send(b"", status=404)
    assert work() == 1
    shown = page(editor.get(here))
    assert "it answers 404" in shown.text(".message.error")
    assert "was not fetched" in shown.text()
    assert "secret" not in shown.text()
    assert session.scalars(select(Job)).one().arguments == {}


def test_job_fetches_from_allowed_hosts_only(
    editor: FlaskClient,
    page: Page,
    allowed: str,
    slow: threading.Event,
    answers: dict[str, Answer],
    work: Callable[[], int],
) -> None:
    here = ask_for_slow(editor, allowed)
    leads_on = send(status=302, Location="http://169.254.169.254/latest/meta-data")
    answers["/data/sars.csv?key=secret"] = leads_on
    assert work() == 1
    assert "not fetched from 169.254.169.254" in page(editor.get(here)).text(".message.error")


def test_job_fetches_nothing_from_inside(
    editor: FlaskClient,
    page: Page,
    allowed: str,
    slow: threading.Event,
    work: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = ask_for_slow(editor, allowed)
    monkeypatch.setattr(fetching, "open_address", open_address)
    assert work() == 1
    assert "private network" in page(editor.get(here)).text(".message.error")
