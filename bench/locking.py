"""For how long a command locks an SQLite database, seen by another writer."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import Measured

# Seconds between two tries; the span is measured this closely.
_PAUSE = 0.003


@dataclass(frozen=True)
class Locked:
    """The longest span in which nobody else could write, and the command's CPU time in it."""

    wall: float = 0.0
    cpu: float = 0.0


def lock_span(
    database: Path, command: Callable[[Callable[[int], None]], Measured]
) -> tuple[Locked, Measured]:
    """Run a command that tells its process id; try to write all the while."""
    watcher = _Watcher(database)
    try:
        measured = command(watcher.start)
    finally:
        watcher.stop()
    return watcher.longest, measured


class _Watcher:
    def __init__(self, database: Path) -> None:
        self.longest = Locked()
        self._database = database
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._process = 0

    def start(self, process: int) -> None:
        self._process = process
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        with closing(sqlite3.connect(self._database, timeout=0, isolation_level=None)) as other:
            since: Locked | None = None
            while not self._done.is_set():
                now = Locked(time.perf_counter(), _cpu_of(self._process))
                if not _locked(other):
                    since = None
                elif since is None:
                    since = now
                else:
                    span = Locked(now.wall - since.wall, now.cpu - since.cpu)
                    self.longest = max(self.longest, span, key=lambda span: span.wall)
                time.sleep(_PAUSE)


def _locked(other: sqlite3.Connection) -> bool:
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    other.execute("ROLLBACK")
    return False


def _cpu_of(process: int) -> float:
    """Return the seconds a process has spent on a processor."""
    try:
        nanoseconds = Path(f"/proc/{process}/schedstat").read_text().split()[0]
    except OSError:
        # It has ended.
        return 0.0
    return int(nanoseconds) / 1e9
