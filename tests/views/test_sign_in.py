import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app, db
from app.auth import SESSION_KEY
from app.database import utc_now
from app.models import User, UserSession
from app.services import passwords, tries
from tests.support.pages import Page
from tests.support.sign_in import PASSWORD, is_signed_in, sign_in, token_of

ReadPage = Callable[..., Page]
MakeUser = Callable[..., User]


@pytest.mark.parametrize("name", ["mina", "mina@example.org", "MINA"])
def test_sign_in_by_name_or_email(client: FlaskClient, mina: User, name: str) -> None:
    assert sign_in(client, name).status_code == 303


def test_wrong_password_and_unknown_name_get_the_same_words(
    client: FlaskClient, mina: User, page: ReadPage
) -> None:
    wrong = page(sign_in(client, password="a wrong password"), 422)
    unknown = page(sign_in(client, "nobody"), 422)
    assert "do not match" in wrong.text("#errors")
    assert wrong.text("#errors") == unknown.text("#errors")
    assert wrong.form()["name"] == "mina"
    assert "a wrong password" not in wrong.response.text
    assert not is_signed_in(client)


def test_disabled_user_gets_the_words_of_an_unknown_one(
    client: FlaskClient, make_user: MakeUser, page: ReadPage
) -> None:
    make_user("editor", "gone", PASSWORD, disabled_at=utc_now())
    assert "do not match" in page(sign_in(client, "gone"), 422).text("#errors")


def test_empty_form_names_what_is_missing(client: FlaskClient, page: ReadPage) -> None:
    answer = page(sign_in(client, "", ""), 422)
    assert answer.error_of("name")
    assert answer.error_of("password")


def test_locked_name_is_told_until_when(client: FlaskClient, mina: User, page: ReadPage) -> None:
    for _number in range(tries.TRIES_OF_A_NAME):
        assert sign_in(client, password="a wrong password").status_code == 422
    answer = sign_in(client)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert re.search(r"after \d\d:\d\d:\d\d", page(answer, 429).text("#errors"))


def test_lock_holds_in_another_process(
    client: FlaskClient, mina: User, database_url: str, app: Flask
) -> None:
    for _number in range(tries.TRIES_OF_A_NAME):
        sign_in(client, password="a wrong password")
    other = create_app({**app.config, "SQLALCHEMY_DATABASE_URI": database_url})
    assert sign_in(other.test_client()).status_code == 429
    with other.app_context():
        db.engine.dispose()


def test_forwarded_address_counts_only_behind_trusted_proxies(
    client: FlaskClient, reload: Callable[[], Session]
) -> None:
    for number in range(tries.TRIES_OF_AN_ADDRESS):
        header = {"X-Forwarded-For": f"192.0.2.{number}"}
        data = {"name": f"name{number}", "password": "wrong"}
        assert client.post("/sign-in", data=data, headers=header).status_code == 422
    assert sign_in(client, "another").status_code == 429


def test_people_behind_a_trusted_proxy_are_told_apart(app: Flask) -> None:
    trusting = create_app({**app.config, "TRUSTED_PROXIES": 1})
    browser = trusting.test_client()
    for number in range(tries.TRIES_OF_AN_ADDRESS + 5):
        # The first address is what the visitor wrote, the last what the proxy saw.
        header = {"X-Forwarded-For": f"203.0.113.1, 192.0.2.{number}"}
        data = {"name": f"name{number}", "password": "wrong"}
        assert browser.post("/sign-in", data=data, headers=header).status_code == 422
    with trusting.app_context():
        db.engine.dispose()


def test_failed_sign_in_is_logged_without_what_was_typed(
    client: FlaskClient, mina: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        sign_in(client, password="a wrong password")
        sign_in(client, "my secret\nERROR forged line", "another password")
    first, second = (record.getMessage() for record in caplog.records)
    assert first == "sign-in failed: 'mina' from '127.0.0.1'"
    assert second == "sign-in failed: a name nobody has from '127.0.0.1'"
    assert "password" not in caplog.text


def test_signing_in_changes_the_token_and_ends_the_session_before(
    client: FlaskClient, mina: User, reload: Callable[[], Session]
) -> None:
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = "planted by somebody else"
        cookie["csrf_token"] = "planted, too"
    sign_in(client)
    first = token_of(client)
    assert first != "planted by somebody else"
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "planted, too"
    sign_in(client)
    assert token_of(client) != first
    assert reload().scalar(select(func.count()).select_from(UserSession)) == 1


def test_cookie_is_dead_after_signing_out(app: Flask, client: FlaskClient, mina: User) -> None:
    sign_in(client)
    copy = app.test_client()
    stolen = client.get_cookie("casebook")
    assert stolen
    assert client.post("/sign-out").status_code == 303
    assert not is_signed_in(client)
    copy.set_cookie("casebook", stolen.value)
    assert not is_signed_in(copy)


def test_signing_out_by_get_is_refused(client: FlaskClient, mina: User) -> None:
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


def test_visitor_costs_no_query_and_a_user_two(
    client: FlaskClient, mina: User, query_counter: Callable[..., object]
) -> None:
    with query_counter() as queries:  # type: ignore[attr-defined]
        client.get("/sign-in")
    assert queries == []
    sign_in(client)
    with query_counter() as queries:  # type: ignore[attr-defined]
        client.get("/account/password")
    # The user by the session's token; the open findings that the menu counts.
    assert len(queries) == 2, queries


def test_cookie_given_over_https_never_travels_in_the_open(app: Flask, mina: User) -> None:
    answer = app.test_client().post(
        "/sign-in", data={"name": "mina", "password": PASSWORD}, base_url="https://localhost"
    )
    assert "Secure" in answer.headers["Set-Cookie"]


def test_https_only_register_says_why_signing_in_over_http_fails(
    app: Flask, client: FlaskClient, page: ReadPage
) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    assert "HTTPS" in page(client.get("/sign-in")).text()


def test_sign_in_without_a_token_is_refused(strict: FlaskClient, mina: User) -> None:
    assert sign_in(strict).status_code == 400
    assert token_of(strict) is None


def test_private_register_is_closed_to_visitors(
    app: Flask, client: FlaskClient, mina: User
) -> None:
    app.config["PUBLIC_READING"] = False
    for address in ("/", "/people", "/people.csv", "/nothing-here"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")
    assert client.get("/healthz").status_code == 200
    assert client.get("/sign-in").status_code == 200
    sign_in(client)
    assert client.get("/people").status_code == 200


def test_hash_is_done_while_no_transaction_is_open(
    app: Flask, client: FlaskClient, mina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = passwords.matches

    def watch(password: str, stored: str | None) -> bool:
        seen.append(db.session().in_transaction())
        return real(password, stored)

    monkeypatch.setattr(passwords, "matches", watch)
    sign_in(client)
    assert seen == [False]
