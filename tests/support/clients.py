"""Clients signed in by role, and the rows that tests begin with."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from app.auth import SESSION_KEY
from app.models import Country, Outbreak, Record, User
from app.models.names import slugify
from app.services import passwords, register, user_sessions
from app.services.register import Actor, RecordValues

# The cast: one user a role, called by these names.
CAST = {"reader": "rosa", "editor": "edo", "admin": "ada"}

Begin = Callable[[], Session]


def default_outbreak(session: Session) -> Outbreak:
    """Return the register's default outbreak."""
    return session.scalars(select(Outbreak).where(Outbreak.is_default)).one()


def find_or_add_country(session: Session, name: str) -> Country:
    """Return the country of this name, added when it is not there."""
    country = session.scalars(select(Country).where(Country.name == name)).one_or_none()
    if country is None:
        country = Country(name=name, slug=slugify(name))
        session.add(country)
        session.flush()
    return country


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Hash passwords without the work that slows guessing down, and every test with it."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def make_user(begin: Begin) -> Callable[..., User]:
    """Add a user; only with a `password` can anybody sign in by it."""

    def make(
        role: str = "reader", username: str | None = None, password: str = "", **values: Any
    ) -> User:
        with begin() as session:
            hashed = passwords.hash_password(password) if password else "none"
            user = User(username=username or CAST[role], role=role, password_hash=hashed, **values)
            session.add(user)
            session.commit()
            return user

    return make


@pytest.fixture
def make_record(begin: Begin) -> Callable[..., Record]:
    """Add a record by the register's write path, with its country where that is missing."""

    def make(
        country: str = "Viet Nam",
        date: str | dt.date = "2003-04-12",
        *,
        reason: str = "",
        by: Actor = Actor("Mina Park"),  # noqa: B008  (frozen)
        **counts: Any,
    ) -> Record:
        day = dt.date.fromisoformat(date) if isinstance(date, str) else date
        with begin() as session:
            values = RecordValues(find_or_add_country(session, country).id, day, **counts)
            outbreak = default_outbreak(session)
            record = register.add_record(session, outbreak.id, values, by, reason)
            session.commit()
            return record

    return make


@pytest.fixture
def open_browser(app: Flask, begin: Begin) -> Callable[[User], FlaskClient]:
    """Return a browser in which this user has signed in."""

    def open_it(user: User) -> FlaskClient:
        with begin() as session:
            token = user_sessions.open_user_session(session, user)
            session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie[SESSION_KEY] = token
        return client

    return open_it


@pytest.fixture
def client_as(
    open_browser: Callable[[User], FlaskClient], make_user: Callable[..., User]
) -> Callable[[str], FlaskClient]:
    """Return a browser in which the cast's user of this role has signed in."""
    users: dict[str, User] = {}

    def sign_in(role: str) -> FlaskClient:
        if role not in users:
            users[role] = make_user(role)
        return open_browser(users[role])

    return sign_in


class Queries(list[str]):
    """The SQL statements that ran, in order."""


@pytest.fixture
def query_counter() -> Callable[..., Any]:
    """Record the SQL statements of a block: `with query_counter() as queries`."""

    @contextmanager
    def record() -> Iterator[Queries]:
        queries = Queries()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            queries.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield queries
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return record
