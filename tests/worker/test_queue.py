"""The queue carries ids to workers; whatever it loses stands in the jobs' own table."""

import datetime as dt
import sqlite3
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import create_engine, text

from app import create_app, db
from app.database import engine_options, open_session, utc_now
from app.models import Changeset, Finding, Import, Job, UncheckedSeries
from app.services import jobs
from app.services.changesets import Actor
from app.services.importing import offers
from app.worker.queue import FILE, Queue
from app.worker.running import claim_job
from app.worker.waking import put_job
from tests.conftest import SECRET
from tests.support.clients import default_outbreak
from tests.support.databases import ENDING_OTHERS
from tests.support.imports import import_now

MINA = Actor("Mina Park")


def asked_to_undo(url: str) -> int:
    """Import a row and ask for the undoing of that; return the job's id."""
    with open_session(url) as session:
        known = session.query(Job).count()
        report = import_now(session, f"2003-04-{known + 1:02},Viet Nam,63,5,46\n")
        job = jobs.enqueue(session, "undo", MINA, changeset_id=report.changeset_id)
        session.commit()
        return job.id


def status_of(url: str, job_id: int) -> str:
    with open_session(url, reading=True) as session:
        return session.get_one(Job, job_id).status


def work_off(queue: Queue) -> int:
    """Carry out what is in the queue, as a worker does; return how many messages there were."""
    count = 0
    queue.huey.storage.blocking = False
    while (task := queue.huey.dequeue()) is not None:
        queue.huey.execute(task)
        count += 1
    return count


def test_a_job_that_is_put_is_carried_out(url: str, queue: Queue) -> None:
    job_id = asked_to_undo(url)
    queue.put(job_id)
    assert status_of(url, job_id) == "queued"
    assert work_off(queue) == 1
    assert status_of(url, job_id) == "done"
    with open_session(url, reading=True) as session:
        assert session.query(Changeset).count() == 2


def test_a_job_that_is_put_twice_is_carried_out_once(url: str, queue: Queue) -> None:
    job_id = asked_to_undo(url)
    queue.put(job_id)
    queue.put(job_id)
    assert work_off(queue) == 2
    assert status_of(url, job_id) == "done"
    with open_session(url, reading=True) as session:
        assert session.get_one(Job, job_id).attempts == 1


def test_the_sweep_lets_the_rules_look_at_what_a_killed_process_left(
    url: str, queue: Queue
) -> None:
    with open_session(url) as session:
        rows = "2003-04-11,Viet Nam,63,5,46\n2003-04-12,Viet Nam,60,5,46\n"
        import_now(session, rows)
    queue.sweep()
    with open_session(url, reading=True) as session:
        assert [found.rule for found in session.query(Finding)] == ["decline"]
        assert session.query(UncheckedSeries).all() == []


def test_a_job_leaves_nothing_for_the_rules_to_look_at(url: str, queue: Queue) -> None:
    queue.put(asked_to_undo(url))
    work_off(queue)
    with open_session(url, reading=True) as session:
        assert session.query(UncheckedSeries).all() == []


def test_the_sweep_fills_a_queue_that_lost_everything(url: str, queue: Queue) -> None:
    waiting, lost = asked_to_undo(url), asked_to_undo(url)
    with open_session(url) as session:
        job = jobs.claim(session, lost)
        assert job is not None
        session.get_one(Job, lost).heartbeat_at = utc_now() - dt.timedelta(minutes=2)
        session.commit()
    assert work_off(queue) == 0
    queue.sweep()
    assert work_off(queue) == 2
    assert [status_of(url, job_id) for job_id in (waiting, lost)] == ["done", "done"]


