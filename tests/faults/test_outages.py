"""The database fails during a job: that is told clearly, and nothing is half written."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from app.database import (
    begin_unlocked,
    engine_options,
    give_up,
    lock_afresh,
    open_session,
)
from app.models import Changeset, Job, RecordVersion
from app.services import jobs, outages
from app.services.importing import import_file
from app.worker.kinds import KINDS as WORKS
from app.worker.queue import Queue
from app.worker.running import claim_job, run_job
from tests.conftest import SECRET
from tests.faults.acts import run_a_job as run
from tests.faults.killing import error_of, state_of
from tests.faults.preparing import MINA, prepare, write_file
from tests.faults.registers import digest, fill
from tests.postgres import NoPostgres, Server
from tests.support.clients import default_outbreak
from tests.support.imports import assert_totals_true
from tests.support.left_out import leave_out

ROWS = 1000
KINDS = pytest.mark.parametrize("kind", ["check", "apply", "undo"])
Engines = Callable[..., Engine]


@pytest.fixture
def connect() -> Iterator[Engines]:
    """Open engines, each with its own way of connecting, and close them."""
    engines = []

    def open_one(url: str, *statements: str) -> Engine:
        engine = create_engine(url, **engine_options(url))

        def prepare_it(connection: Any, _record: object) -> None:
            for statement in statements:
                connection.execute(statement)

        event.listen(engine, "connect", prepare_it)
        engines.append(engine)
        return engine

    yield open_one
    for engine in engines:
        engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'casebook.db'}"
    fill(url)
    return url


@KINDS
def test_somebody_else_holds_the_write_lock(
    sqlite_url: str, tmp_path: Path, kind: str, connect: Engines
) -> None:
    job_id = prepare(sqlite_url, kind, tmp_path, ROWS)
    before = digest(sqlite_url)
    engine = connect(sqlite_url, "PRAGMA busy_timeout=50")
    job = claim_job(engine, job_id)
    assert job is not None
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    # How it ended is noted when the other one has gone; only the work itself meets the lock.
    watched = dict(WORKS)

    def work(session: Session, job: Job, progress: Any) -> None:
        try:
            WORKS[kind](session, job, progress)
        finally:
            other.execute("ROLLBACK")

    watched[kind] = work
    run_job(engine, job, watched, beat_seconds=0.02)
    other.close()
    assert (state_of(sqlite_url, job_id), error_of(sqlite_url, job_id)) == ("queued", outages.BUSY)
    assert digest(sqlite_url) == before
    run(engine, job_id)
    assert state_of(sqlite_url, job_id) == "done"


@KINDS
def test_the_disk_is_full(sqlite_url: str, tmp_path: Path, kind: str, connect: Engines) -> None:
    job_id = prepare(sqlite_url, kind, tmp_path, ROWS)
    before = digest(sqlite_url)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    full = connect(sqlite_url, f"PRAGMA max_page_count={pages + 1}")
    run(full, job_id)
    assert (state_of(sqlite_url, job_id), error_of(sqlite_url, job_id)) == ("failed", outages.FULL)
    assert digest(sqlite_url) == before


def test_giving_up_lets_the_write_lock_go(sqlite_url: str, connect: Engines) -> None:
    with Session(connect(sqlite_url)) as session:
        begin_unlocked(session)
        # From here on the connection is no pool's any more, and nobody but the session closes it.
        lock_afresh(session)
        give_up(session)
        with Session(connect(sqlite_url, "PRAGMA busy_timeout=0")) as other:
            other.execute(text("UPDATE outbreak SET name = 'SARS'"))
            other.commit()


def test_the_register_can_only_be_read(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = prepare(sqlite_url, "apply", tmp_path, ROWS)
    before = digest(sqlite_url)
    file = sqlite_url.removeprefix("sqlite:///")
    queue = Queue(f"sqlite:///file:{file}?mode=ro&uri=true", tmp_path, SECRET)
    queue.put(job_id)
    task = queue.huey.dequeue()
    queue.huey.execute(task)
    queue.close()
    assert str(outages.READ_ONLY) in caplog.text
    assert "Traceback" not in caplog.text
    assert state_of(sqlite_url, job_id) == "queued"
    assert digest(sqlite_url) == before


@KINDS
def test_the_database_is_restarted_midway(tmp_path: Path, kind: str, connect: Engines) -> None:
    # A server that breaks down would otherwise forget what was committed a moment before.
    server = Server(synchronous_commit="on")
    try:
        try:
            url = server.start()
        except NoPostgres as error:
            leave_out(f"there is no PostgreSQL: {error}")
        fill(url)
        job_id = prepare(url, kind, tmp_path, ROWS)
        before = digest(url)
        engine = connect(url)
        job = claim_job(engine, job_id)
        assert job is not None
        run_job(engine, job, {**WORKS, kind: crashing(kind)}, beat_seconds=0.02)
        # What waits in its pool would look like somebody at work.
        engine.dispose()
        await_return(url)
        assert digest(url) == before
        assert state_of(url, job_id) in ("running", "queued")
        with open_session(url) as session:
            assert jobs.sweep(session, alive_seconds=0) == [job_id]
            session.commit()
        run(engine, job_id)
        assert state_of(url, job_id) == "done"
        engine.dispose()
    finally:
        server.stop()


def crashing(kind: str) -> Callable[[Session, Job, Any], None]:
    """Return the work, after which, before anything is committed, the whole server breaks down."""

    def work(session: Session, job: Job, progress: Any) -> None:
        WORKS[kind](session, job, progress)
        session.flush()
        # The server ends everybody and begins anew when one of its processes is killed.
        os.kill(session.scalar(text("SELECT pg_backend_pid()")) or 0, signal.SIGKILL)
        time.sleep(0.1)

    return work


def await_return(url: str) -> None:
    too_late = time.monotonic() + 20
    while True:
        engine = create_engine(url)
        try:
            with engine.connect():
                return
        except Exception:
            assert time.monotonic() < too_late
            time.sleep(0.05)
        finally:
            engine.dispose()


def test_two_imports_of_the_same_keys_at_once(
    database_url: str, tmp_path: Path, reload: Callable[[], Session]
) -> None:
    files = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for cases, file in enumerate(files, start=1):
        write_file(file, ROWS, cases=cases)
    ready = threading.Barrier(2)
    failures: list[BaseException] = []

    def bring_in(file: Path) -> None:
        try:
            with open_session(database_url) as session:
                outbreak_id = default_outbreak(session).id
                session.commit()
                ready.wait(10)
                import_file(session, file, outbreak_id, MINA)
                session.commit()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=bring_in, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    session = reload()
    assert session.query(Changeset).count() == 2
    # What the first one said is kept as versions, each superseded by the second.
    stored = ROWS - ROWS // 50
    assert session.query(RecordVersion).count() == stored
    assert_totals_true(session)
