import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from app import create_app, db, static_files
from tests.conftest import ROOT, SECRET
from tests.support.pages import Page

FOR_EVER = "max-age=315360000, public, immutable"


PART = "1234567890" * 100_000


@pytest.fixture
def sent() -> list[int]:
    """Numbers of the parts that the stream has been asked for."""
    return []


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path, sent: list[int]) -> Iterator[Flask]:
    """The application as a server runs it, with files compressed beforehand."""
    app = create_app(
        {
            "SECRET_KEY": SECRET,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{sqlite_template}",
            "INSTANCE": str(tmp_path),
        }
    )

    @app.get("/stream")
    def stream() -> Response:
        return Response((sent.append(number) or PART for number in range(3)), mimetype="text/csv")

    yield app
    with app.app_context():
        db.engine.dispose()


def test_stylesheet_is_cached_for_ever_under_an_address_that_changes(
    client: FlaskClient, page: Callable[..., Page]
) -> None:
    address = page(client.get("/")).all("link[rel=stylesheet]")[0].get("href")
    answer = client.get(str(address), buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_address_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    before = static_files.static_address(tmp_path, changing=False)
    (tmp_path / "b.js").write_text("let b")
    assert static_files.static_address(tmp_path, changing=False) != before


@pytest.mark.parametrize(("encoding", "kind"), [("gzip", "app.css"), ("br", "app.js")])
def test_styles_and_scripts_are_compressed(served: Flask, encoding: str, kind: str) -> None:
    address = f"{served.static_url_path}/{kind}"
    answer = served.test_client().get(address, headers={"Accept-Encoding": encoding}, buffered=True)
    assert answer.headers["Content-Encoding"] == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    if encoding == "gzip":
        assert gzip.decompress(answer.data) == (ROOT / "static" / kind).read_bytes()


def test_files_are_served_uncompressed_where_nothing_may_be_written(tmp_path: Path) -> None:
    folder = ROOT / "static"
    (tmp_path / "file").touch()
    assert static_files._with_compressed_files(folder, tmp_path / "file" / "static") == folder


def test_pages_are_compressed(served: Flask) -> None:
    answer = served.test_client().get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<h1" in gzip.decompress(answer.data)


def test_stream_that_is_compressed_still_streams(served: Flask, sent: list[int]) -> None:
    answer = served.test_client().get("/stream", headers={"Accept-Encoding": "gzip"})
    assert "Content-Length" not in answer.headers
    chunks = answer.iter_encoded()
    beginning = next(chunks)
    assert sent == [0], "the first part waited for the others"
    assert gzip.decompress(beginning + b"".join(chunks)) == PART.encode() * 3
    answer.close()


def test_icon_is_found_where_no_page_names_it(served: Flask) -> None:
    client = served.test_client()
    answer = client.get("/favicon.ico", follow_redirects=True, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")


def test_development_serves_files_as_they_are_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOOK_ENV", "development")
    monkeypatch.setenv("CASEBOOK_INSTANCE", str(tmp_path))
    app = create_app()
    app.load_pages()
    answer = app.test_client().get(f"{app.static_url_path}/app.css", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "max-age=0, public"
