"""The states of a job, each left for the next by whoever finds it still so: no job is done twice.

Whoever carries a job out holds its number of attempts: when the job was taken from them meanwhile,
nothing they say about it counts any more.
"""

from typing import Any

from sqlalchemy import ColumnElement, Update, select, true, update
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Import, Job
from app.services.changesets import Actor
from app.services.jobs.errors import as_error
from app.services.messages import Message, ServiceError

# What an import is while its job waits or runs, and what it may have been before.
_IMPORT_STATUS = {"check": "checking", "apply": "applying"}
_BEFORE = ("receiving", "checked")
UNFINISHED = ("queued", "running")


class AlreadyUnderWay(ServiceError):
    """The same was asked for twice, or what it is about has moved on meanwhile."""


class JobStopped(Exception):
    """Somebody asked the running job to stop: it keeps nothing."""


class JobLost(Exception):
    """The job was taken from whoever ran it: what they did must not be kept."""


def enqueue(
    session: Session,
    kind: str,
    actor: Actor,
    *,
    import_id: int | None = None,
    changeset_id: int | None = None,
    arguments: dict[str, Any] | None = None,
) -> Job:
    """Ask for a job; once that is committed, a worker is told by its id.

    Raises AlreadyUnderWay when the import or the changeset has an unfinished job.
    """
    if import_id is not None:
        _take_import(session, import_id, _IMPORT_STATUS[kind])
    if changeset_id is not None and _has_job(session, changeset_id):
        raise AlreadyUnderWay(Message("This is under way already."))
    job = Job(
        kind=kind,
        import_id=import_id,
        changeset_id=changeset_id,
        arguments=arguments or {},
        user_id=actor.user_id,
        actor=actor.name,
    )
    session.add(job)
    session.flush()
    return job


def claim(session: Session, job_id: int) -> Job | None:
    """Take a waiting job to carry it out; None when it is not there to be taken."""
    now = utc_now()
    taken = _change(
        session,
        update(Job)
        .where(Job.id == job_id, Job.status == "queued")
        .values(
            status="running",
            attempts=Job.attempts + 1,
            started_at=now,
            heartbeat_at=now,
            done=0,
            total=0,
            error=None,
        ),
    )
    return session.get_one(Job, job_id, populate_existing=True) if taken else None


def beat(session: Session, job: Job, done: int, total: int) -> bool:
    """Say that the job is alive and how far it is; False when it must not go on."""
    return _change(
        session,
        update(Job)
        .where(_held(job), ~Job.stop_asked)
        .values(heartbeat_at=utc_now(), done=min(done, total), total=total),
    )


def finish(session: Session, job: Job) -> None:
    """Note that the job is done, in the transaction of what it did: both are kept or neither.

    Raises JobStopped or JobLost, upon which the caller rolls everything back.
    """
    done = update(Job).where(_held(job), ~Job.stop_asked)
    if _change(session, done.values(status="done", done=Job.total, **_over())):
        return
    asked = session.scalar(select(Job.stop_asked).where(_held(job)))
    raise JobStopped if asked else JobLost


def fail(session: Session, job: Job, why: Message) -> None:
    """Note why the job failed; its import can be taken up again."""
    _end(session, job, "failed", error=as_error(why))


def stop(session: Session, job: Job) -> None:
    """Note that the job was stopped; its import is as it was before."""
    _end(session, job, "stopped")


def give_back(session: Session, job: Job, why: Message | None = None) -> bool:
    """Let the job wait for another try; False when it is not ours to give back."""
    error = as_error(why) if why else None
    return _change(session, update(Job).where(_held(job)).values(status="queued", error=error))


def ask_stop(session: Session, job: Job) -> None:
    """Ask a job to stop: at once when it waits, at its next step when it runs."""
    waiting = update(Job).where(Job.id == job.id, Job.status == "queued")
    if _change(session, waiting.values(status="stopped", stop_asked=True, **_over())):
        release_imports(session, Job.id == job.id)
        return
    running = update(Job).where(Job.id == job.id, Job.status == "running")
    _change(session, running.values(stop_asked=True))


def release_imports(session: Session, of_jobs: ColumnElement[bool] | None = None) -> None:
    """Let the imports of these jobs be checked or applied anew."""
    imports = select(Job.import_id).where(true() if of_jobs is None else of_jobs)
    _change(
        session,
        update(Import)
        .where(Import.id.in_(imports), Import.status.in_(_IMPORT_STATUS.values()))
        .values(status="checked"),
    )


def _end(session: Session, job: Job, status: str, **values: Any) -> None:
    ending = update(Job).where(_held(job))
    if _change(session, ending.values(status=status, **_over(), **values)):
        release_imports(session, Job.id == job.id)


def _over() -> dict[str, Any]:
    # An address may hold keys: it is kept no longer than needed.
    return {"finished_at": utc_now(), "arguments": {}}


def _held(job: Job) -> ColumnElement[bool]:
    same: ColumnElement[bool] = (
        (Job.id == job.id) & (Job.status == "running") & (Job.attempts == job.attempts)
    )
    return same


def _take_import(session: Session, import_id: int, status: str) -> None:
    free = update(Import).where(Import.id == import_id, Import.status.in_(_BEFORE))
    if not _change(session, free.values(status=status)):
        raise AlreadyUnderWay(Message("This import is under way already, or it is over."))


def _has_job(session: Session, changeset_id: int) -> bool:
    unfinished = select(Job.id).where(Job.changeset_id == changeset_id, Job.status.in_(UNFINISHED))
    return session.scalar(unfinished.limit(1)) is not None


def _change(session: Session, statement: Update) -> bool:
    """Run the update and tell whether it found what it is about."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    found: int = result.rowcount  # type: ignore[attr-defined]
    return found > 0
