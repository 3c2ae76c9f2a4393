"""Two servers side by side, Casebook and a bare route, asked over HTTP by one client."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.measuring import PYTHON, ROOT

START_SECONDS = 30
# As gunicorn.conf.py has them, without what it starts besides.
OPTIONS = ("--worker-class=gthread", "--workers=2", "--threads=4", "--keep-alive=30")
_TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A gunicorn that serves one application, and a connection to it that stays open."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, cookie: str) -> None:
        self._process = process
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self._headers = {"Cookie": cookie} if cookie else {}

    def get(self, address: str) -> tuple[float, float, int]:
        """Return the seconds until the first byte and until the last, and the number of bytes."""
        begun = time.perf_counter()
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        size = len(answer.read(1))
        first = time.perf_counter() - begun
        while part := answer.read(1 << 16):
            size += len(part)
        return first, time.perf_counter() - begun, size

    def processor_seconds(self) -> float:
        """Return the processor time of the server's workers so far."""
        return sum(_used(worker) for worker in self._workers()) / _TICKS

    def peak_mb(self) -> float:
        """Return the most memory a worker has held."""
        return max(_peak(worker) for worker in self._workers())

    def _workers(self) -> list[int]:
        parent = self._process.pid
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [int(worker) for worker in listed.split()]


def _used(process: int) -> int:
    # Behind the name in brackets: fields 3 and on; 14 and 15 are user and system time.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _peak(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@contextmanager
def serve(application: str, cookie: str = "", **settings: str) -> Iterator[Server]:
    """Serve an application, named as gunicorn names them, until the block ends."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYTHON, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", *OPTIONS]
    command += ["--log-level=error", "--no-control-socket"]
    # Elsewhere, because the configuration in the project's folder starts a worker for jobs, too.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    with subprocess.Popen(command, cwd="/", env=environment) as process:
        try:
            _wait(port)
            yield Server(process, port, cookie)
        finally:
            process.terminate()


def _wait(port: int) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
