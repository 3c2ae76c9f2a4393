"""What a job did and that it is done are one; however it ends, the register is whole."""

import datetime as dt
import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from app.database import begin_unlocked, engine_options, utc_now
from app.models import Import, Job, Record
from app.services import jobs
from app.services.importing import ImportRefused, import_file
from app.services.messages import Message
from app.worker.kinds import actor_of
from app.worker.running import claim_job, run_job
from tests.services.jobs.test_job_states import asked
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING

ROWS = "".join(f"2003-04-{day:02},Viet Nam,{day},0,0\n" for day in range(1, 31))
BEAT = 0.01


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url, **engine_options(database_url))
    yield engine
    engine.dispose()


def import_rows(session: Session, job: Job, progress: Callable[[int, int], None]) -> None:
    """Import a small file as a job would."""
    with Session(session.get_bind()) as reading:
        outbreak_id = default_outbreak(reading).id
    file = io.BytesIO((HEADING + ROWS).encode())
    import_file(session, file, outbreak_id, actor_of(job), progress=progress)


def run(engine: Engine, job: Job, work: Callable[..., Any]) -> None:
    claimed = claim_job(engine, job.id)
    assert claimed is not None
    run_job(engine, claimed, {"apply": work, "check": work}, beat_seconds=BEAT)


def outcome(session: Session, job: Job) -> tuple[str, str, int]:
    """Return the job's state, its import's state and how many records there are."""
    stored = session.get_one(Job, job.id)
    records = session.scalar(select(func.count()).select_from(Record))
    assert stored.import_id is not None
    return stored.status, session.get_one(Import, stored.import_id).status, records or 0


def test_work_and_done_are_kept_together(
    session: Session, reload: Callable[[], Session], engine: Engine
) -> None:
    job = asked(session)
    run(engine, job, import_rows)
    assert outcome(reload(), job)[::2] == ("done", 30)
    assert claim_job(engine, job.id) is None


def test_a_refusal_is_told_in_its_words_and_keeps_nothing(
    session: Session, reload: Callable[[], Session], engine: Engine
) -> None:
    job = asked(session)

    def refuse(session: Session, job: Job, progress: Any) -> None:
        import_rows(session, job, progress)
        raise ImportRefused(Message("Line %(line)s cannot be.", line=7))

    run(engine, job, refuse)
    fresh = reload()
    assert outcome(fresh, job) == ("failed", "checked", 0)
    standing = jobs.standing_of(fresh, fresh.get_one(Job, job.id))
    assert str(standing.error) == "Line 7 cannot be."


def test_a_fault_of_the_program_is_logged_and_keeps_nothing(
    session: Session,
    reload: Callable[[], Session],
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = asked(session)

    def break_down(session: Session, job: Job, progress: Any) -> None:
        import_rows(session, job, progress)
        raise ZeroDivisionError

    run(engine, job, break_down)
    assert outcome(reload(), job) == ("failed", "checked", 0)
    assert "ZeroDivisionError" in caplog.text


def test_stop_is_heard_at_the_next_step(
    session: Session, reload: Callable[[], Session], engine: Engine
) -> None:
    job = asked(session)

    def endless(session: Session, _job: Job, progress: Callable[[int, int], None]) -> None:
        begin_unlocked(session)
        give_up = time.monotonic() + 10
        for step in range(1, 1_000_000):
            progress(step, 1_000_000)
            if step == 5:
                with Session(engine) as other:
                    jobs.ask_stop(other, other.get_one(Job, job.id))
                    other.commit()
            assert time.monotonic() < give_up
            time.sleep(0.002)

    run(engine, job, endless)
    assert outcome(reload(), job) == ("stopped", "checked", 0)


def test_progress_is_seen_while_the_work_goes_on(session: Session, engine: Engine) -> None:
    job = asked(session)
    seen: list[tuple[int, int]] = []

    def look(work: Session, _job: Job, progress: Callable[[int, int], None]) -> None:
        begin_unlocked(work)
        give_up = time.monotonic() + 10
        while not seen and time.monotonic() < give_up:
            progress(3, 9)
            time.sleep(0.005)
            with Session(engine) as other:
                place = other.get_one(Job, job.id)
                if place.total:
                    seen.append((place.done, place.total))

    run(engine, job, look)
    assert seen == [(3, 9)]


def test_a_worker_that_was_given_up_keeps_nothing(
    session: Session, reload: Callable[[], Session], engine: Engine
) -> None:
    job = asked(session)

    def sleep_too_long(work: Session, job: Job, progress: Any) -> None:
        with Session(engine) as other:
            other.get_one(Job, job.id).heartbeat_at = utc_now() - dt.timedelta(hours=1)
            other.flush()
            assert jobs.sweep(other) == [job.id]
            assert jobs.claim(other, job.id) is not None
            other.commit()
        import_rows(work, job, lambda _done, _total: None)

    run(engine, job, sleep_too_long)
    assert outcome(reload(), job) == ("running", "applying", 0)


def test_a_database_that_is_busy_is_tried_again_three_times(
    session: Session, reload: Callable[[], Session], engine: Engine
) -> None:
    job = asked(session)

    def find_it_busy(work: Session, _job: Job, _progress: Any) -> None:
        raise TimeoutError

    def busy(_error: BaseException) -> Message:
        return jobs_busy

    from app.services import outages

    jobs_busy = outages.BUSY
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outages, "explain", busy)
        for status in ("queued", "queued", "failed"):
            run(engine, job, find_it_busy)
            fresh = reload()
            assert fresh.get_one(Job, job.id).status == status
            assert jobs.standing_of(fresh, fresh.get_one(Job, job.id)).error == outages.BUSY
            fresh.close()
