"""Kills a worker at random moments, and looks at what is left each time."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from app.database import open_session
from app.models import Job
from app.services import jobs
from tests.faults.registers import Copies, digest

ROOT = Path(__file__).resolve().parents[2]


class Spawner:
    """Starts processes that act, quickly, so that hundreds can be killed."""

    def __enter__(self) -> "Spawner":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.spawner"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def run(self, url: str, act: str, number: int, kill_after: float | None = None) -> float:
        """Let a process act, killed after so many seconds; return how long it lived."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{url} {act} {number}\n")
        self._process.stdin.flush()
        process = int(self._process.stdout.readline())
        began = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        code = int(self._process.stdout.readline())
        assert code in (0, -signal.SIGKILL), f"the process ended with {code}"
        return time.monotonic() - began


@dataclass
class Outcome:
    """What was found after the kills."""

    rounds: int = 0
    # How the register was found: before or after; and the job.
    found: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def kill_jobs(copies: Copies, job_id: int, rounds: int, seed: int = 1) -> Outcome:
    """Kill a worker at that many moments of a job; assert that all is whole and goes on."""
    chance = random.Random(seed)
    outcome = Outcome()
    before, after = digest(copies.url), ""
    with Spawner() as spawner:
        with copies.copy() as url:
            outcome.seconds = spawner.run(url, "job", job_id)
            assert state_of(url, job_id) == "done", error_of(url, job_id)
            after = digest(url, ids=False)
        assert after != digest(copies.url, ids=False)
        for _round in range(rounds):
            with copies.copy() as url:
                moment = chance.uniform(0, 1.05 * outcome.seconds)
                spawner.run(url, "job", job_id, kill_after=moment)
                outcome.found[_look(url, job_id, before, after)] += 1
                _take_up(spawner, url, job_id, outcome)
                assert digest(url, ids=False) == after
            outcome.rounds += 1
    return outcome


def _look(url: str, job_id: int, before: str, after: str) -> str:
    """Tell whether the register is exactly as before, or exactly as after, and the job with it."""
    state = state_of(url, job_id)
    if state == "done":
        assert digest(url, ids=False) == after
        return "after"
    assert state in ("queued", "running")
    assert digest(url) == before
    return "before"


def _take_up(spawner: Spawner, url: str, job_id: int, outcome: Outcome) -> None:
    """Let the sweep find the job and a worker carry it out, unless it is done."""
    with open_session(url) as session:
        waiting = jobs.sweep(session, alive_seconds=0)
        session.commit()
    if waiting:
        assert waiting == [job_id]
        # The first run of a fresh process is slower than all others.
        outcome.seconds = min(outcome.seconds, spawner.run(url, "job", job_id))
    assert state_of(url, job_id) == "done", error_of(url, job_id)


def state_of(url: str, job_id: int) -> str:
    """Return the state of a job."""
    with open_session(url, reading=True) as session:
        return session.get_one(Job, job_id).status


def error_of(url: str, job_id: int) -> object:
    """Return why a job failed."""
    with open_session(url, reading=True) as session:
        return jobs.standing_of(session, session.get_one(Job, job_id)).error
