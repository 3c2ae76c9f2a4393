"""What every test may use: a register of its own, the app on it, clients and pages."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app, db
from app.database import open_session
from app.worker.waking import EXTENSION
from tests.support.routes import keep_compiled_routes
from tests.support.templates import CompiledTemplates

pytest_plugins = (
    "tests.support.left_out",
    "tests.support.databases",
    "tests.support.clients",
    "tests.support.findings",
    "tests.support.jobs",
    "tests.support.kinds",
    "tests.support.neighbour",
    "tests.support.pages",
    "tests.support.listed_register",
    "tests.support.sign_in",
)

SECRET = "tests sign with this key and nothing else does"
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = CompiledTemplates()
keep_compiled_routes()
SHARED = Path(os.environ.get("CASEBOOK_SHARED", ROOT.parent / "shared"))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays until the end: all modules and tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session as a script opens it."""
    with open_session(database_url) as session:
        yield session


@pytest.fixture
def reload(database_url: str) -> Iterator[Callable[[], Session]]:
    """Open a fresh session that reads, to see what is really stored."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(open_session(database_url, reading=True))


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on that register."""
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": SECRET,
            "SQLALCHEMY_DATABASE_URI": database_url,
            "INSTANCE": str(tmp_path),
            "WTF_CSRF_ENABLED": False,
        }
    )
    app.jinja_env.bytecode_cache = TEMPLATES
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if EXTENSION in app.extensions:
        app.extensions[EXTENSION].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who has not signed in."""
    return app.test_client()


@pytest.fixture
def real_file() -> Path:
    """The real data set, which is not part of the project."""
    file = SHARED / "data" / "sars_2003.csv"
    if not file.exists():
        pytest.skip("the real data set is not beside the project (shared/data/sars_2003.csv)")
    return file
