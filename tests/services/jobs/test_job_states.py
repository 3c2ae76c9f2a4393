"""A job is done once, by one worker, and never forgotten."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Import, Job
from app.services import jobs
from app.services.changesets import Actor
from app.services.jobs import AlreadyUnderWay, JobLost, JobStopped
from app.services.jobs.errors import as_error, as_message
from app.services.messages import Message
from tests.support.clients import default_outbreak

MINA = Actor("Mina Park")


def offered(session: Session, status: str = "checked") -> int:
    """Add an import in a state and return its id."""
    source = Import(
        outbreak_id=default_outbreak(session).id,
        filename="a.csv",
        sha256="0" * 64,
        size=1,
        status=status,
        actor=MINA.name,
    )
    session.add(source)
    session.commit()
    return source.id


def asked(session: Session, kind: str = "apply") -> Job:
    """Ask for a job of a fresh import, and commit."""
    job = jobs.enqueue(session, kind, MINA, import_id=offered(session))
    session.commit()
    return job


def claimed(session: Session, kind: str = "apply") -> Job:
    """Ask for a job and take it, and commit."""
    job = jobs.claim(session, asked(session, kind).id)
    assert job is not None
    session.commit()
    return job


def status_of(session: Session, job: Job) -> tuple[str, str]:
    """Return the state of the job and of its import, as they are stored."""
    session.rollback()
    session.expire_all()
    source = session.get_one(Import, job.import_id)
    return session.get_one(Job, job.id).status, source.status


def age(session: Session, job: Job, seconds: float) -> None:
    """Let the job's last sign of life be so many seconds ago."""
    session.get_one(Job, job.id).heartbeat_at = utc_now() - dt.timedelta(seconds=seconds)
    session.commit()


@pytest.mark.parametrize(("kind", "status"), [("check", "checking"), ("apply", "applying")])
def test_asking_takes_the_import_once(session: Session, kind: str, status: str) -> None:
    import_id = offered(session)
    job = jobs.enqueue(session, kind, MINA, import_id=import_id)
    session.commit()
    assert status_of(session, job) == ("queued", status)
    with pytest.raises(AlreadyUnderWay):
        jobs.enqueue(session, "apply", MINA, import_id=import_id)


def test_an_import_that_is_over_is_not_taken(session: Session) -> None:
    for status in ("applied", "discarded", "expired", "refused"):
        with pytest.raises(AlreadyUnderWay):
            jobs.enqueue(session, "apply", MINA, import_id=offered(session, status))
        session.rollback()


def test_two_workers_never_have_one_job(session: Session, reload: Callable[[], Session]) -> None:
    job = asked(session)
    first = jobs.claim(session, job.id)
    session.commit()
    assert first is not None
    assert first.attempts == 1
    assert jobs.claim(session, job.id) is None
    session.rollback()
    stored = reload().get_one(Job, job.id)
    assert stored.status == "running"
    assert stored.heartbeat_at is not None


def test_done_is_kept_with_what_was_done(session: Session) -> None:
    job = claimed(session)
    assert jobs.beat(session, job, 5, 10)
    session.commit()
    jobs.finish(session, job)
    session.commit()
    session.refresh(job)
    assert (job.status, job.done, job.total) == ("done", 10, 10)
    assert job.finished_at is not None


def test_a_job_without_a_sign_of_life_is_taken_up_again(session: Session) -> None:
    job = claimed(session)
    age(session, job, 59)
    assert jobs.sweep(session) == []
    age(session, job, 61)
    assert jobs.sweep(session) == [job.id]
    session.commit()
    assert status_of(session, job) == ("queued", "applying")


def test_a_job_that_no_process_has_is_taken_up_after_few_heartbeats(session: Session) -> None:
    job = claimed(session)
    age(session, job, 3)
    assert jobs.sweep(session, lambda _job_id: False) == []
    age(session, job, 5)
    assert jobs.sweep(session, lambda _job_id: True) == []
    assert jobs.sweep(session, lambda job_id: job_id != job.id) == [job.id]
    session.commit()
    assert status_of(session, job) == ("queued", "applying")


def test_who_lost_the_job_can_keep_nothing(session: Session) -> None:
    lost = claimed(session)
    session.expunge(lost)
    age(session, lost, 61)
    jobs.sweep(session)
    session.commit()
    again = jobs.claim(session, lost.id)
    session.commit()
    assert again is not None
    with pytest.raises(JobLost):
        jobs.finish(session, lost)
    session.rollback()
    assert not jobs.beat(session, lost, 1, 1)
    assert not jobs.give_back(session, lost)
    jobs.fail(session, lost, Message("No."))
    session.commit()
    assert status_of(session, again) == ("running", "applying")


