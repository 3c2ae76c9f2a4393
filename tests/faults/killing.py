"""Kills a process at random moments, and looks at what is left each time."""

import datetime as dt
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

from sqlalchemy import select

from app.checking import check_what_changed
from app.database import open_session
from app.models import Import, ImportPiece, Job, UncheckedSeries
from app.services import jobs
from app.services.importing import offers
from tests.faults.preparing import Scene
from tests.faults.registers import OFFERED, Copies, digest

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

    def run(self, url: str, scene: Scene, kill_after: float | None = None) -> float:
        """Let a process act, killed after so many seconds; return how long it lived."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{url} {scene.act} {scene.word}\n")
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
    # How the register was found: before, after or, of an upload, arriving.
    found: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def kill_often(
    spawner: Spawner, copies: Copies, scene: Scene, rounds: int, seed: int = 1
) -> Outcome:
    """Kill a process at that many moments of its act; assert that all is whole and goes on."""
    chance = random.Random(seed)
    outcome = Outcome()
    before = digest(copies.url)
    with copies.copy() as url:
        outcome.seconds = spawner.run(url, scene)
        after = digest(url, ids=False)
    assert after != digest(copies.url, ids=False)
    for _round in range(rounds):
        with copies.copy() as url:
            moment = chance.uniform(0, 1.2 * outcome.seconds)
            spawner.run(url, scene, kill_after=moment)
            if _finish_rules(url):
                outcome.found["unchecked"] += 1
            found = _look(url, scene, before, after)
            outcome.found[found] += 1
            if found == "arriving":
                # Only the file itself is kept in part, and the register knows nothing of it.
                assert digest(url, beside=OFFERED) == digest(copies.url, beside=OFFERED)
                _forget(spawner, url)
            if found != "after":
                _take_up(spawner, url, scene, outcome)
            assert digest(url, ids=False) == after
        outcome.rounds += 1
    return outcome


def _finish_rules(url: str) -> bool:
    """Let the rules look at what the killed process left them, as a worker's sweep does."""
    with open_session(url) as session:
        left = session.scalar(select(UncheckedSeries.country_id).limit(1)) is not None
        session.commit()
        check_what_changed(session)
        assert session.scalar(select(UncheckedSeries.country_id).limit(1)) is None
    return left


def _look(url: str, scene: Scene, before: str, after: str) -> str:
    """Tell whether the register is exactly as before, or exactly as after."""
    is_after = digest(url, ids=False) == after
    if scene.act == "job":
        assert (state_of(url, int(scene.word)) == "done") is is_after
    if is_after:
        return "after"
    if digest(url) == before:
        return "before"
    assert scene.act == "upload"
    return "arriving"


def _forget(spawner: Spawner, url: str) -> None:
    """Look at a broken upload's page, and let the sweep find it a while later."""
    with open_session(url) as session:
        offer = session.scalars(select(Import).order_by(Import.id.desc()).limit(1)).one()
        offer.created_at -= dt.timedelta(days=8)
        session.commit()
        spawner.run(url, Scene("look", str(offer.id)))
        assert offers.sweep(session) == 1
        session.commit()
        assert session.scalars(select(ImportPiece.number)).all() == []


def _take_up(spawner: Spawner, url: str, scene: Scene, outcome: Outcome) -> None:
    """Do again what was not done; a job waits until the sweep has found it."""
    if scene.act == "job":
        with open_session(url) as session:
            assert jobs.sweep(session, alive_seconds=0) == [int(scene.word)]
            session.commit()
    # The next kill goes by how long it takes now, on a machine that may be busy.
    outcome.seconds = spawner.run(url, scene)


def state_of(url: str, job_id: int) -> str:
    """Return the state of a job."""
    with open_session(url, reading=True) as session:
        return session.get_one(Job, job_id).status


def error_of(url: str, job_id: int) -> object:
    """Return why a job failed."""
    with open_session(url, reading=True) as session:
        return jobs.standing_of(session, session.get_one(Job, job_id)).error
