"""Signing in: as the page does, step by step, and through the page."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.auth import SESSION_KEY
from app.models import User
from app.services import sign_in as service

PASSWORD = "forty winks at noon"


def try_once(session: Session, name: str, password: str, address: str = "192.0.2.1") -> bool:
    """Sign in as the page does, with a commit between the steps."""
    attempt = service.begin_sign_in(session, name, address)
    session.commit()
    if not service.password_matches(attempt, password):
        return False
    found = service.finish_sign_in(session, attempt, password)
    session.commit()
    return found is not None


@pytest.fixture
def mina(make_user: Callable[..., User]) -> User:
    """An editor with a password."""
    return make_user("editor", "mina", PASSWORD, email="mina@example.org")


@pytest.fixture
def strict(app: Flask) -> FlaskClient:
    """A visitor's browser where forms are protected as they are outside tests."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def sign_in(
    client: FlaskClient, name: str = "mina", password: str = PASSWORD, **fields: str
) -> TestResponse:
    """Send the sign-in form."""
    return client.post("/sign-in", data={"name": name, "password": password, **fields})


def token_of(client: FlaskClient) -> str | None:
    """Return the token in the browser's cookie."""
    with client.session_transaction() as cookie:
        return cookie.get(SESSION_KEY)


def is_signed_in(client: FlaskClient) -> bool:
    """Tell whether the browser's next request is a user's."""
    return client.get("/account").status_code == 200
