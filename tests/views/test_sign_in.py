import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import SESSION_KEY
from app.models import Person, User, UserSession
from app.services import passwords, tries
from tests.support.pages import Page
from tests.support.sign_in import PASSWORD

ReadPage = Callable[..., Page]
MakeUser = Callable[..., User]


@pytest.fixture
def mina(make_user: MakeUser) -> User:
    return make_user("editor", "mina", PASSWORD, email="mina@example.org")


@pytest.fixture
def strict(app: Flask) -> FlaskClient:
    """A visitor's browser where forms are protected as they are outside tests."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def sign_in(client: FlaskClient, name: str = "mina", password: str = PASSWORD, **fields: str):  # type: ignore[no-untyped-def]
    return client.post("/sign-in", data={"name": name, "password": password, **fields})


def token_of(client: FlaskClient) -> str | None:
    with client.session_transaction() as cookie:
        return cookie.get(SESSION_KEY)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_sign_in_leads_back_where_one_came_from(
    client: FlaskClient, mina: User, page: ReadPage
) -> None:
    asked = client.get("/people/new?x=1")
    assert asked.status_code == 303
    form = page(client.get(asked.location)).form()
    answer = client.post("/sign-in", data={**form, "name": "mina", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/people/new?x=1")
    assert is_signed_in(client)


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
    from app.database import utc_now

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
    from app import create_app, db

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


def test_visitor_costs_no_query_and_a_user_one(
    client: FlaskClient, mina: User, query_counter: Callable[..., object]
) -> None:
    with query_counter() as queries:  # type: ignore[attr-defined]
        client.get("/sign-in")
    assert queries == []
    sign_in(client)
    with query_counter() as queries:  # type: ignore[attr-defined]
        client.get("/account/password")
    # The user by the session's token.
    assert len(queries) == 1, queries


@pytest.mark.parametrize(
    ("secure", "name"), [(False, "casebook"), (True, "__Host-casebook")], ids=["http", "https"]
)
def test_cookie_is_kept_from_scripts_and_other_sites(
    app: Flask, mina: User, secure: bool, name: str
) -> None:
    app.config.update(SESSION_COOKIE_SECURE=secure, SESSION_COOKIE_NAME=name)
    answer = sign_in(app.test_client())
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    for flag in ("HttpOnly", "SameSite=Lax", "Path=/", "Expires="):
        assert flag in cookie
    assert ("Secure" in cookie) is secure
    assert PASSWORD not in cookie


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


TRICKS = [
    *(
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
    ),
    *("/\\/evil.example", "https://evil.example", "https:evil.example", "http:///evil.example"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", " //evil.example"),
    *("/%2Fevil.example", "/%5Cevil.example", "/%2f%2fevil.example", "%2F%2Fevil.example"),
    *("/\t/evil.example", "/\r\nLocation: //evil.example", "/%0d%0aX: y", "/\x00//evil.example"),
    *("//localhost@evil.example", "/..//evil.example", "/./\\evil.example", "evil.example"),
    *("///localhost/..//evil.example", "/\u2215evil.example", "/people/../..//evil.example"),
    *("/static/../sign-in", "/sign-out", "/nothing-here", "@evil.example", "?next=//evil.example"),
]


@pytest.mark.parametrize("trick", TRICKS)
def test_next_leads_nowhere_else(client: FlaskClient, mina: User, trick: str) -> None:
    assert sign_in(client, next=trick).location == "/"
    assert client.get("/sign-in", query_string={"next": trick}).location == "/"


@pytest.mark.parametrize(
    "address", ["/people", "/people?q=a%26b&sort=-name", "/people/new", "/account"]
)
def test_next_leads_to_own_pages(client: FlaskClient, mina: User, address: str) -> None:
    assert sign_in(client, next=address).location == address


def test_form_sent_after_the_session_ended_is_kept(
    strict: FlaskClient, mina: User, page: ReadPage, reload: Callable[[], Session]
) -> None:
    entry = page(strict.get("/sign-in")).form()
    sign_in(strict, **{**entry, "name": "mina", "password": PASSWORD})
    form = page(strict.get("/people/new")).form()
    with strict.session_transaction() as cookie:
        cookie[SESSION_KEY] = "a session that ended meanwhile"

    asked = page(strict.post("/people/new", data={**form, "name": "Dr <b>Urbani</b>"}), 401)
    assert "kept" in asked.text()
    entry = asked.form()
    again = page(sign_in(strict, **{**entry, "name": "mina", "password": "wrong"}), 422)
    kept = page(sign_in(strict, **{**again.form(), "name": "mina", "password": PASSWORD}))
    assert "Dr <b>Urbani</b>" in kept.text()
    assert reload().scalar(select(func.count(Person.id))) == 0

    assert kept.one("main form").get("action") == "/people/new"
    assert strict.post("/people/new", data=kept.form()).status_code == 303
    assert reload().scalars(select(Person.name)).all() == ["Dr <b>Urbani</b>"]


def test_kept_form_keeps_no_password_and_goes_to_own_pages_only(
    client: FlaskClient, make_user: MakeUser, page: ReadPage
) -> None:
    make_user("admin", "ada", PASSWORD)
    typed = {"username": "tomas", "password": "typed by the admin", "role": "editor"}
    asked = page(client.post("/users/new", data=typed), 401)
    assert "typed by the admin" not in asked.response.text
    fields = {**asked.form(), "name": "ada", "password": PASSWORD}
    assert page(sign_in(client, **fields)).form()["username"] == "tomas"
    for address in ("//evil.example/users/new", "https://evil.example/", "/sign-out"):
        assert sign_in(client, **{**fields, "next": address}).location == "/"


@pytest.mark.parametrize("kept", ["{", "1", "[1]", '["ab"]', "null", "[[1,[2]]]", "\x00"])
def test_tampered_kept_form_is_no_error(client: FlaskClient, mina: User, kept: str) -> None:
    assert sign_in(client, next="/people/new", kept=kept).status_code in (200, 303)


def test_program_without_an_account_is_told_so(client: FlaskClient) -> None:
    answer = client.post("/people/new", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


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


def test_password_change_ends_the_other_browsers(
    app: Flask, client: FlaskClient, mina: User, page: ReadPage
) -> None:
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    data = {"current": PASSWORD, "password": "another good one"}
    assert client.post("/account/password", data=data).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert sign_in(other).status_code == 422
    assert sign_in(other, password="another good one").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("a wrong password", "another good one", "current"), (PASSWORD, "short", "password")],
)
def test_password_change_is_refused(
    client: FlaskClient, mina: User, page: ReadPage, current: str, new: str, field: str
) -> None:
    sign_in(client)
    data = {"current": current, "password": new}
    assert page(client.post("/account/password", data=data), 422).error_of(field)
    assert sign_in(client).status_code == 303


def test_present_password_cannot_be_guessed_in_an_open_browser(
    client: FlaskClient, mina: User, page: ReadPage
) -> None:
    sign_in(client)
    data = {"current": "a wrong password", "password": "another good one"}
    for _number in range(tries.TRIES_OF_A_NAME):
        client.post("/account/password", data=data)
    answer = client.post("/account/password", data={**data, "current": PASSWORD})
    assert "too many" in page(answer, 422).error_of("current")


def test_signing_out_elsewhere_keeps_this_browser(
    app: Flask, client: FlaskClient, mina: User, page: ReadPage
) -> None:
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    assert len(page(client.get("/account")).all("main .lines li")) == 2
    assert client.post("/account/sign-out-elsewhere").status_code == 303
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_own_email_is_saved_unless_taken(
    client: FlaskClient, mina: User, make_user: MakeUser, page: ReadPage
) -> None:
    make_user("reader", "tomas", email="tomas@example.org")
    sign_in(client)
    assert client.post("/account/email", data={"email": "m@example.org"}).status_code == 303
    assert sign_in(client, "m@example.org").status_code == 303
    answer = client.post("/account/email", data={"email": "TOMAS@example.org"})
    assert page(answer, 422).error_of("email")


def test_hash_is_done_while_no_transaction_is_open(
    app: Flask, client: FlaskClient, mina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import db

    seen: list[bool] = []
    real = passwords.matches

    def watch(password: str, stored: str | None) -> bool:
        seen.append(db.session().in_transaction())
        return real(password, stored)

    monkeypatch.setattr(passwords, "matches", watch)
    sign_in(client)
    assert seen == [False]
