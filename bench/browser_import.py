"""A large file through the browser: upload, check, import and report, undisturbed and disturbed.

`python -m bench browser_import --rows 1000000`, or elsewhere, or with a file of one's own:
`python -m bench.browser_import --rows 1000000 --database postgresql://user@host/empty --workers 2`.
"""

import argparse
import http.client
import re
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import create_engine, func, select

from app.database import Base, engine_options, normalise_url, open_session
from app.models import Import, Job, Record
from app.services import accounts, jobs
from app.services.simulation import write_csv
from bench.site import Site
from bench.visitor import Page, Visitor

NAME, PASSWORD = "bench", "a long walk beside the river"
LOOK_SECONDS = 0.25
PATIENCE = 900
HEAD = "| what | seconds | |\n|---|--:|---|"
FAULTS = {"number": 20, "date": 20, "conflict": 20, "fall": 200}
BAR = re.compile(r"<progress[^>]*?(?: value=\"(\d+)\")?>")

Result = TypeVar("Result")


@dataclass
class Story:
    """What somebody saw and how long it took."""

    lines: list[str] = field(default_factory=list)

    def tell(self, what: str, seconds: float, said: str) -> None:
        """Add a line."""
        self.lines.append(f"| {what} | {seconds:.1f} | {said} |")
        print(self.lines[-1], flush=True)


class Importer:
    """Somebody who imports one file."""

    def __init__(self, site: Site, url: str) -> None:
        self._site, self._url = site, url
        self.visitor = Visitor(site.port)
        self.visitor.sign_in(NAME, PASSWORD)
        self.address = ""

    def upload(self, file: Path) -> Page:
        """Send the file; return the page that it led to."""
        self.visitor.get("/imports/new")
        sent = self.visitor.send("/imports/new", file)
        assert sent.status == 303, sent.words()
        self.address = sent.address
        return self.look()

    def break_off(self, file: Path) -> None:
        """Send the file to web processes that are killed when half of it is sent."""
        self.visitor.get("/imports/new")
        with suppress(OSError, http.client.HTTPException):
            kill = partial(self._site.hit, "web", signal.SIGKILL)
            self.visitor.send("/imports/new", file, halfway=kill)
            raise RuntimeError("the upload went on")

    def look(self) -> Page:
        """Look at the import's page."""
        return self.visitor.get(self.address)

    def press(self, button: str) -> None:
        """Press a button of the import's page."""
        self.look()
        sent = self.visitor.post(f"{self.address}/decide", do=button)
        assert sent.status == 303, sent.words()

    def stop(self) -> None:
        """Press Stop on the page that follows the job."""
        action = re.search(r'action="(/jobs/\d+/stop)"', self.look().text)
        assert action is not None
        assert self.visitor.post(action[1]).status == 303

    def follow(self, until: int = 101) -> tuple[Page, list[int]]:
        """Follow the job until it is over, or so many percent are done; return what was seen."""
        seen: list[int] = []
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            # While the server is away a browser asks again.
            with suppress(OSError):
                page = self.look()
                assert page.status in (200, 302, 303, 409, 503), page.text
                bar = BAR.search(page.text)
                if bar and bar[1] and int(bar[1]) not in seen[-1:]:
                    seen.append(int(bar[1]))
                if (bar and bar[1] and int(bar[1]) >= until) or _is_over(page):
                    return page, seen
            time.sleep(LOOK_SECONDS)
        raise RuntimeError("the job does not end")

    def standing(self) -> str:
        """Say how the import, its newest job and the register stand."""
        with open_session(self._url, reading=True) as session:
            source = session.scalars(select(Import).order_by(Import.id.desc()).limit(1)).one()
            count = session.scalar(select(func.count()).select_from(Import))
            job = session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).first()
            records = session.scalar(select(func.count()).select_from(Record))
            told = f", job {job.status} at try {job.attempts}" if job else ""
            return f"{count} imports, newest {source.status}{told}, {records:,} records"


def _is_over(page: Page) -> bool:
    return page.status != 503 and 'id="run"' not in page.text