def test_after_three_tries_the_job_fails_in_words(session: Session) -> None:
    job = asked(session)
    for _try in range(3):
        assert jobs.claim(session, job.id) is not None
        session.commit()
        age(session, job, 61)
        jobs.sweep(session)
        session.commit()
    assert status_of(session, job) == ("failed", "checked")
    error = jobs.standing_of(session, job).error
    assert str(error).startswith("The work was begun 3 times")


def test_stop_ends_a_waiting_job_at_once(session: Session) -> None:
    job = asked(session)
    jobs.ask_stop(session, job)
    session.commit()
    assert status_of(session, job) == ("stopped", "checked")
    assert jobs.claim(session, job.id) is None


def test_stop_reaches_a_running_job_until_its_end(session: Session) -> None:
    job = claimed(session, "check")
    jobs.ask_stop(session, job)
    session.commit()
    assert not jobs.beat(session, job, 1, 10)
    with pytest.raises(JobStopped):
        jobs.finish(session, job)
    session.rollback()
    jobs.stop(session, job)
    session.commit()
    assert status_of(session, job) == ("stopped", "checked")


def test_a_job_that_was_to_stop_is_not_taken_up_again(session: Session) -> None:
    job = claimed(session)
    jobs.ask_stop(session, job)
    age(session, job, 61)
    assert jobs.sweep(session) == []
    session.commit()
    assert status_of(session, job) == ("stopped", "checked")


def test_old_jobs_are_forgotten(session: Session) -> None:
    job = claimed(session)
    jobs.finish(session, job)
    session.refresh(job)
    job.finished_at = utc_now() - dt.timedelta(days=31)
    session.commit()
    jobs.sweep(session)
    session.commit()
    assert session.scalars(select(Job.id)).all() == []


def test_an_error_keeps_its_values_and_days() -> None:
    message = Message("%(n)s rows of %(day)s: %(what)s", n=3, day=dt.date(2003, 4, 12), what="no")
    kept = as_message(as_error(message))
    assert kept is not None
    assert (kept.text, kept.values) == (message.text, message.values)
    assert as_message(None) is None


def worked(session: Session, job: Job, seconds: float, done: int, total: int) -> Job:
    """Let a job be so far after so many seconds of work."""
    jobs.beat(session, job, done, total)
    session.refresh(job)
    assert job.heartbeat_at is not None
    job.started_at = job.heartbeat_at - dt.timedelta(seconds=seconds)
    session.commit()
    return job


def test_standing_tells_how_far_and_how_long(session: Session) -> None:
    # Reading is half of an import: 40 seconds of reading, 40 of storing, 10 have passed.
    job = worked(session, claimed(session), 10, 25, 100)
    standing = jobs.standing_of(session, job, job.heartbeat_at)
    assert (standing.percent, standing.seconds_left) == (25, 70)
    assert standing.rows is None
    assert not standing.is_finished


def test_standing_counts_in_rows_once_they_are_known(session: Session) -> None:
    job = worked(session, claimed(session), 10, 25, 100)
    session.get_one(Import, job.import_id).read = 1000
    assert jobs.standing_of(session, job).rows == (250, 1000)


@pytest.mark.parametrize(("worked_for", "done", "silent"), [(1, 25, 0), (10, 100, 0), (10, 25, 11)])
def test_nothing_is_foretold_early_late_or_of_a_silent_worker(
    session: Session, worked_for: float, done: int, silent: float
) -> None:
    job = worked(session, claimed(session), worked_for, done, 100)
    assert job.heartbeat_at is not None
    now = job.heartbeat_at + dt.timedelta(seconds=silent)
    assert jobs.standing_of(session, job, now).seconds_left is None


def test_progress_never_goes_beyond_the_whole(session: Session) -> None:
    job = worked(session, claimed(session), 10, 130, 100)
    assert (job.done, job.total) == (100, 100)
    assert jobs.standing_of(session, job).percent == 100


def test_a_job_that_nobody_takes_lacks_a_worker(session: Session) -> None:
    job = asked(session)
    assert not jobs.standing_of(session, job).lacks_worker
    later = job.queued_at + dt.timedelta(seconds=6)
    assert jobs.standing_of(session, job, later).lacks_worker
    # A worker that is busy with another job will come to this one.
    claimed(session)
    assert not jobs.standing_of(session, job, later).lacks_worker
