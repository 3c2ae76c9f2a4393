"""What is going on when the fault comes: jobs, as a worker carries them out."""

from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from app.worker.running import claim_job, run_job

# Often enough that beats and the work get into each other's way.
BEAT_SECONDS = 0.02


def run_a_job(engine: Engine, job_id: int) -> None:
    """Carry out a job as a worker does."""
    job = claim_job(engine, job_id)
    assert job is not None
    run_job(engine, job, beat_seconds=BEAT_SECONDS)


ACTS: Mapping[str, Callable[[Engine, int], None]] = {"job": run_a_job}