def tell_undisturbed(site: Site, url: str, file: Path, story: Story) -> None:
    """Import the file and note how long each step took."""
    somebody = Importer(site, url)
    size = file.stat().st_size / 1e6
    seconds, _page = _timed(lambda: somebody.upload(file))
    story.tell("upload", seconds, f"{size:.1f} MB, {size / seconds:.1f} MB a second")
    seconds, (page, seen) = _timed(somebody.follow)
    story.tell("check", seconds, f"percents seen: {_short(seen)}")
    seconds, page = _timed(somebody.look)
    story.tell("check page", seconds, f"{len(page.text) / 1024:.0f} KiB")
    seconds, (page, seen) = _timed(lambda: (somebody.press("apply"), somebody.follow())[1])
    story.tell("import", seconds, f"percents seen: {_short(seen)}")
    seconds, page = _timed(somebody.look)
    story.tell("report", seconds, somebody.standing())
    seconds, _page = _timed(lambda: (somebody.upload(file), somebody.follow()))
    story.tell("the same file again, upload and check", seconds, somebody.standing())
    preview = _preview(page)
    seconds, _page = _timed(lambda: somebody.visitor.get(preview))
    story.tell("preview of the undo", seconds, "")
    somebody.address = preview
    undo = partial(somebody.visitor.post, preview, kept="0", why="")
    seconds, _page = _timed(lambda: (undo(), somebody.follow()))
    story.tell("undo", seconds, somebody.standing())


def tell_disturbed(site: Site, url: str, file: Path, story: Story) -> None:
    """Import the file while everything that can be stopped or killed is."""
    somebody = Importer(site, url)

    def disturb(what: str, begin: Callable[[], object], fault: Callable[[], object]) -> None:
        begin()
        somebody.follow(until=20)
        fault()
        seconds, _seen = _timed(somebody.follow)
        story.tell(what, seconds, somebody.standing())

    seconds, _nothing = _timed(lambda: somebody.break_off(file))
    story.tell("upload, SIGKILL to the web processes", seconds, somebody.standing())

    def restart(number: signal.Signals) -> None:
        site.end(number)
        site.start()

    def check() -> None:
        somebody.press("check")

    def apply() -> None:
        somebody.press("apply")

    disturb("upload, check, Stop", lambda: somebody.upload(file), somebody.stop)
    disturb("check, SIGTERM to the worker", check, lambda: site.hit("worker", signal.SIGTERM))
    disturb("check, SIGKILL to the worker", check, lambda: site.hit("worker", signal.SIGKILL))
    disturb("check, server restarted", check, lambda: restart(signal.SIGTERM))
    disturb("import, Stop", apply, somebody.stop)
    disturb("import, SIGKILL to the server", apply, lambda: restart(signal.SIGKILL))


def _preview(report: Page) -> str:
    found = re.search(r"/activity/\d+/undo", report.text)
    assert found is not None, report.words()
    return found[0]


def _timed(act: Callable[[], Result]) -> tuple[float, Result]:
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def _short(seen: list[int]) -> str:
    shown = seen if len(seen) <= 12 else [*seen[:6], "...", *seen[-5:]]
    return ", ".join(map(str, shown)) or "none"


def run(url: str, file: Path, folder: Path, workers: int = 0) -> str:
    """Tell on an empty database how a file fares, and one that takes long when disturbed, too."""
    url = normalise_url(url)
    engine = create_engine(url, **engine_options(url))
    Base.metadata.create_all(engine)
    engine.dispose()
    with open_session(url) as session:
        accounts.create_user(session, NAME, PASSWORD, "editor")
        session.commit()
    story = Story()
    with Site(url, folder / "instance", workers) as site:
        tell_undisturbed(site, url, file, story)
        peaks = ", ".join(f"{kind} {peak:.0f} MB" for kind, peak in site.peaks.items())
        if jobs.takes_long(size=file.stat().st_size):
            tell_disturbed(site, url, file, story)
    return "\n".join([HEAD, *story.lines, f"\nMost memory of a process, undisturbed: {peaks}."])


def simulate(rows: int, folder: Path) -> Path:
    """Write a file of so many rows, some of which are faulty."""
    file = folder / "simulated.csv"
    write_csv(file, rows=rows, faults=FAULTS)
    return file


def measure(rows: int, rounds: int, *, seed: bool = True) -> str:
    """Import a file of so many rows in the browser, on SQLite."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = run(f"sqlite:///{folder}/casebook.db", simulate(rows, folder), folder)
    return f"## A file of {rows:,} rows in the browser\n\n{told}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path, help="instead of a simulated one")
    parser.add_argument("--database", help="an empty one, instead of a file of SQLite's")
    parser.add_argument("--workers", type=int, default=0, help="beside the server, not inside")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        given = options.file or simulate(options.rows, root)
        print(run(options.database or f"sqlite:///{root}/c.db", given, root, options.workers))
