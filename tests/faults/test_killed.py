"""A worker killed at any moment: the register is as before or as after, and the job goes on.

`python -m bench faults --rounds 100` does the same more often.
"""

from pathlib import Path

import pytest

from tests.faults.killing import kill_jobs
from tests.faults.preparing import prepare
from tests.faults.registers import Copies, fill

ROUNDS = 3
ROWS = 1000


@pytest.mark.parametrize("kind", ["check", "apply", "undo"])
def test_worker_killed_at_any_moment(empty_database_url: str, tmp_path: Path, kind: str) -> None:
    fill(empty_database_url)
    job_id = prepare(empty_database_url, kind, tmp_path, ROWS)
    outcome = kill_jobs(Copies(empty_database_url, tmp_path), job_id, ROUNDS)
    assert outcome.rounds == ROUNDS
