"""Which service carries out which kind of job."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.models import Job
from app.services import undoing
from app.services.changesets import Actor
from app.services.importing import Progress, offers
from app.worker.fetching import fetch_offer

Work = Callable[[Session, Job, Progress], Any]


def _undo(session: Session, job: Job, progress: Progress) -> None:
    assert job.changeset_id is not None
    asked = job.arguments
    undoing.undo(
        session,
        job.changeset_id,
        actor_of(job),
        asked.get("reason", ""),
        most_kept=asked.get("most_kept"),
        progress=progress,
    )


def _check(session: Session, job: Job, progress: Progress) -> None:
    assert job.import_id is not None
    if job.arguments:
        fetch_offer(session.get_bind().engine, job.import_id, progress, **job.arguments)
    offers.check(session, job.import_id, progress)


def _apply(session: Session, job: Job, progress: Progress) -> None:
    assert job.import_id is not None
    offers.apply(session, job.import_id, actor_of(job), progress)


def actor_of(job: Job) -> Actor:
    """Return who asked for the job: what it writes is theirs."""
    return Actor(job.actor, job.user_id)


# A service begins its transaction itself, and neither commits nor rolls it back.
KINDS: Mapping[str, Work] = {"undo": _undo, "check": _check, "apply": _apply}
