"""Clients signed in by role, and the rows that tests begin with."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Country, Outbreak, Record, User
from app.models.names import slugify
from app.services import register
from app.services.register import Actor, RecordValues

# The cast: one user a role, called by these names.
CAST = {"reader": "rosa", "editor": "edo", "admin": "ada"}


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


@pytest.fixture
def make_user(database_url: str) -> Callable[..., User]:
    """Add a user; nobody can sign in by this one's password."""

    def make(role: str = "reader", username: str | None = None, **values: Any) -> User:
        with open_session(database_url) as session:
            user = User(username=username or CAST[role], role=role, password_hash="none", **values)
            session.add(user)
            session.commit()
            return user

    return make


@pytest.fixture
def make_record(database_url: str) -> Callable[..., Record]:
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
        with open_session(database_url) as session:
            values = RecordValues(find_or_add_country(session, country).id, day, **counts)
            outbreak = default_outbreak(session)
            record = register.add_record(session, outbreak.id, values, by, reason)
            session.commit()
            return record

    return make


@pytest.fixture
def client_as(app: Flask, make_user: Callable[..., User]) -> Callable[[str], FlaskClient]:
    """Return a browser in which the cast's user of this role has signed in."""
    users: dict[str, User] = {}

    def sign_in(role: str) -> FlaskClient:
        if role not in users:
            users[role] = make_user(role)
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = str(users[role].id)
            session["_fresh"] = True
        return client

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