def test_the_sweep_forgets_broken_uploads(url: str, queue: Queue) -> None:
    with open_session(url) as session:
        offer = offers.begin(session, default_outbreak(session).id, MINA, "counts.csv")
        offer.created_at = utc_now() - dt.timedelta(hours=2)
        session.commit()
    queue.sweep()
    with open_session(url, reading=True) as session:
        assert session.get_one(Import, offer.id).status == "expired"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_message_that_is_not_ours_is_not_read(
    url: str, queue: Queue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = asked_to_undo(url)
    stranger = Queue(url, tmp_path, "another key, with which nobody signs here")
    stranger.put(job_id)
    stranger.close()
    with pytest.raises(ValueError, match="Signature"):
        queue.huey.dequeue()
    assert status_of(url, job_id) == "queued"
    queue.sweep()
    work_off(queue)
    assert status_of(url, job_id) == "done"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_queue_that_cannot_be_written_loses_nothing(
    url: str, queue: Queue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = asked_to_undo(url)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("DROP TABLE task")
    connection.close()
    queue.put(job_id)
    assert "does not take job" in caplog.text
    assert status_of(url, job_id) == "queued"


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_connection_that_was_cut_is_opened_again(
    url: str, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.put(asked_to_undo(url))
    with open_session(url) as session:
        session.execute(text(ENDING_OTHERS))
    queue.put(asked_to_undo(url))
    assert caplog.text == ""
    assert queue.huey.pending_count() == 2


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_only_the_owner_reads_the_queues_file(url: str, queue: Queue, tmp_path: Path) -> None:
    queue.put(asked_to_undo(url))
    modes = {file.stat().st_mode & 0o777 for file in tmp_path.glob(f"{FILE}*")}
    assert modes == {0o600}


def test_of_many_workers_one_has_a_job(url: str) -> None:
    asked = [asked_to_undo(url) for _ in range(3)]
    ready = threading.Barrier(4)
    claimed: list[int] = []

    def work() -> None:
        engine = create_engine(url, **engine_options(url))
        for job_id in asked:
            ready.wait(30)
            job = claim_job(engine, job_id)
            if job is not None:
                claimed.append(job.id)
        engine.dispose()

    workers = [threading.Thread(target=work) for _ in range(ready.parties)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert claimed == asked


def test_a_worker_takes_jobs_as_they_come(url: str, queue: Queue) -> None:
    consumer = queue.huey.create_consumer(workers=1, periodic=False, max_delay=0.05)
    consumer._set_signal_handlers = lambda: None
    ended = threading.Event()

    @queue.huey.post_execute("tell")
    def tell(*_what: object) -> None:
        ended.set()

    consumer.start()
    try:
        job_id = asked_to_undo(url)
        queue.put(job_id)
        assert ended.wait(10)
        assert status_of(url, job_id) == "done"
    finally:
        consumer.stop(graceful=True)


def test_an_interrupted_worker_gives_its_job_back(url: str, queue: Queue) -> None:
    job_id = asked_to_undo(url)
    with open_session(url) as session:
        queue._job = jobs.claim(session, job_id)
        session.commit()
    assert status_of(url, job_id) == "running"
    queue._give_back()
    assert status_of(url, job_id) == "queued"


def test_without_a_worker_a_job_may_be_done_at_once(url: str, tmp_path: Path) -> None:
    app = create_app(
        {
            "SECRET_KEY": SECRET,
            "SQLALCHEMY_DATABASE_URI": url,
            "INSTANCE": str(tmp_path),
            "WORKER": "at-once",
        }
    )
    job_id = asked_to_undo(url)
    with app.app_context():
        put_job(job_id)
        db.engine.dispose()
    assert status_of(url, job_id) == "done"


def test_the_queues_tables_are_not_the_registers(empty_database_url: str, tmp_path: Path) -> None:
    app = make_app(empty_database_url, tmp_path)
    runner: FlaskCliRunner = app.test_cli_runner()
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    queue = Queue(empty_database_url, tmp_path, SECRET)
    queue.close()
    checked = runner.invoke(args=["db", "check"])
    with app.app_context():
        db.engine.dispose()
    assert checked.exit_code == 0, checked.output


def make_app(url: str, instance: Path) -> Flask:
    return create_app(
        {"SECRET_KEY": SECRET, "SQLALCHEMY_DATABASE_URI": url, "INSTANCE": str(instance)}
    )
