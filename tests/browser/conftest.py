"""A real browser on a real server; whatever the browser complains about fails the test."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.browser.looks import WIDTHS
from tests.conftest import ROOT, SECRET
from tests.support.left_out import leave_out

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_SECONDS = 60
# Milliseconds an element is waited for, on a busy machine.
PATIENCE = 15_000

OpenTab = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def engine_name() -> str:
    """Browser tests run on the default database alone: what they test is in front of it."""
    return "sqlite"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = os.environ.get("CASEBOOK_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), ""
    )
    if not program:
        leave_out("there is no Chromium (CASEBOOK_CHROMIUM names one)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of Casebook, served as `make run` serves it."""
    with serving(database_url, tmp_path) as address:
        yield address


@contextmanager
def serving(database_url: str, instance: Path) -> Iterator[str]:
    """Serve a register with gunicorn while the block runs."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CASEBOOK_")},
        "CASEBOOK_DATABASE_URL": database_url,
        "CASEBOOK_INSTANCE": str(instance),
        "CASEBOOK_SECRET_KEY": SECRET,
        "CASEBOOK_PORT": str(port),
    }
    log = instance / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--workers", "1", "wsgi:app"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the address answers."""
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(address, timeout=START_SECONDS).close()
            return
        except HTTPError:
            raise
        except URLError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.05)


class Complaints(list[str]):
    """What the browser complained about: errors of scripts, the policy, missing files."""

    def watch(self, tab: Page) -> None:
        """Listen to everything this tab reports."""
        tab.on("pageerror", lambda error: self.append(f"{tab.url}: {error}"))
        tab.on("console", self._hear)
        tab.on("response", self._check)

    def _hear(self, message: ConsoleMessage) -> None:
        # Answers that are errors are judged by _check, where a conflict page may be one.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.append(f"{message.location.get('url')}: {message.text}")

    def _check(self, response: Response) -> None:
        page = response.request.is_navigation_request() or response.request.resource_type == "fetch"
        if response.status >= (500 if page else 400):
            self.append(f"{response.url} answered {response.status}")


@pytest.fixture
def open_tab(browser: Browser, server: str) -> Iterator[OpenTab]:
    """Open a browser of its own at Casebook's address.

    `javascript=False` turns scripts off; `as_in` is a test client whose user has signed in.
    """
    complaints, contexts = Complaints(), []

    def open_one(
        path: str = "/", *, javascript: bool = True, as_in: FlaskClient | None = None
    ) -> Page:
        context = browser.new_context(
            base_url=server,
            viewport={"width": WIDTHS[0], "height": 800},
            java_script_enabled=javascript,
        )
        context.set_default_timeout(PATIENCE)
        if as_in and (cookie := as_in.get_cookie("casebook")):
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
        contexts.append(context)
        tab = context.new_page()
        complaints.watch(tab)
        tab.goto(path)
        return tab

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
