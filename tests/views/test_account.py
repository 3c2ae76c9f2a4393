from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import User
from app.services import tries
from tests.support.pages import Page
from tests.support.sign_in import PASSWORD, is_signed_in, sign_in

ReadPage = Callable[..., Page]
MakeUser = Callable[..., User]


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
