"""Fetching for the browser: from allowed hosts, in public networks, within bounds."""

import ipaddress
import socket
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from app.services.importing import ImportRefused, fetching
from app.services.importing.fetching import is_public, open_address
from tests.support.neighbour import FILE, Answer, send


def fetch(
    address: str, hosts: list[str], *, anywhere: bool = True, **bounds: Any
) -> tuple[str, bytes]:
    """Fetch an address; this machine counts as public unless `anywhere` is turned off."""
    bounds = {"may_reach": lambda address: True, **bounds} if anywhere else bounds
    with open_address(address, hosts, **bounds) as (name, stream):
        return name, stream.read()


def refuse(address: str, hosts: list[str], **wishes: Any) -> str:
    with pytest.raises(ImportRefused) as refusal:
        fetch(address, hosts, **wishes)
    return str(refusal.value)


def test_file_is_fetched_and_named_without_its_query(
    neighbour: str, answers: dict[str, Answer]
) -> None:
    answers["/data/sars%202003.csv?key=secret"] = send()
    found = fetch(f"http://{neighbour}/data/sars 2003.csv?key=secret", [neighbour])
    assert found == ("sars 2003.csv", FILE)


def test_host_that_is_not_allowed_is_never_asked(
    neighbour: str, answers: dict[str, Answer]
) -> None:
    said = refuse(f"http://{neighbour}/sars.csv", ["data.example.org"])
    assert said == f"Files are not fetched from {neighbour}. An admin can allow it."


@pytest.mark.parametrize(
    "address",
    [
        "ftp://localhost/x.csv",
        "file:///etc/passwd",
        "//localhost/x.csv",
        "localhost/x.csv",
        "http:///x.csv",
        "http://localhost:99999/x.csv",
        "http://[::1/x.csv",
        "http://mina:secret@localhost/x.csv",
        "http://localhost@evil.example/x.csv",
        "http://localhost.evil.example/x.csv",
        "http://localhost:81/x.csv",
        "http://" + "x" * 5000 + "/x.csv",
        "",
    ],
)
def test_address_of_another_kind_is_refused(address: str) -> None:
    assert "secret" not in refuse(address, ["localhost"])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "::ffff:169.254.169.254", "::7f00:1",
        "64:ff9b:1::a00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.0.8", "192.0.2.1",
    ],
)  # fmt: skip
def test_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "140.82.112.3", "2606:4700::1111"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"]
)
def test_allowed_name_that_leads_inside_is_refused(name: str) -> None:
    host = name.strip("[]")
    said = refuse(f"http://{name}/x.csv", [host], anywhere=False)
    assert "private network" in said or "no host of this name" in said


def test_connection_goes_to_the_address_that_was_looked_at(
    neighbour: str, answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers["/x.csv"] = send()
    port = int(neighbour.rpartition(":")[2])
    asked: list[str] = []

    def lookup(host: str, *args: Any, **options: Any) -> list[Any]:
        asked.append(host)
        if host == "data.example.org":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return real(host, *args, **options)

    real = socket.getaddrinfo
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lookup)
    named = f"data.example.org:{port}"
    assert fetch(f"http://{named}/x.csv", [named])[1] == FILE
    # Asked again, a hostile name server would give another answer.
    assert asked.count("data.example.org") == 1


def test_redirect_is_followed_where_allowed(neighbour: str, answers: dict[str, Answer]) -> None:
    answers["/old"] = send(status=302, Location="/new/sars.csv")
    answers["/new/sars.csv"] = send()
    assert fetch(f"http://{neighbour}/old", [neighbour]) == ("sars.csv", FILE)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://169.254.169.254/latest/meta-data", "not fetched from 169.254.169.254"),
        ("file:///etc/passwd", "must begin with"),
        ("http://mina:x@localhost/", "password"),
        ("/here", "leads on and on"),
    ],
)
def test_redirect_is_looked_at_as_the_first_address(
    neighbour: str, answers: dict[str, Answer], location: str, said: str
) -> None:
    answers["/here"] = send(status=301, Location=location)
    assert said in refuse(f"http://{neighbour}/here", [neighbour])


def test_redirect_that_leads_inside_is_refused(neighbour: str, answers: dict[str, Answer]) -> None:
    answers["/here"] = send(status=307, Location="http://127.0.0.2/x.csv")
    here = ipaddress.ip_address("127.0.0.2")
    said = refuse(
        f"http://{neighbour}/here",
        [neighbour, "127.0.0.2"],
        may_reach=lambda reached: reached != here,
    )
    assert "private network" in said


@pytest.mark.parametrize("status", [204, 304, 401, 404, 500])
def test_answer_that_is_no_file_is_told(
    neighbour: str, answers: dict[str, Answer], status: int
) -> None:
    answers["/x.csv"] = send(b"", status=status)
    assert f"it answers {status}" in refuse(f"http://{neighbour}/x.csv", [neighbour])


def test_file_that_is_too_long_is_given_up(neighbour: str, answers: dict[str, Answer]) -> None:
    answers["/told"] = send(length=3 << 20)
    assert "longer than 1 MiB" in refuse(f"http://{neighbour}/told", [neighbour], most=1 << 20)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x" * (1 << 16))
        except ConnectionError:
            pass

    answers["/untold"] = endless
    assert "longer than 1 MiB" in refuse(f"http://{neighbour}/untold", [neighbour], most=1 << 20)


def test_file_that_breaks_off_is_refused(neighbour: str, answers: dict[str, Answer]) -> None:
    answers["/x.csv"] = send(length=len(FILE) + 1)
    assert "broke off" in refuse(f"http://{neighbour}/x.csv", [neighbour])


def test_file_that_takes_too_long_is_refused(
    neighbour: str, answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_SECONDS", -1)
    answers["/x.csv"] = send()
    assert "takes too long" in refuse(f"http://{neighbour}/x.csv", [neighbour])


@pytest.mark.parametrize(
    "beginning", [b"HTTP/1.", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_answer_that_drips_for_ever_is_cut_off(
    neighbour: str, answers: dict[str, Answer], monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        with suppress(ConnectionError):
            handler.wfile.write(beginning)
            for _ in range(1000):
                handler.wfile.write(b"1")
                time.sleep(0.01)

    answers["/x.csv"] = drip
    monkeypatch.setattr(fetching, "MOST_SECONDS", 0.2)
    assert "takes too long" in refuse(f"http://{neighbour}/x.csv", [neighbour])


def test_server_that_is_not_there_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"localhost:{unused.getsockname()[1]}"
        assert "cannot be reached" in refuse(f"http://{nobody}/x.csv", [nobody])


def test_unencrypted_answer_to_an_encrypted_question_is_told(neighbour: str) -> None:
    assert "cannot be reached" in refuse(f"https://{neighbour}/x.csv", [neighbour])
