"""What is going on when the fault comes: a job, a command, or a request to the web process."""

from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, select

from app import create_app, db
from app.auth import SESSION_KEY
from app.database import engine_options
from app.models import User
from app.services import bulk_loading
from app.services.user_sessions import open_user_session
from app.worker.running import claim_job, run_job
from tests.support.offers import offer

SECRET = "faults sign with this key and nothing else does"
# Often enough that beats and the work get into each other's way.
BEAT_SECONDS = 0.02

# An act on what its word names: a number or a file.
Act = Callable[[str], None]


def make_app(url: str) -> Flask:
    """Make the application on a register."""
    settings = {"SECRET_KEY": SECRET, "SQLALCHEMY_DATABASE_URI": url, "WTF_CSRF_ENABLED": False}
    return create_app(settings)


def run_a_job(engine: Engine, job_id: int) -> None:
    """Carry out a job as a worker does."""
    job = claim_job(engine, job_id)
    assert job is not None
    run_job(engine, job, beat_seconds=BEAT_SECONDS)


def job(url: str) -> Act:
    """Be a worker."""
    engine = create_engine(url, **engine_options(url))
    return lambda number: run_a_job(engine, int(number))


def command(url: str) -> Act:
    """Be `flask import-csv`."""
    app = make_app(url)

    def act(file: str) -> None:
        done = app.test_cli_runner().invoke(args=["import-csv", file])
        # Some rows of the file are held.
        assert done.exit_code == 3, done.output

    return act


def large_command(url: str) -> Act:
    """Be `flask import-csv` with a file that is worth the ways of very large ones."""
    bulk_loading.WORTHWHILE = 1
    return command(url)


def upload(url: str) -> Act:
    """Be the web process that takes a file in and checks it."""
    client = _browser(url)

    def act(file: str) -> None:
        _expect(offer(client, Path(file).read_bytes()).status_code, 303)

    return act


def apply(url: str) -> Act:
    """Be the web process that imports a checked file."""
    client = _browser(url)
    return lambda number: _expect(
        client.post(f"/imports/{number}/decide", data={"do": "apply"}).status_code, 303
    )


def undo(url: str) -> Act:
    """Be the web process that takes a change back."""
    client = _browser(url)
    return lambda number: _expect(
        client.post(f"/activity/{number}/undo", data={"kept": "0"}).status_code, 303
    )


def look(url: str) -> Act:
    """Look at an import's page, in whatever state it was left."""
    client = _browser(url)
    return lambda number: _expect(client.get(f"/imports/{number}").status_code, 200)


ACTS: Mapping[str, Callable[[str], Act]] = {
    "job": job,
    "command": command,
    "large-command": large_command,
    "upload": upload,
    "apply": apply,
    "undo": undo,
    "look": look,
}


def _browser(url: str) -> FlaskClient:
    app = make_app(url)
    with app.app_context():
        session = db.session()
        token = open_user_session(session, session.scalars(select(User).limit(1)).one())
        session.commit()
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token
    return client


def _expect(status: int, wanted: int) -> None:
    assert status == wanted, f"answered {status}"
