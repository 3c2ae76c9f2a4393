"""Keeps a worker running for as long as the server that started this: again when it dies.

Run as a file (gunicorn.conf.py does), so that it is small: `python -I keeper.py PID COMMAND...`.
It ends, and the worker with it, when the process PID, its parent, is gone, whatever ended that.
"""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

LOOK_SECONDS = 0.5
# A worker that dies at once is given more and more time.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
HEALTHY_SECONDS = 10.0
GRACE_SECONDS = 20.0


class Keeper:
    """Starts the command, and starts it anew when it ends, while the parent lives."""

    def __init__(self, parent: int, command: list[str]) -> None:
        self._parent = parent
        self._command = [*command, "--ends-with", str(os.getpid())]
        self._told_to_end = False

    def keep(self) -> None:
        """Keep the worker until the parent is gone or SIGTERM comes."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        pause = FIRST_PAUSE
        while not self._is_over():
            began = time.monotonic()
            self._run_worker()
            lived = time.monotonic() - began
            pause = FIRST_PAUSE if lived > HEALTHY_SECONDS else min(2 * pause, LONGEST_PAUSE)
            self._wait(pause)

    def _run_worker(self) -> None:
        worker = subprocess.Popen(self._command)  # noqa: S603  (the server's own command)
        while worker.poll() is None:
            if self._is_over():
                worker.terminate()
                try:
                    worker.wait(GRACE_SECONDS)
                except subprocess.TimeoutExpired:
                    worker.kill()
                return
            time.sleep(LOOK_SECONDS)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_over():
            time.sleep(LOOK_SECONDS)

    def _is_over(self) -> bool:
        return self._told_to_end or os.getppid() != self._parent

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_end = True


if __name__ == "__main__":
    Keeper(int(sys.argv[1]), sys.argv[2:]).keep()
