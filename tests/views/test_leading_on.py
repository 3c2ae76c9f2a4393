from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import SESSION_KEY
from app.models import Person, User
from tests.support.pages import Page
from tests.support.sign_in import PASSWORD, is_signed_in, sign_in

ReadPage = Callable[..., Page]
MakeUser = Callable[..., User]


def test_sign_in_leads_back_where_one_came_from(
    client: FlaskClient, mina: User, page: ReadPage
) -> None:
    asked = client.get("/people/new?x=1")
    assert asked.status_code == 303
    form = page(client.get(asked.location)).form()
    answer = client.post("/sign-in", data={**form, "name": "mina", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/people/new?x=1")
    assert is_signed_in(client)


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
