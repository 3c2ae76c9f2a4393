"""How far a job is, for the page that follows it."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Import, Job
from app.services.jobs.errors import as_message
from app.services.jobs.states import UNFINISHED
from app.services.jobs.sweeping import ALIVE_SECONDS
from app.services.messages import Message

# A living worker that has nothing else to do takes a job sooner.
PATIENCE_SECONDS = 5
# From the first steps alone nothing can be foretold, nor from a worker that was not heard of since.
LEAST_SECONDS = 2
MOST_SILENT_SECONDS = 10
# How much of the whole work the reading is, of which alone the progress is known: of a file, or of
# the records that a change wrote.
READING_SHARE = {"check": 0.8, "apply": 0.5, "undo": 0.2}


@dataclass(frozen=True)
class Standing:
    """How far a job is."""

    job: Job
    # Whole percents that are read, None when that is not known.
    percent: int | None
    # About how many rows that is, and how many there are; of a file None until it was read once.
    rows: tuple[int, int] | None
    # Seconds until the job is done, None when that cannot be told.
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
    return Standing(
        job=job,
        percent=100 * job.done // job.total if known else None,
        rows=_rows(session, job) if known else None,
        seconds_left=_seconds_left(job, now) if known else None,
        lacks_worker=_lacks_worker(session, job, now),
        error=as_message(job.error),
    )


def _rows(session: Session, job: Job) -> tuple[int, int] | None:
    if job.kind == "undo":
        return job.done, job.total
    offer = session.get(Import, job.import_id) if job.import_id else None
    if offer is None or not offer.read:
        return None
    return offer.read * job.done // job.total, offer.read


def _seconds_left(job: Job, now: dt.datetime) -> int | None:
    if not job.started_at or not job.heartbeat_at or not 0 < job.done < job.total:
        return None
    worked = (job.heartbeat_at - job.started_at).total_seconds()
    silent = (now - job.heartbeat_at).total_seconds()
    if worked < LEAST_SECONDS or silent > MOST_SILENT_SECONDS:
        return None
    whole = worked * job.total / job.done / READING_SHARE.get(job.kind, 1)
    return max(1, round(whole - worked - silent))


def _lacks_worker(session: Session, job: Job, now: dt.datetime) -> bool:
    if job.status != "queued" or now - job.queued_at < dt.timedelta(seconds=PATIENCE_SECONDS):
        return False
    heard_of = now - dt.timedelta(seconds=ALIVE_SECONDS)
    working = select(Job.id).where(Job.status == "running", Job.heartbeat_at > heard_of)
    return session.scalar(working.limit(1)) is None
