"""What every test may use: a real database of its own, the app on it, clients and pages."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app import create_app, db
from app.database import Base, engine_options, open_session

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CASEBOOK_SHARED", ROOT.parent / "shared"))


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty register, on each engine in turn."""
    url = f"sqlite:///{tmp_path / 'casebook.db'}"
    engine = create_engine(url, **engine_options(url))
    Base.metadata.create_all(engine)
    engine.dispose()
    yield url


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session as a script opens it."""
    with open_session(database_url) as session:
        yield session


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on that register."""
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "tests sign with this key and nothing else does",
            "SQLALCHEMY_DATABASE_URI": database_url,
            "INSTANCE": str(tmp_path),
            "WTF_CSRF_ENABLED": False,
        }
    )
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who has not signed in."""
    return app.test_client()


@pytest.fixture
def reload(database_url: str) -> Callable[[], Session]:
    """Open a fresh session, to see what is really stored."""
    sessions = []

    def open_fresh() -> Session:
        context = open_session(database_url)
        sessions.append(context)
        return context.__enter__()

    yield open_fresh
    for context in sessions:
        context.__exit__(None, None, None)


@pytest.fixture
def real_file() -> Path:
    """The real data set, which is not part of the project."""
    file = SHARED / "data" / "sars_2003.csv"
    if not file.exists():
        pytest.skip(f"the real data set is not at {file}")
    return file
