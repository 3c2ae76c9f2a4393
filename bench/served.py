"""How long a browser waits for the records list and its files, beside bare routes on the same file.

Over HTTP, one request at a time, from two servers asked in turn: gunicorn with two workers each.
`python -m bench served --rows N`, or on a register that stays for the next run:
`python -m bench.served --rows 1000000 --folder /var/tmp/registers`.
"""

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.listing import SECRET_KEY, addresses, signed_in
from bench.registers import build
from bench.serving import Server, serve

FILES = ("/records.csv", "/records.json", "/records.csv?cols=date,country,cases")


@dataclass(frozen=True)
class Waited:
    """What one page or file took, in milliseconds, and the processor time of its server."""

    median: float
    p95: float
    processor: float


def pages(casebook: Server, bare: Server, requests: int) -> str:
    """Ask for each page in turn with the bare one; return Markdown."""
    lines = [
        "| page | p50 / p95 ms | processor ms | bare p50 / p95 | processor | times bare |",
        "|---|---|---|---|---|---|",
    ]
    for name, address in addresses():
        ours, limit = _waited(casebook, address.replace(" ", "+"), bare, requests)
        times = (
            f"{ours.median / limit.median:.1f}x, processor {ours.processor / limit.processor:.1f}x"
        )
        lines.append(
            f"| {name} | {ours.median:.2f} / {ours.p95:.2f} | {ours.processor:.2f} "
            f"| {limit.median:.2f} / {limit.p95:.2f} | {limit.processor:.2f} | {times} |"
        )
    return "\n".join(lines)


def _waited(casebook: Server, address: str, bare: Server, requests: int) -> tuple[Waited, Waited]:
    asked = ((casebook, address), (bare, "/records"))
    for server, place in asked * 10:
        server.get(place)
    begun = [server.processor_seconds() for server, _ in asked]
    taken: list[list[float]] = [[], []]
    for _ in range(requests):
        for number, (server, place) in enumerate(asked):
            taken[number].append(server.get(place)[1] * 1000)
    ours, limit = (
        Waited(
            statistics.median(times),
            sorted(times)[int(requests * 0.95)],
            (server.processor_seconds() - before) * 1000 / requests,
        )
        for (server, _), times, before in zip(asked, taken, begun, strict=True)
    )
    return ours, limit


def files(casebook: Server, bare: Server, rounds: int) -> str:
    """Fetch each file whole, in turn with the bare one; return Markdown."""
    lines = [
        "| file | first byte | seconds | processor | MB | bare s | processor | times | peak MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for address in FILES:
        taken: dict[Server, list[tuple[float, float, float, int]]] = {casebook: [], bare: []}
        for _ in range(rounds):
            for server, runs in taken.items():
                before = server.processor_seconds()
                first, whole, size = server.get(address)
                runs.append((first * 1000, whole, server.processor_seconds() - before, size))
        ours, limit = (
            [statistics.median(runs) for runs in zip(*r, strict=True)] for r in taken.values()
        )
        lines.append(
            f"| {address} | {ours[0]:.0f} ms | {ours[1]:.1f} | {ours[2]:.1f} | {ours[3] / 1e6:.0f} "
            f"| {limit[1]:.1f} | {limit[2]:.1f} "
            f"| {ours[1] / limit[1]:.2f}x, processor {ours[2] / limit[2]:.2f}x "
            f"| {casebook.peak_mb():.0f} |"
        )
    return "\n".join(lines)


def run(rows: int, requests: int, rounds: int, folder: Path) -> str:
    """Measure pages and files of a register of this size."""
    file = folder / f"register-{rows}.db"
    if not file.exists():
        build(f"sqlite:///{file}", rows)
    url = f"sqlite:///{file}"
    _app, cookie = signed_in(url)
    with (
        serve(
            "wsgi:app", cookie, CASEBOOK_DATABASE_URL=url, CASEBOOK_SECRET_KEY=SECRET_KEY
        ) as casebook,
        serve(f"bench.bare:bare_app('{file}')") as bare,
    ):
        shown = pages(casebook, bare, requests)
        return f"{shown}\n\n{files(casebook, bare, rounds)}\n"


def measure(rows: int, rounds: int, *, seed: bool = True) -> str:
    """Measure pages and files over HTTP on a register of `rows` records."""
    with tempfile.TemporaryDirectory() as folder:
        tables = run(rows, rounds * 100, rounds, Path(folder))
    return f"## The list and its files over HTTP, {rows:,} records\n\n{tables}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, required=True, help="the register stays here")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(run(options.rows, options.requests, options.rounds, options.folder))
