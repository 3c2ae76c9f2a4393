import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import User
from tests.support.pages import Page
from tests.support.sign_in import PASSWORD

ReadPage = Callable[..., Page]
FIRST = {"username": "ada", "email": "", "password": PASSWORD}


def link(app: Flask) -> str:
    """Return the address that `flask first-run` prints, without its host."""
    printed = app.test_cli_runner().invoke(args=["first-run"]).output
    return printed.partition("http://127.0.0.1:5000")[2].strip()


def test_link_makes_the_first_admin_and_signs_in(
    app: Flask, client: FlaskClient, page: ReadPage, reload: Callable[[], Session]
) -> None:
    address = link(app)
    form = page(client.get(address)).form()
    assert client.post(address, data={**form, **FIRST}).status_code == 303
    assert page(client.get("/users")).rows()[0][:2] == ["ada", "Admin"]
    assert [user.role for user in reload().scalars(select(User))] == ["admin"]


def test_link_works_once_and_says_so(app: Flask, client: FlaskClient, page: ReadPage) -> None:
    address = link(app)
    client.post(address, data=FIRST)
    other = app.test_client()
    for answer in (other.get(address), other.post(address, data={**FIRST, "username": "eve"})):
        assert "once" in page(answer, 410).text()
    assert link(app) == ""


@pytest.mark.parametrize(
    ("wrong", "field"), [({"username": "a b"}, "username"), ({"password": "short"}, "password")]
)
def test_wrong_field_is_named(
    app: Flask, client: FlaskClient, page: ReadPage, wrong: dict[str, str], field: str
) -> None:
    assert page(client.post(link(app), data={**FIRST, **wrong}), 422).error_of(field)


def test_link_runs_out_after_a_day(app: Flask, client: FlaskClient, page: ReadPage) -> None:
    start = dt.datetime(2003, 4, 12, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        address = link(app)
        clock.move_to(start + dt.timedelta(hours=23))
        assert client.get(address).status_code == 200
        clock.move_to(start + dt.timedelta(hours=25))
        assert "flask first-run" in page(client.get(address), 410).text()


@pytest.mark.parametrize("code", ["", "x", "x.y.z", "ImZpcnN0IGFjY291bnQi.aaaaaa.bbbbbb", "\x00"])
def test_other_codes_make_no_account(
    client: FlaskClient, reload: Callable[[], Session], code: str
) -> None:
    answer = client.post("/first-run", query_string={"code": code}, data=FIRST)
    assert answer.status_code == 410
    assert reload().scalars(select(User)).all() == []


def test_code_of_another_key_makes_no_account(app: Flask, client: FlaskClient) -> None:
    address = link(app)
    app.secret_key = "some other key, which did not sign the link that was printed"
    assert client.get(address).status_code == 410


def test_private_register_can_be_set_up(app: Flask, client: FlaskClient) -> None:
    app.config["PUBLIC_READING"] = False
    assert client.get(link(app)).status_code == 200


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        ({"HOST": "0.0.0.0", "PORT": 8000}, "http://127.0.0.1:8000"),
        ({"HOST": "::1"}, "http://[::1]:5000"),
        ({"TRUSTED_HOSTS": ["casebook.example"]}, "http://casebook.example"),
        (
            {"TRUSTED_HOSTS": ["casebook.example"], "SESSION_COOKIE_SECURE": True},
            "https://casebook.example",
        ),
    ],
)
def test_link_leads_to_where_casebook_is_served(
    app: Flask, settings: dict[str, object], base: str
) -> None:
    app.config.update(settings)
    printed = app.test_cli_runner().invoke(args=["first-run"]).output
    assert f"{base}/first-run?code=" in printed
