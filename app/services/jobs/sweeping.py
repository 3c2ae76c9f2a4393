"""Jobs whose worker died are taken up again, so that nothing waits for ever."""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Job
from app.services.jobs.errors import as_error
from app.services.jobs.states import release_imports
from app.services.messages import Message

# A running job that has not been heard of for so long has lost its worker: on SQLite others may
# have the write lock for long.
ALIVE_SECONDS = 60
# The same where, besides, no process has the job; several heartbeats, lest one that cannot say so
# for a moment is taken for dead.
UNHELD_SECONDS = 4
MOST_ATTEMPTS = 3
# A finished job says nothing that its import or changeset does not.
KEPT_DAYS = 30

BROKE_OFF = Message(
    "The work was begun %(times)s times and broke off each time. Nothing was stored.",
    times=MOST_ATTEMPTS,
)


def sweep(
    session: Session,
    is_held: Callable[[int], bool] = lambda _job_id: True,
    *,
    alive_seconds: float = ALIVE_SECONDS,
) -> list[int]:
    """Take up again the jobs whose worker died; return the ids of all that wait, oldest first.

    `is_held` tells whether a living process has a job, where that can be told.
    """
    now = utc_now()
    lost = _find_lost(session, now, is_held, alive_seconds)
    for job in lost:
        _take_up(job, now)
    session.flush()
    for job in lost:
        if job.finished_at:
            release_imports(session, Job.id == job.id)
    forgotten = now - dt.timedelta(days=KEPT_DAYS)
    session.execute(delete(Job).where(Job.finished_at < forgotten))
    return list(session.scalars(select(Job.id).where(Job.status == "queued").order_by(Job.id)))


def _find_lost(
    session: Session, now: dt.datetime, is_held: Callable[[int], bool], alive_seconds: float
) -> list[Job]:
    silent_since = now - dt.timedelta(seconds=min(UNHELD_SECONDS, alive_seconds))
    silent = select(Job).where(Job.status == "running", Job.heartbeat_at < silent_since)
    locked = silent.with_for_update(skip_locked=True)
    found = session.scalars(locked, execution_options={"populate_existing": True}).all()
    long_ago = now - dt.timedelta(seconds=alive_seconds)
    return [
        job
        for job in found
        if job.heartbeat_at and (job.heartbeat_at < long_ago or not is_held(job.id))
    ]


def _take_up(job: Job, now: dt.datetime) -> None:
    if job.stop_asked:
        job.status, job.finished_at = "stopped", now
    elif job.attempts >= MOST_ATTEMPTS:
        job.status, job.finished_at, job.error = "failed", now, as_error(BROKE_OFF)
    else:
        job.status = "queued"
    if job.finished_at:
        job.arguments = {}
