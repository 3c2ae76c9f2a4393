"""A worker in tests: carries out, in the test's own process, what waits in the register."""

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.database import engine_options
from app.models import Job
from app.worker.running import claim_job, run_job


@pytest.fixture
def work(database_url: str) -> Callable[[], int]:
    """Carry out every job that waits; return how many there were."""

    def carry_out() -> int:
        engine = create_engine(database_url, **engine_options(database_url))
        with Session(engine) as session:
            waiting = session.scalars(select(Job.id).where(Job.status == "queued")).all()
        for job_id in waiting:
            job = claim_job(engine, job_id)
            assert job is not None
            run_job(engine, job)
        engine.dispose()
        return len(waiting)

    return carry_out
