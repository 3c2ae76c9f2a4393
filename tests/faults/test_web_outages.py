"""The database fails a request of an import: a page tells that, and nothing is half written."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app import database, db
from app.models import Import, Record
from app.services import outages
from app.services.importing import pieces
from tests.faults.preparing import write_file
from tests.support.offers import decide, offer, offer_number

Page = Any
ROWS = 2000
Failing = Callable[..., Any]

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    """A file that takes more room than a page or two."""
    write_file(tmp_path / "file.csv", ROWS)
    return (tmp_path / "file.csv").read_bytes()


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


@pytest.fixture
def file(database_url: str) -> str:
    return database_url.removeprefix("sqlite:///")


@pytest.fixture
def connecting_with(app: Flask) -> Failing:
    """Let the app connect in a way of its own for a while."""

    @contextmanager
    def connecting(*pragmas: str) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(database, "SQLITE_PRAGMAS", (*database.SQLITE_PRAGMAS, *pragmas))
            _connect_anew(app)
            yield
        _connect_anew(app)

    return connecting


def _connect_anew(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def full(connecting_with: Failing, file: str) -> Failing:
    """Leave hardly any room on the disk for a while."""

    def filled() -> Any:
        connection = sqlite3.connect(file)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.close()
        return connecting_with(f"PRAGMA max_page_count={pages + 2}")

    return filled


@pytest.fixture
def read_only(app: Flask, database_url: str, connecting_with: Failing) -> Failing:
    """Let the register's file be one that can only be read, as for a user without the right."""

    @contextmanager
    def closed() -> Iterator[None]:
        with app.app_context():
            engine = db.engine

        def connect(dialect: Any, _record: Any, words: list[Any], named: dict[str, Any]) -> Any:
            words[0] = f"file:{engine.url.database}?mode=ro"
            named["uri"] = True

        event.listen(engine, "do_connect", connect)
        with connecting_with():
            yield
        event.remove(engine, "do_connect", connect)
        _connect_anew(app)

    return closed


@pytest.fixture
def locked(connecting_with: Failing, file: str) -> Failing:
    """Let somebody else hold the write lock for a while."""

    @contextmanager
    def held() -> Iterator[None]:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with connecting_with("PRAGMA busy_timeout=50"):
            yield
        other.close()

    return held


def records(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Record)) or 0


def press(editor: FlaskClient, act: str, number: int, content: bytes) -> Any:
    """Upload a file, import one, or take the first change back."""
    if act == "upload":
        return offer(editor, content)
    if act == "apply":
        return decide(editor, number, do="apply")
    return editor.post("/activity/1/undo", data={"kept": "0"})


def assert_told(answer: Any, page: Page, why: object) -> None:
    """Assert that an answer says in words why the database failed."""
    assert str(why) in page(answer, 503).text("main")


def test_upload_to_a_full_disk(
    editor: FlaskClient, page: Page, full: Failing, content: bytes, reload: Any
) -> None:
    with full():
        assert_told(offer(editor, content), page, outages.FULL)
    # What arrived is forgotten after a while.
    assert set(reload().scalars(select(Import.status))) <= {"receiving"}
    number = offer_number(editor, content)
    assert page(editor.get(f"/imports/{number}")).text("#sum")


def test_import_to_a_full_disk(
    editor: FlaskClient, page: Page, full: Failing, content: bytes, reload: Any
) -> None:
    number = offer_number(editor, content)
    with full():
        assert_told(decide(editor, number, do="apply"), page, outages.FULL)
    fresh = reload()
    assert (records(fresh), fresh.get_one(Import, number).status) == (0, "checked")
    assert decide(editor, number, do="apply").status_code == 303
    assert records(reload()) == ROWS - ROWS // 50


@pytest.mark.parametrize("act", ["upload", "apply", "undo"])
def test_somebody_else_holds_the_lock(
    editor: FlaskClient, page: Page, locked: Failing, content: bytes, reload: Any, act: str
) -> None:
    number = offer_number(editor, content)
    if act == "undo":
        decide(editor, number, do="apply")
    before = records(reload())
    with locked():
        assert_told(press(editor, act, number, content), page, outages.BUSY)
        # Reading goes on.
        assert editor.get(f"/imports/{number}").status_code == 200
    assert records(reload()) == before


@pytest.mark.parametrize("act", ["upload", "apply", "undo"])
def test_register_that_can_only_be_read(
    editor: FlaskClient, page: Page, read_only: Failing, content: bytes, reload: Any, act: str
) -> None:
    number = offer_number(editor, content)
    if act == "undo":
        decide(editor, number, do="apply")
    before = records(reload())
    with read_only():
        assert_told(press(editor, act, number, content), page, outages.READ_ONLY)
        assert editor.get(f"/imports/{number}").status_code == 200
    assert records(reload()) == before


def test_no_room_for_temporary_files(
    editor: FlaskClient,
    page: Page,
    content: bytes,
    reload: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = offer_number(editor, content)

    def refuse(*_what: object, **_how: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pieces.tempfile, "TemporaryFile", refuse)
        assert_told(decide(editor, number, do="apply"), page, outages.FULL)
    assert reload().get_one(Import, number).status == "checked"
    assert decide(editor, number, do="apply").status_code == 303
