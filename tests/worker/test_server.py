"""The server brings one worker along, which lives as long as the server does."""

import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import ROOT
from tests.support.databases import fill
from tests.worker.test_queue import asked_to_undo, status_of

KEEPER = ROOT / "app" / "worker" / "keeper.py"

PATIENCE = 20


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'casebook.db'}"
    fill(url)
    return url


@pytest.fixture
def serve(tmp_path: Path, url: str) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start the server as `make run` does."""
    servers = []

    def start() -> subprocess.Popen[bytes]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "CASEBOOK_INSTANCE": str(tmp_path),
            "CASEBOOK_DATABASE_URL": url,
            "CASEBOOK_PORT": str(port),
            "CASEBOOK_WORKER": "inside",
        }
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app"],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        servers.append(server)
        wait_for(lambda: answers(port))
        return server

    yield start
    for server in servers:
        if server.poll() is None:
            server.terminate()
            server.wait(PATIENCE)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5):
            return True
    except OSError:
        return False


def wait_for(what: Callable[[], object]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.05)


def children(parent: int, *words: str) -> list[int]:
    """List the processes beneath another whose command holds these words."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_text().split("\0")
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if above == parent and all(any(word in part for part in command) for word in words):
            found.append(int(folder.name))
    return found


def keeper_of(server: subprocess.Popen[bytes]) -> int:
    wait_for(lambda: children(server.pid, "keeper.py"))
    (keeper,) = children(server.pid, "keeper.py")
    return keeper


def worker_of(server: subprocess.Popen[bytes]) -> int:
    keeper = keeper_of(server)
    wait_for(lambda: children(keeper, "worker"))
    (worker,) = children(keeper, "worker")
    return worker


def is_gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@needs_proc
def test_server_has_a_worker_that_comes_again_and_goes_with_it(
    serve: Callable[..., subprocess.Popen[bytes]], url: str
) -> None:
    server = serve()
    first = worker_of(server)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: is_gone(first))
    second = worker_of(server)
    # The sweep at its start finds a job that nobody told it of.
    job_id = asked_to_undo(url)
    wait_for(lambda: status_of(url, job_id) == "done")
    server.terminate()
    server.wait(PATIENCE)
    assert is_gone(second)


@needs_proc
def test_worker_does_not_outlive_a_killed_server(
    serve: Callable[..., subprocess.Popen[bytes]],
) -> None:
    server = serve()
    keeper, worker = keeper_of(server), worker_of(server)
    server.kill()
    server.wait(PATIENCE)
    wait_for(lambda: is_gone(keeper) and is_gone(worker))


@needs_proc
def test_keeper_ends_a_worker_that_does_not_listen() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    code = f"""
import os, sys
sys.path.insert(0, {str(KEEPER.parent)!r})
import keeper
keeper.GRACE_SECONDS = keeper.LOOK_SECONDS = 0.1
keeper.Keeper(os.getppid(), [sys.executable, "-c", {deaf!r}]).keep()
"""
    with subprocess.Popen([sys.executable, "-I", "-c", code]) as keeper:
        wait_for(lambda: children(keeper.pid, "--ends-with"))
        (worker,) = children(keeper.pid, "--ends-with")
        time.sleep(0.2)
        keeper.terminate()
        assert keeper.wait(PATIENCE) == 0
        wait_for(lambda: is_gone(worker))


@pytest.mark.parametrize("setting", ["none", "at-once"])
def test_server_brings_no_worker_where_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("CASEBOOK_WORKER", setting)
    server = SimpleNamespace()
    hooks = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    hooks["when_ready"](server)
    hooks["on_exit"](server)
    assert vars(server) == {}
