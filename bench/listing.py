"""How long the server takes for a page of the records list, beside a bare route on the same file.

Every time is that of a whole request inside one process (c = 1), signed in, without the network.
`python -m bench listing --rows N`, or several sizes at once, kept for the next run:
`python -m bench.listing --rows 1000 1000000 --folder /var/tmp/registers`.
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.test import create_environ
from werkzeug.wrappers import Response

from app import create_app, db
from app.auth import SESSION_KEY
from app.models import User
from app.services.user_sessions import open_user_session
from bench.bare import bare_app
from bench.registers import build

SECRET_KEY = "benchmark " * 5

# Days of the register run from 2020-01-01 for 1,000 days; the countries are land-00000 on.
DEEP = "after=2021-05-15,land-00005"
FILTERS = {
    "none": "",
    "country": "country=land-00003",
    "two countries": "country=land-00003&country=land-00007",
    "days": "from=2020-02-01&to=2020-03-15",
    "country and days": "country=land-00003&from=2020-02-01&to=2020-03-15",
    "least cases": "cases_min=700",
    "range of deaths": "deaths_min=5&deaths_max=60",
    "most recovered": "recoveries_max=1500",
    "text": "q=land 00004",
    "import": "imported=1",
    "changed by": "changed_by=bench",
}
SORTS = ("", "date", "country", "-country", "cases", "-cases", "-deaths", "-recoveries")


def addresses() -> Iterable[tuple[str, str]]:
    """Yield what is measured: each filter, each sort, and places deep in the list."""
    for name, words in FILTERS.items():
        yield f"filter: {name}", f"/records?{words}"
    for sort in SORTS[1:]:
        yield f"sort: {sort}", f"/records?sort={sort}"
    yield "deep: newest first", f"/records?{DEEP}"
    yield "deep: jump to a day", "/records?at=2021-05-15"
    yield "deep: last page", "/records?before=end"
    yield "deep: by country", "/records?sort=country&after=land-00005,2021-05-15"
    yield "deep: by cases", "/records?sort=-cases&after=100,500"
    yield "deep: one country", "/records?country=land-00003&after=2020-03-15,land-00003"
    for name, words in FILTERS.items():
        if words:
            yield f"{name}, by cases", f"/records?{words}&sort=-cases"
            yield f"{name}, by country", f"/records?{words}&sort=country"


@dataclass(frozen=True)
class Timed:
    """Processor time of a page in milliseconds, and the bare route's in the same minute."""

    median: float
    p95: float
    bare: float

    @property
    def times(self) -> float:
        """How many times the bare route's time it is."""
        return self.median / self.bare


def timed(page: Callable[[], None], bare: Callable[[], None], requests: int) -> Timed:
    """Measure a page and the bare route in turn, so that a busy machine slows both.

    All work is done in this process: its processor time is what a reader would wait for on a
    quiet machine.
    """
    times: dict[Callable[[], None], list[float]] = {page: [], bare: []}
    for number in range(requests + 5):
        for call, taken in times.items():
            begun = time.process_time()
            call()
            if number >= 5:
                taken.append((time.process_time() - begun) * 1000)
    slowest = sorted(times[page])[int(requests * 0.95)]
    return Timed(statistics.median(times[page]), slowest, statistics.median(times[bare]))


def caller(app: Flask, address: str, cookie: str = "") -> Callable[[], None]:
    """Return a call that answers one request inside this process."""
    path, _, query = address.partition("?")
    environ = create_environ(path, query_string=query, headers={"Cookie": cookie})

    def call() -> None:
        answer = Response.from_app(app, dict(environ), buffered=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")

    return call


def casebook(url: str) -> Flask:
    """Return Casebook on a database."""
    return create_app({"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": url})


def signed_in(url: str) -> tuple[Flask, str]:
    """Return Casebook on a database, and the cookie of a browser that signed in."""
    app = casebook(url)
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        token = open_user_session(db.session(), user)
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token
    # The first page that has a form puts the key of its tokens into the cookie.
    client.get("/records")
    name = app.config["SESSION_COOKIE_NAME"]
    stored = client.get_cookie(name)
    if stored is None:
        raise RuntimeError("signing in left no cookie")
    return app, f"{name}={stored.value}"


def run(rows: int, requests: int, folder: Path) -> dict[str, Timed]:
    """Measure every address on a register of this size."""
    file = folder / f"register-{rows}.db"
    if not file.exists():
        build(f"sqlite:///{file}", rows)
    app, cookie = signed_in(f"sqlite:///{file}")
    bare = caller(bare_app(str(file)), "/records")
    # As wsgi.py does: what is loaded is no garbage.
    gc.freeze()
    gc.set_threshold(10_000)
    return {
        name: timed(caller(app, address, cookie), bare, requests) for name, address in addresses()
    }


def table(results: dict[int, dict[str, Timed]]) -> str:
    """Return milliseconds and times the bare route, and how those grow, as Markdown."""
    sizes = sorted(results)
    lines = [
        "| page | " + " | ".join(f"{size:,} records" for size in sizes) + " | growth |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for name in results[sizes[0]]:
        found = [results[size][name] for size in sizes]
        cells = [f"{one.median:.1f} / {one.p95:.1f}, {one.times:.0f}x" for one in found]
        lines.append(f"| {name} | {' | '.join(cells)} | {found[-1].times / found[0].times:.2f} |")
    return "\n".join(lines)


def measure(rows: int, rounds: int, *, seed: bool = True, folder: Path | None = None) -> str:
    """Measure the list on registers of 1,000 records and of `rows`."""
    with tempfile.TemporaryDirectory() as made:
        where = folder or Path(made)
        results = {size: run(size, rounds * 50, where) for size in sorted({1_000, rows})}
    return (
        "## The list: median / p95 ms of processor time, times the bare route\n\n"
        + table(results)
        + "\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--requests", type=int, default=150)
    parser.add_argument("--folder", type=Path, required=True, help="the registers stay here")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(table({rows: run(rows, options.requests, options.folder) for rows in options.rows}))
