"""A job that a process has is let go of when that process ends, in whichever way."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from app.database import engine_options, open_session
from app.models import Job
from app.services.jobs import UNHELD_SECONDS
from app.worker.queue import Queue
from app.worker.running import claim_job
from tests.conftest import ROOT, SECRET
from tests.services.jobs.test_job_states import age
from tests.worker.test_queue import asked_to_undo, status_of

PATIENCE = 20
# A worker in the middle of a job.
SCRIPT = """
import sys, time
from pathlib import Path
from app.worker import queue
url, instance, secret, job_id = sys.argv[1:]
def stay(engine, job):
    print("running", flush=True)
    time.sleep(600)
queue.run_job = stay
queue.Queue(url, Path(instance), secret)._carry_out(int(job_id))
"""


@contextmanager
def working(url: str, instance: Path, job_id: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SCRIPT, url, str(instance), SECRET, str(job_id)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "running\n"
            yield worker
        finally:
            worker.kill()


def let_time_pass(url: str, job_id: int) -> None:
    with open_session(url) as session:
        age(session, session.get_one(Job, job_id), UNHELD_SECONDS + 1)


def test_killed_workers_job_is_taken_up_by_the_next_sweep(
    url: str, queue: Queue, tmp_path: Path
) -> None:
    job_id = asked_to_undo(url)
    with working(url, tmp_path, job_id) as worker:
        let_time_pass(url, job_id)
        queue.sweep()
        assert status_of(url, job_id) == "running"
        worker.kill()
        worker.wait(PATIENCE)
    give_up = time.monotonic() + PATIENCE
    # PostgreSQL hears a moment later that the connection is gone.
    while status_of(url, job_id) == "running" and time.monotonic() < give_up:
        queue.sweep()
    assert status_of(url, job_id) == "queued"


def test_job_that_this_process_has_is_not_taken_from_it(url: str, queue: Queue) -> None:
    job_id = asked_to_undo(url)
    engine = create_engine(url, **engine_options(url))
    with queue._holds.hold(engine, job_id):
        assert claim_job(engine, job_id) is not None
        let_time_pass(url, job_id)
        queue.sweep()
        assert status_of(url, job_id) == "running"
    queue.sweep()
    engine.dispose()
    assert status_of(url, job_id) == "queued"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_only_the_owner_reads_who_has_which_job(url: str, queue: Queue, tmp_path: Path) -> None:
    with queue._holds.hold(create_engine(url), 7):
        assert (tmp_path / "jobs.lock").stat().st_mode & 0o777 == 0o600
