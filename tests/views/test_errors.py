import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app import db
from app.services.messages import Message, ServiceError
from app.services.register import StaleRecord
from tests.support.pages import Page

OWN = {"Origin": "http://localhost"}


class ServerAway(psycopg.OperationalError):
    """PostgreSQL closed the connection."""


class DemotedPrimary(psycopg.errors.ReadOnlySqlTransaction):
    """A primary that has become a standby refuses to write."""


FAILURES: dict[str, Exception] = {
    "busy": OperationalError("UPDATE", {}, _busy := sqlite3.OperationalError("database is locked")),
    "away": OperationalError("SELECT", {}, ServerAway("server closed the connection")),
    "demoted": OperationalError("UPDATE", {}, DemotedPrimary("read-only transaction")),
    "full": OSError(28, "No space left on device"),
    "race": StaleDataError("0 rows matched"),
    "stale": StaleRecord(None),
    "refused": ServiceError(Message("%(what)s cannot be done.", what="This")),
    "bug": RuntimeError("secret detail"),
}
_busy.sqlite_errorname = "SQLITE_BUSY"


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with addresses that fail in every way."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.route("/fail/<how>", methods=["GET", "POST"])
    def fail(how: str) -> str:
        db.session.execute(text("SELECT 1"))
        raise FAILURES[how]

    @app.get("/abort/<int:code>")
    def give_up(code: int) -> str:
        abort(code)

    @app.get("/editors-only")
    def editors_only() -> str:
        abort(403, description="editor")

    return app


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 410, 413, 422, 429])
def test_every_error_has_a_page_that_leads_on(
    client: FlaskClient, page: Callable[..., Page], code: int
) -> None:
    shown = page(client.get(f"/abort/{code}"), code)
    assert shown.text(".lead")
    assert shown.link("Overview") == "/"
    assert shown.response.headers["Cache-Control"] == "private, no-store"


def test_page_that_is_not_there_does_not_echo_its_address(client: FlaskClient) -> None:
    answer = client.get("/records<script>/<b>")
    assert answer.status_code == 404
    assert "<b>" not in answer.text


def test_forbidden_page_names_the_role_needed(
    client_as: Callable[[str], FlaskClient], page: Callable[..., Page]
) -> None:
    shown = page(client_as("reader").get("/editors-only"), 403)
    assert "needs the role “editor”. You are signed in as rosa" in shown.text(".lead")


def test_too_large_names_the_limit(
    app: Flask, client: FlaskClient, page: Callable[..., Page]
) -> None:
    megabytes = app.config["MAX_CONTENT_LENGTH"] // 1024**2
    assert f"At most {megabytes} MB" in page(client.get("/abort/413"), 413).text(".lead")


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("busy", 503, "busy with somebody else's changes"),
        ("away", 503, "cannot be reached"),
        ("demoted", 503, "can only be read"),
        ("full", 503, "no room left"),
        ("race", 409, "Somebody else changed this"),
        ("stale", 409, "was deleted meanwhile"),
        ("refused", 422, "This cannot be done."),
    ],
)
def test_failures_are_told_in_words(
    client: FlaskClient, page: Callable[..., Page], how: str, status: int, words: str
) -> None:
    assert words in page(client.post(f"/fail/{how}"), status).text(".lead")


def test_outage_says_when_to_come_again(client: FlaskClient) -> None:
    assert client.get("/fail/busy").headers["Retry-After"] == "5"


def test_outage_offers_to_send_the_typed_data_again(
    client: FlaskClient, page: Callable[..., Page]
) -> None:
    typed = {"cases": "63", "note": "<b>late</b>", "csrf_token": "old"}
    shown = page(client.post("/fail/busy?from=list", data=typed, headers=OWN), 503)
    form = shown.form("main form")
    assert form["cases"] == "63"
    assert form["note"] == "<b>late</b>"
    assert form["csrf_token"] != "old"
    assert shown.one("main form").get("action") == "/fail/busy?from=list"


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"cases": "63"}, {"Origin": "https://elsewhere.example"}),
        ({"cases": "63"}, {}),
        ({"password": "x"}, OWN),
    ],
)
def test_other_sites_data_and_passwords_are_not_offered_again(
    client: FlaskClient, page: Callable[..., Page], data: dict[str, str], headers: dict[str, str]
) -> None:
    assert not page(client.post("/fail/busy", data=data, headers=headers), 503).all("main form")


def test_form_without_token_is_refused_and_its_data_kept(
    app: Flask, client: FlaskClient, page: Callable[..., Page]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    shown = page(client.post("/fail/bug", data={"note": "kept"}, headers=OWN), 400)
    assert shown.heading == "This form has outlived its session"
    assert shown.form("main form")["note"] == "kept"


def test_fault_of_ours_shows_a_reference_and_nothing_else(
    client: FlaskClient, page: Callable[..., Page], caplog: pytest.LogCaptureFixture
) -> None:
    shown = page(client.get("/fail/bug"), 500)
    reference = next(
        record.args[0] for record in caplog.records if record.msg.startswith("reference")
    )
    assert str(reference) in shown.text()
    assert "secret detail" not in shown.response.text


@pytest.mark.parametrize(("path", "accept"), [("/none.json", "*/*"), ("/none", "application/json")])
def test_programs_get_problem_details(client: FlaskClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {"title": "Not Found", "status": 404}


def test_outage_reaches_programs_as_problem_details(client: FlaskClient) -> None:
    answer = client.get("/fail/away", headers={"Accept": "application/json"})
    assert answer.json == {
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The database cannot be reached at the moment.",
    }


@pytest.fixture
def broken_rollback(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """Let rollbacks fail, as they do on a dead connection."""

    def fail(connection: Any) -> None:
        connection.close()
        raise ServerAway("the connection is lost")

    with app.app_context():
        # An engine's first connection rolls back before it is used.
        db.engine.connect().close()
        monkeypatch.setattr(db.engine.dialect, "do_rollback", fail)


@pytest.mark.usefixtures("broken_rollback")
@pytest.mark.parametrize(("how", "status"), [("away", 503), ("bug", 500), ("stale", 409)])
def test_failing_rollback_is_no_second_fault(client: FlaskClient, how: str, status: int) -> None:
    assert client.get(f"/fail/{how}").status_code == status


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_outage_needs_no_database_to_be_told(
    app: Flask,
    client_as: Callable[[str], FlaskClient],
    page: Callable[..., Page],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = client_as("editor")
    with app.app_context():
        db.engine.dispose()
        monkeypatch.setattr(db.engine.dialect, "connect", _refuse_connection)
    for address in ("/", "/none"):
        shown = page(browser.get(address), 503)
        assert "Sign in" not in shown.text("header")


def _refuse_connection(*_arguments: object, **_options: object) -> None:
    raise ServerAway("connection refused")
