"""One job from its claim to its end; what it does and that it is done are one transaction."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.checking import check_what_changed
from app.database import fold_log, give_up
from app.models import Job
from app.services import jobs, outages
from app.services.jobs import JobLost, JobStopped
from app.services.messages import Message, ServiceError
from app.worker.kinds import KINDS, Work
from app.worker.repeating import repeatedly

# A page that follows the job is at most this much behind.
BEAT_SECONDS = 1.0
# Failures that pass, if the work is begun anew.
PASSING = (outages.AWAY, outages.BUSY)

FAULT = Message(
    "A fault of the program ended the work, and nothing was stored. The log tells more of job"
    " %(number)s."
)

log = logging.getLogger(__name__)


class Pulse:
    """Says, on a connection of its own, that a job is alive and how far it is.

    On SQLite it waits while the job holds the write lock; the job never waits for it.
    """

    def __init__(self, engine: Engine, job: Job) -> None:
        self._engine, self._job = engine, job
        self._place = (0, 0)
        self._must_end = threading.Event()

    def progress(self, done: int, total: int) -> None:
        """Note how far the work is; raises JobStopped when it must not go on."""
        self._place = (done, total)
        if self._must_end.is_set():
            raise JobStopped

    def beat(self) -> None:
        """Say it now; one that cannot be written is made up for by the next."""
        with suppress(Exception), _session(self._engine) as session:
            if not jobs.beat(session, self._job, *self._place):
                self._must_end.set()
            session.commit()


def claim_job(engine: Engine, job_id: int) -> Job | None:
    """Take a waiting job to carry it out; None when somebody else has it."""
    with _session(engine) as session:
        job = jobs.claim(session, job_id)
        session.commit()
    return job


def run_job(
    engine: Engine,
    job: Job,
    kinds: Mapping[str, Work] = KINDS,
    *,
    beat_seconds: float = BEAT_SECONDS,
) -> None:
    """Carry out a job that was claimed, and note how it ended."""
    about = f"import {job.import_id}" if job.import_id else f"change {job.changeset_id}"
    log.info("job %s begins: %s of %s, try %s", job.id, job.kind, about, job.attempts)
    began, pulse = time.monotonic(), Pulse(engine, job)
    name = f"pulse of job {job.id}"
    try:
        with repeatedly(pulse.beat, beat_seconds, name), _session(engine) as session:
            kinds[job.kind](session, job, pulse.progress)
            jobs.finish(session, job)
            session.commit()
    except Exception as error:
        _note(engine, _ending(job, error))
    else:
        log.info("job %s is done after %.1f s", job.id, time.monotonic() - began)
        with _session(engine) as session:
            check_what_changed(session)
        with suppress(SQLAlchemyError):
            fold_log(engine)


def give_back_job(engine: Engine, job: Job) -> None:
    """Let another worker have the job that this one cannot carry on with."""
    _note(engine, lambda session: jobs.give_back(session, job))


def _ending(job: Job, error: Exception) -> Callable[[Session], object]:
    """Choose what is noted about a job that ended by an exception."""
    if isinstance(error, JobStopped | JobLost):
        log.info("job %s stops: nothing is stored", job.id)
        return lambda session: jobs.stop(session, job)
    if isinstance(error, ServiceError):
        why = error.message
        log.info("job %s fails, and its page says why", job.id)
        return lambda session: jobs.fail(session, job, why)
    outage = outages.explain(error)
    if outage in PASSING and job.attempts < jobs.MOST_ATTEMPTS:
        log.warning("job %s waits for another try: %s", job.id, outage)
        return lambda session: jobs.give_back(session, job, outage)
    if outage is None:
        log.error("job %s failed", job.id, exc_info=error)
        outage = Message(FAULT.text, number=job.id)
    return lambda session: jobs.fail(session, job, outage)


def _note(engine: Engine, note: Callable[[Session], object]) -> None:
    try:
        with _session(engine) as session:
            note(session)
            session.commit()
    except Exception as error:
        if outages.explain(error) is None:
            raise
        # The sweep takes up a job that nobody ended.
        log.warning("how a job ended cannot be noted: %s", outages.explain(error))


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    """Open a session that keeps nothing unless it is committed, also on a broken connection."""
    session = Session(engine, expire_on_commit=False)
    try:
        yield session
    except BaseException as error:
        if outages.explain(error) is None:
            session.close()
        else:
            give_up(session)
        raise
    else:
        session.close()
