"""Every address and every role: who may not write is refused, whatever is added later."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.models import Record
from tests.support.databases import contents

ClientAs = Callable[[str], FlaskClient]

# What may be sent by whoever asks, and by every user about their own account.
OPEN = {"accounts.sign_in", "accounts.sign_out", "accounts.first_run"}
# Sets a cookie of the browser and writes nothing.
OPEN |= {"help.switch_keys"}
OWN = {"accounts.change_email", "accounts.change_password", "accounts.sign_out_elsewhere"}
OWN |= {"todos.save_view", "todos.rename_view", "todos.delete_view"}
SAFE = {"GET", "HEAD", "OPTIONS"}
# One value a kind of placeholder; whether such a thing exists must not matter to who is refused.
VALUES = {
    "AnyConverter": "csv",
    "IntegerConverter": 1,
    "IdConverter": 1,
    "DateConverter": "2003-04-12",
}


def address_of(app: Flask, rule: Rule) -> str:
    """Fill the rule's placeholders."""
    values = {
        name: VALUES.get(type(converter).__name__, "rosa")
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, values, method=next(iter(rule.methods or ())))


def writing(app: Flask) -> Iterator[tuple[str, str, str]]:
    """List endpoint, method and address of everything that may write."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - SAFE:
            yield rule.endpoint, method, address_of(app, rule)


@pytest.mark.parametrize(
    ("role", "status", "allowed"),
    [("visitor", 401, OPEN), ("reader", 403, OPEN | OWN)],
)
def test_only_editors_write_anywhere(
    app: Flask,
    client: FlaskClient,
    client_as: ClientAs,
    reload: Callable[[], Session],
    role: str,
    status: int,
    allowed: set[str],
) -> None:
    browser = client if role == "visitor" else client_as(role)
    before = contents(reload())
    answers = {
        (method, address): browser.open(address, method=method).status_code
        for endpoint, method, address in writing(app)
        if endpoint not in allowed
    }
    assert len(answers) > 20
    assert {key: code for key, code in answers.items() if code != status} == {}
    assert contents(reload()) == before


@pytest.mark.parametrize(("role", "status"), [("visitor", 303), ("reader", 403), ("editor", 403)])
def test_only_admins_see_users(
    app: Flask, client: FlaskClient, client_as: ClientAs, role: str, status: int
) -> None:
    browser = client if role == "visitor" else client_as(role)
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("users."):
            continue
        if "GET" in (rule.methods or ()):
            assert browser.get(address_of(app, rule)).status_code == status, rule
        if "POST" in (rule.methods or ()):
            assert browser.post(address_of(app, rule)).status_code in (401, 403), rule


def test_get_changes_nothing(
    app: Flask,
    client_as: ClientAs,
    make_record: Callable[..., Record],
    reload: Callable[[], Session],
) -> None:
    make_record(cases=8)
    admin = client_as("admin")
    before = contents(reload())
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and "GET" in (rule.methods or ()):
            answer = admin.get(address_of(app, rule))
            assert answer.status_code < 500, (rule, answer.status_code)
            answer.close()
    assert contents(reload()) == before
