"""Casebook as `make run` serves it, gunicorn and the worker it brings, watched and killed."""

import os
import signal
import socket
import subprocess
import time
from collections import defaultdict
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import TracebackType

from app.worker.repeating import repeatedly
from bench.measuring import PYTHON, ROOT

START_SECONDS = 60
STOP_SECONDS = 60
LOOK_SECONDS = 0.1
SECRET = "6f0d1c9b7e42a8356b1f4de09c87a5d213fe"


class Site:
    """A server on a register, started and ended as often as asked.

    With `workers` so many are started beside the server, as on other machines, and it brings none.
    """

    def __init__(self, url: str, instance: Path, workers: int = 0) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        ours = {name: value for name, value in os.environ.items() if "CASEBOOK_" not in name}
        self.environment = {
            **ours,
            "CASEBOOK_DATABASE_URL": url,
            "CASEBOOK_INSTANCE": str(instance),
            "CASEBOOK_SECRET_KEY": SECRET,
            "CASEBOOK_PORT": str(self.port),
            "CASEBOOK_WORKER": "none" if workers else "inside",
        }
        self._beside = workers
        self._workers: list[subprocess.Popen[bytes]] = []
        # The most memory, in MB, of any process that serves pages, and of any worker.
        self.peaks: dict[str, float] = defaultdict(float)
        self._watching = ExitStack()
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Site":
        self.start()
        for _ in range(self._beside):
            self._start_worker()
        self._watching.enter_context(repeatedly(self._watch, LOOK_SECONDS, "watcher"))
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._watching.close()
        self.end(signal.SIGTERM)
        for worker in self._workers:
            worker.terminate()
            worker.wait(STOP_SECONDS)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [PYTHON, "-m", "gunicorn", "wsgi:app", "--log-level=error"]
        self._server = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        give_up = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            if time.monotonic() > give_up:
                raise RuntimeError("the server does not start")
            time.sleep(LOOK_SECONDS)

    def end(self, number: signal.Signals) -> None:
        """End the server, by SIGTERM in good order or by SIGKILL with all that serves pages."""
        assert self._server is not None
        serving = [one for one, kind in self._processes() if kind == "web"]
        self._server.send_signal(number)
        if number == signal.SIGKILL:
            for one in serving:
                _signal(one, number)
        self._server.wait(STOP_SECONDS)

    def hit(self, kind: str, number: signal.Signals) -> None:
        """Send a signal to the worker, or to the processes that serve pages.

        Of workers beside the server the first is hit, and another one is started.
        """
        if kind == "worker" and self._workers:
            worker = self._workers.pop(0)
            worker.send_signal(number)
            worker.wait(STOP_SECONDS)
            self._start_worker()
            return
        for process, found in self._processes():
            if found == kind:
                _signal(process, number)

    def _start_worker(self) -> None:
        command = [PYTHON, "-m", "flask", "worker"]
        self._workers.append(subprocess.Popen(command, cwd=ROOT, env=self.environment))

    def _watch(self) -> None:
        for process, kind in self._processes():
            with suppress(OSError, StopIteration):
                self.peaks[kind] = max(self.peaks[kind], _peak(process))

    def _processes(self) -> list[tuple[int, str]]:
        """List the processes beneath the server's, web or worker."""
        found = [(worker.pid, "worker") for worker in self._workers]
        todo = [self._server.pid] if self._server else []
        while todo:
            parent = todo.pop()
            with suppress(OSError):
                listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
                for child in map(int, listed.split()):
                    todo.append(child)
                    found.append((child, _kind(child)))
        return found


def _kind(process: int) -> str:
    with suppress(OSError):
        command = Path(f"/proc/{process}/cmdline").read_text().split("\0")
        if any("keeper" in word for word in command):
            return "keeper"
        return "worker" if "worker" in command else "web"
    return "gone"


def _peak(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _signal(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)
