"""The queue that wakes workers: a file beside the register's, or tables in PostgreSQL."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer
from huey.signals import SIGNAL_INTERRUPTED
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session

from app.checking import check_what_changed
from app.database import engine_options
from app.models import Job
from app.services import jobs, outages
from app.services.importing import offers
from app.worker.holding import FileHolds, Holds, ServerHolds
from app.worker.memory import give_back_memory
from app.worker.running import claim_job, give_back_job, run_job

NAME = "casebook"
FILE = "jobs.db"
# Which jobs the workers of this machine have.
HOLDS_FILE = "jobs.lock"
# Begins the names of the queue's tables in PostgreSQL; migrations leave those alone.
TABLES = "job_queue"
SALT = "casebook jobs"

log = logging.getLogger(__name__)


class Queue:
    """The ids of jobs on their way to a worker.

    `at_once` does without a worker: a job is carried out by whoever puts it.
    """

    def __init__(self, url: str, instance: Path, secret: str, *, at_once: bool = False) -> None:
        self._url = url
        # The job that this process carries out.
        self._job: Job | None = None
        # Messages are unpickled: only those that we signed are.
        serializer = SignedSerializer(secret=secret, salt=SALT)
        options: dict[str, Any] = {"results": False, "serializer": serializer, "immediate": at_once}
        self.huey, self._holds = _open(url, instance, options)
        self._run = self.huey.task(name="run")(self._carry_out)
        self._sweep = self.huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)
        self.huey.signal(SIGNAL_INTERRUPTED)(self._give_back)
        self.huey.on_shutdown("close")(self.close)

    def put(self, job_id: int) -> None:
        """Wake a worker for a job whose asking for is committed."""
        try:
            try:
                self._run(job_id)
            except Exception:
                # A connection that lay idle may have been closed by the server meanwhile.
                self.close()
                self._run(job_id)
        except Exception as error:
            # The next sweep finds the job in its table.
            log.warning(
                "the queue does not take job %s: %s", job_id, outages.explain(error) or error
            )

    def sweep(self) -> None:
        """Take up what dead workers left, put every job that waits, forget files nobody wants."""
        with self._engine() as engine, _told_in_words():
            with Session(engine) as session:
                waiting = jobs.sweep(session, partial(self._holds.is_held, session))
                session.commit()
            for job_id in waiting:
                self.put(job_id)
            with Session(engine) as session:
                offers.sweep(session)
                session.commit()
                check_what_changed(session)

    def sweep_soon(self) -> None:
        """Sweep as soon as the job of a worker that was killed right now is known to be lost."""
        try:
            self._sweep.schedule(delay=jobs.UNHELD_SECONDS)
        except Exception as error:
            # There is a sweep each minute.
            log.warning("the queue is not there: %s", outages.explain(error) or error)

    def close(self) -> None:
        """Close the connections to the queue; it opens them again when they are needed."""
        self.huey.storage.close()

    def _carry_out(self, job_id: int) -> None:
        with (
            self._engine() as engine,
            _told_in_words(),
            # Before the claim: a job that runs is had by somebody.
            self._holds.hold(engine, job_id),
        ):
            self._job = claim_job(engine, job_id)
            if self._job is not None:
                run_job(engine, self._job)
                self._job = None
        give_back_memory()

    def _give_back(self, *_what: object) -> None:
        job = self._job
        if job is not None:
            with self._engine() as engine:
                give_back_job(engine, job)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        engine = create_engine(self._url, **engine_options(self._url))
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _told_in_words() -> Iterator[None]:
    """Log a failing database in a sentence: the next sweep tries again."""
    try:
        yield
    except Exception as error:
        outage = outages.explain(error)
        if outage is None:
            raise
        log.warning("the jobs wait: %s", outage)


def _open(url: str, instance: Path, options: dict[str, Any]) -> tuple[Huey, Holds]:
    if not url.startswith("postgresql"):
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = instance / FILE
        # What SQLite puts beside a file can be read by whoever can read the file.
        file.touch(mode=0o600)
        huey = SqliteHuey(NAME, filename=str(file), fsync=True, **options)
        return huey, FileHolds(instance / HOLDS_FILE)
    dialect = make_url(url).get_dialect()()
    words, settings = dialect.create_connect_args(make_url(url))
    settings.setdefault("connect_timeout", 10)

    def connect() -> Any:
        return psycopg.connect(*words, **settings)

    huey = PostgresHuey(NAME, connection=connect, table_prefix=TABLES, **options)
    return huey, ServerHolds()
