"""How far a job is, for the page that follows it."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Job
from app.services.jobs.errors import as_message
from app.services.jobs.states import UNFINISHED
from app.services.jobs.sweeping import ALIVE_SECONDS
from app.services.messages import Message

# A living worker that has nothing else to do takes a job sooner.
PATIENCE_SECONDS = 5
# From the first steps alone nothing can be foretold.
LEAST_SECONDS = 2


@dataclass(frozen=True)
class Standing:
    """How far a job is."""

    job: Job
    # Whole percents done, None when that is not known.
    percent: int | None
    # Seconds until it is done, None when that cannot be told yet.
    seconds_left: int | None
    # It waits, and no worker seems to be there to take it.
    lacks_worker: bool
    error: Message | None

    @property
    def is_finished(self) -> bool:
        """Tell whether the job is over, whichever way it ended."""
        return self.job.status not in UNFINISHED


def find_job(session: Session, job_id: int) -> Job | None:
    """Return the job of this id."""
    return session.get(Job, job_id)


def find_job_of(
    session: Session, *, import_id: int | None = None, changeset_id: int | None = None
) -> Job | None:
    """Return the newest job of an import, or of a changeset that is taken back."""
    about = (
        Job.import_id == import_id if import_id is not None else Job.changeset_id == changeset_id
    )
    return session.scalar(select(Job).where(about).order_by(Job.id.desc()).limit(1))


def standing_of(session: Session, job: Job, now: dt.datetime | None = None) -> Standing:
    """Tell how far a job is."""
    now = now or utc_now()
    known = job.status == "running" and job.total > 0
    percent = min(100, 100 * job.done // job.total) if known else None
    return Standing(
        job=job,
        percent=percent,
        seconds_left=_seconds_left(job, now) if known else None,
        lacks_worker=_lacks_worker(session, job, now),
        error=as_message(job.error),
    )


def _seconds_left(job: Job, now: dt.datetime) -> int | None:
    passed = (now - job.started_at).total_seconds() if job.started_at else 0.0
    if not job.done or passed < LEAST_SECONDS:
        return None
    return round(passed * max(0, job.total - job.done) / job.done)


def _lacks_worker(session: Session, job: Job, now: dt.datetime) -> bool:
    if job.status != "queued" or now - job.queued_at < dt.timedelta(seconds=PATIENCE_SECONDS):
        return False
    heard_of = now - dt.timedelta(seconds=ALIVE_SECONDS)
    working = select(Job.id).where(Job.status == "running", Job.heartbeat_at > heard_of)
    return session.scalar(working.limit(1)) is None
