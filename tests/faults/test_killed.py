"""A process killed at any moment: the register is as before or as after, and all goes on.

`python -m bench faults --rounds 100` does the same more often.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import Spawner, kill_often
from tests.faults.preparing import SCENES, stage
from tests.faults.registers import Copies, fill

ROUNDS = 2
ROWS = 600


@pytest.fixture(scope="module")
def spawner() -> Iterator[Spawner]:
    """What starts the processes; it imports everything once."""
    with Spawner() as spawner:
        yield spawner


@pytest.mark.parametrize("name", SCENES)
def test_killed_at_any_moment(
    empty_database_url: str, tmp_path: Path, spawner: Spawner, name: str
) -> None:
    fill(empty_database_url)
    scene = stage(empty_database_url, name, tmp_path, ROWS)
    outcome = kill_often(spawner, Copies(empty_database_url, tmp_path), scene, ROUNDS)
    assert outcome.rounds == ROUNDS
