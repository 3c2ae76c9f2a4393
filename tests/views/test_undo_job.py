"""Undoing many records is a job: followed, stopped, and told how it went."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from app.database import engine_options, utc_now
from app.models import Changeset, Job
from app.services import jobs
from app.services.importing import Progress
from app.services.jobs import estimating
from app.worker.kinds import KINDS
from app.worker.running import claim_job, run_job
from tests.support.imports import import_now, stored

Page = Any
ROWS = "2003-04-11,Viet Nam,60,4,43\n2003-04-12,Viet Nam,62,4,46\n"


@pytest.fixture
def editor(client_as: Any, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An editor on a machine so slow that two rows are work for a worker."""
    monkeypatch.setattr(estimating, "ROWS_A_SECOND", 0.5)
    browser: FlaskClient = client_as("editor")
    return browser


@pytest.fixture
def number(session: Session) -> int:
    """An import's change."""
    changeset_id = import_now(session, ROWS).changeset_id
    session.rollback()
    assert changeset_id is not None
    return changeset_id


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The database, as a worker has it."""
    engine = create_engine(database_url, **engine_options(database_url))
    yield engine
    engine.dispose()


def ask(editor: FlaskClient, number: int) -> None:
    answer = editor.post(f"/activity/{number}/undo", data={"kept": "0", "why": "wrong file"})
    assert answer.status_code == 303
    assert answer.location == f"/activity/{number}/undo"


def test_a_large_undo_is_followed_to_its_end(
    editor: FlaskClient, number: int, page: Page, work: Callable[[], int], session: Session
) -> None:
    ask(editor, number)
    followed = page(editor.get(f"/activity/{number}/undo"))
    assert followed.heading == f"Undoing change {number}"
    assert "waits for its turn" in followed.text("#run")
    assert followed.one("noscript meta[http-equiv=refresh]").get("content") == "2"
    assert len(stored(session)) == 2
    session.rollback()
    assert work() == 1
    ended = editor.get(f"/activity/{number}/undo", follow_redirects=True)
    undone = session.scalars(select(Changeset).where(Changeset.undoes_id == number)).one()
    assert ended.request.path == f"/activity/{undone.id}"
    assert undone.reason == "wrong file"
    assert undone.actor == "edo"
    assert stored(session) == {}


def test_asking_twice_is_one_job(
    editor: FlaskClient, number: int, session: Session, work: Callable[[], int]
) -> None:
    ask(editor, number)
    ask(editor, number)
    assert len(session.scalars(select(Job)).all()) == 1
    session.rollback()
    assert work() == 1


def test_stop_leads_back_and_keeps_everything(
    editor: FlaskClient, number: int, page: Page, session: Session, work: Callable[[], int]
) -> None:
    ask(editor, number)
    followed = page(editor.get(f"/activity/{number}/undo"))
    stop = followed.one("main form").get("action")
    answer = editor.post(stop)
    assert (answer.status_code, answer.location) == (303, f"/activity/{number}/undo")
    assert page(editor.get(answer.location)).heading == f"Undo change {number}?"
    assert work() == 0
    assert len(stored(session)) == 2


def test_a_running_job_that_was_asked_to_stop_says_so(
    editor: FlaskClient, number: int, page: Page, session: Session
) -> None:
    ask(editor, number)
    job = session.scalars(select(Job)).one()
    jobs.claim(session, job.id)
    session.commit()
    running = page(editor.get(f"/activity/{number}/undo"))
    assert running.all("progress:not([value])")
    editor.post(f"/jobs/{job.id}/stop")
    stopping = page(editor.get(f"/activity/{number}/undo"))
    assert "Stopping" in stopping.text("#run")
    assert stopping.all("main form") == []


def test_a_running_undo_tells_how_many_rows_it_has_looked_at(
    editor: FlaskClient, number: int, page: Page, session: Session
) -> None:
    ask(editor, number)
    waiting = session.scalars(select(Job)).one()
    job = jobs.claim(session, waiting.id)
    assert job is not None
    jobs.beat(session, job, 300, 1200)
    session.commit()
    running = page(editor.get(f"/activity/{number}/undo"))
    assert running.one("progress").get("value") == "25"
    assert "about 300 of 1,200 rows" in running.text("#run")


def test_an_undo_that_is_stopped_while_it_looks_keeps_every_record(
    editor: FlaskClient, number: int, page: Page, engine: Engine, session: Session
) -> None:
    ask(editor, number)
    job_id = session.scalars(select(Job.id)).one()
    session.rollback()
    job = claim_job(engine, job_id)
    assert job is not None

    def press_stop_meanwhile(work: Session, job: Job, progress: Progress) -> None:
        def look(done: int, total: int) -> None:
            editor.post(f"/jobs/{job.id}/stop")
            give_up = time.monotonic() + 30
            while time.monotonic() < give_up:
                progress(done, total)
                time.sleep(0.01)

        KINDS["undo"](work, job, look)

    run_job(engine, job, {"undo": press_stop_meanwhile}, beat_seconds=0.01)
    assert page(editor.get(f"/activity/{number}/undo")).heading == f"Undo change {number}?"
    assert len(stored(session)) == 2


def test_why_an_undo_failed_is_told_at_its_preview(
    editor: FlaskClient,
    number: int,
    page: Page,
    session: Session,
    make_record: Callable[..., Any],
    work: Callable[[], int],
) -> None:
    ask(editor, number)
    # Somebody changes a record of the import before the worker comes.
    import_now(session, "2003-04-12,Viet Nam,63,5,46\n")
    work()
    told = page(editor.get(f"/activity/{number}/undo"))
    assert "The last try was given up" in told.text(".message.error")
    assert len(stored(session)) == 2


def test_a_job_that_no_worker_takes_says_so(
    editor: FlaskClient, number: int, page: Page, session: Session
) -> None:
    ask(editor, number)
    session.scalars(select(Job)).one().queued_at = utc_now() - dt.timedelta(minutes=1)
    session.commit()
    told = page(editor.get(f"/activity/{number}/undo"))
    assert "none seems to be running" in told.text("#run .notice")


def test_readers_stop_nothing(
    editor: FlaskClient, number: int, client_as: Any, session: Session
) -> None:
    ask(editor, number)
    job_id = session.scalars(select(Job.id)).one()
    session.rollback()
    assert client_as("reader").post(f"/jobs/{job_id}/stop").status_code == 403
    assert client_as("editor").post("/jobs/999/stop").status_code == 404
