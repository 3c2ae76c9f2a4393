from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.headers import HEADERS


@pytest.mark.parametrize("address", ["/", "/none", "/healthz"])
def test_every_answer_has_the_security_headers(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "Strict-Transport-Security" not in answer.headers


def test_policy_allows_nothing_inline_and_no_other_host() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    for word in ("unsafe", "*", "http", "data:"):
        assert word not in policy


def test_signed_in_pages_are_kept_nowhere(client_as: Callable[[str], FlaskClient]) -> None:
    answer = client_as("reader").get("/healthz")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_visitors_pages_are_kept_in_no_shared_cache(client: FlaskClient) -> None:
    assert client.get("/healthz").headers["Cache-Control"] == "private, no-cache"


def test_cookies_are_closed_to_script_and_other_sites(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["kept"] = "yes"
    client.get("/?theme=dark")
    for name in ("casebook", "casebook_theme"):
        cookie = client.get_cookie(name)
        assert cookie is not None
        assert cookie.http_only
        assert cookie.same_site == "Lax"
        assert cookie.path == "/"


def test_https_closes_cookies_to_plain_http(app: Flask) -> None:
    secure = create_app(
        {
            "SECRET_KEY": app.config["SECRET_KEY"],
            "SQLALCHEMY_DATABASE_URI": "sqlite://",
            "SESSION_COOKIE_SECURE": True,
        }
    )
    client = secure.test_client()
    answer = client.get("/none", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert secure.config["SESSION_COOKIE_NAME"] == "__Host-casebook"
    styles = client.get(f"{secure.static_url_path}/app.css", base_url="https://localhost")
    assert styles.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    styles.close()


def test_method_override_is_ignored(client: FlaskClient) -> None:
    answer = client.post("/healthz", headers={"X-HTTP-Method-Override": "GET"})
    assert answer.status_code == 405


@pytest.mark.parametrize("proxies", [0, 1])
def test_forwarded_host_is_never_believed(app: Flask, proxies: int) -> None:
    behind = create_app({**app.config, "TRUSTED_PROXIES": proxies})
    header = {"X-Forwarded-Host": "elsewhere.example"}
    answer = behind.test_client().get("/records/", headers=header)
    assert answer.status_code == 301
    assert "elsewhere" not in answer.headers["Location"]


def test_unknown_host_is_refused_where_hosts_are_named(app: Flask, client: FlaskClient) -> None:
    app.config["TRUSTED_HOSTS"] = ["register.example"]
    assert client.get("/healthz", base_url="http://elsewhere.example").status_code == 400
    assert client.get("/healthz", base_url="http://register.example").status_code == 200


def test_form_of_too_many_parts_is_refused(client: FlaskClient) -> None:
    answer = client.post("/", data={f"field{number}": "x" for number in range(3000)})
    assert answer.status_code in (400, 405, 413)
