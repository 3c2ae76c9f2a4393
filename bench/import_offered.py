"""An import as the browser's services do it: for how long they lock, and the pages of the check.

`python -m bench import_offered --rows 1000000`, or one step of it, as the measurement takes it:
`python -m bench.import_offered receive|check|apply URL FILE`.
"""

import gzip
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import create_environ
from werkzeug.wrappers import Response

from app.database import open_session
from app.models import ImportRow, User
from app.services.changesets import Actor
from app.services.importing import offers
from app.services.importing.pieces import keep_pieces
from app.services.simulation import FAULT_KINDS, write_csv
from bench.contenders import make_register
from bench.import_sqlite import FAULTS, lock_lines
from bench.listing import signed_in
from bench.locking import Locked, lock_span
from bench.measuring import PYTHON, Measured, run, table, verdict

ACTOR = Actor("bench")
IMPORT = 1
# As many rows as the real file has, with as many that look odd.
REAL_ROWS, REAL_FAULTS = 2_538, {"conflict": 1, "fall": 94, "sum": 2}
REQUESTS = 15


@dataclass(frozen=True)
class Served:
    """What a page takes: milliseconds of processor time and of waiting, and KiB when packed."""

    address: str
    processor: float
    wall: float
    packed: float


def measure(rows: int, rounds: int, *, seed: bool) -> str:
    """Receive, check and apply a file with faults, on SQLite; return the figures as Markdown."""
    del rounds, seed  # Once: an import that is applied is over.
    number = max(1, FAULTS * rows // 1_000_000 // len(FAULT_KINDS))
    large = _measure(rows, dict.fromkeys(FAULT_KINDS, number), {"ms": 300})
    real = _measure(REAL_ROWS, REAL_FAULTS, {"ms": 1000, "KiB": 12}, steps=False)
    return f"{large}\n{real}"


def _measure(
    rows: int, faults: dict[str, int], most: dict[str, float], *, steps: bool = True
) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, database = folder / "offered.csv", folder / "offered.db"
        url = f"sqlite:///{database}"
        make_register(url)
        with open_session(url) as session:
            session.add(User(username="bench", role="editor", password_hash="none"))
            session.commit()
        write_csv(file, rows=rows, faults=faults)
        received, checked = (_step(what, database, file) for what in ("receive", "check"))
        pages = serve_pages(url)
        applied = _step("apply", database, file)
    lines = [f"### The browser's import, {rows:,} rows, SQLite", ""]
    if steps:
        taken = {"receive": received, "check": checked, "apply": applied}
        lines += [table({what: measured for what, (_, measured) in taken.items()}), ""]
        for what, (locked, measured) in taken.items():
            lines.append(verdict(f"peak MB, {what}", measured.peak_mb, most=160))
            lines += lock_lines(locked, rows, f", {what}")
    lines += [_row(page) for page in pages]
    lines.append(verdict("slowest page, ms", max(page.wall for page in pages), most=most["ms"]))
    if "KiB" in most:
        lines.append(verdict("its check page, KiB packed", pages[0].packed, most=most["KiB"]))
    return "\n".join([*lines, ""])


def _step(what: str, database: Path, file: Path) -> tuple[Locked, Measured]:
    command = [PYTHON, "-m", "bench.import_offered", what, f"sqlite:///{database}", file]
    return lock_span(database, lambda tell: run(command, started_as=tell))


def serve_pages(url: str) -> list[Served]:
    """Ask for the page of the check, and the first and a middle page of each problem's rows."""
    app, cookie = signed_in(url)
    return [_ask(app, address, cookie) for address in _addresses(url)]


def _addresses(url: str) -> list[str]:
    found = [f"/imports/{IMPORT}"]
    middle = (func.min(ImportRow.line) + func.max(ImportRow.line)) / 2
    problems = select(ImportRow.problem, middle).where(ImportRow.import_id == IMPORT)
    with open_session(url, reading=True) as session:
        for problem, line in session.execute(problems.group_by(ImportRow.problem)):
            rows = f"/imports/{IMPORT}/rows?problem={problem}"
            found += [rows, f"{rows}&after={int(line)}"]
    return found


def _ask(app: Flask, address: str, cookie: str) -> Served:
    path, _, query = address.partition("?")
    environ = create_environ(path, query_string=query, headers={"Cookie": cookie})
    processor, wall, packed = [], [], 0
    for _ in range(REQUESTS):
        begun, cpu = time.perf_counter(), time.process_time()
        answer = Response.from_app(app, dict(environ), buffered=True)
        processor.append(time.process_time() - cpu)
        wall.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status}")
        packed = len(gzip.compress(answer.get_data()))
    return Served(
        address,
        1000 * statistics.median(processor),
        1000 * statistics.median(wall),
        packed / 1024,
    )


def _row(page: Served) -> str:
    return (
        f"- {page.address}: {page.processor:.1f} ms of processor time, {page.wall:.1f} ms, "
        f"{page.packed:.1f} KiB packed"
    )


def receive(session: Session, file: Path) -> None:
    """Take the file in as an upload is taken in, committing whenever that is due."""
    offer = offers.begin(session, 1, ACTOR, file.name)
    session.commit()
    with file.open("rb") as stream:
        for _ in keep_pieces(session, offer.id, stream):
            session.commit()


def check(session: Session, _file: Path) -> None:
    """Check the file as a job does."""
    offers.check(session, IMPORT, _ignore)
    session.commit()


def apply(session: Session, _file: Path) -> None:
    """Import the file as a job does."""
    offers.apply(session, IMPORT, ACTOR, _ignore)
    session.commit()


def _ignore(_done: int, _total: int) -> None:
    pass


if __name__ == "__main__":
    step, database, offered = sys.argv[1:]
    with open_session(database) as session:
        {"receive": receive, "check": check, "apply": apply}[step](session, Path(offered))
