"""`flask import-csv` on PostgreSQL against the first program's way and against COPY + upsert."""

import secrets
import tempfile
from pathlib import Path

import psycopg

from app.services.simulation import write_csv
from bench.contenders import make_register
from bench.measuring import PYTHON, Measured, medians, run, table, verdict
from tests.postgres import Server


def measure(rows: int, rounds: int, *, seed: bool) -> str:
    """Import a simulated file of so many rows each way; return the figures as Markdown."""
    server = Server()
    try:
        url = server.start()
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "clean.csv"
            write_csv(file, rows=rows)
            return _measure(url, file, rows, rounds, seed=seed)
    finally:
        server.stop()


def _measure(url: str, file: Path, rows: int, rounds: int, *, seed: bool) -> str:
    postmaster = _postmaster(url)
    found = medians(
        rounds,
        {
            "flask import-csv": lambda: _ours(url, file, postmaster),
            "COPY + upsert": lambda: _contender("copy", url, file, postmaster),
        },
    )
    if seed:
        found |= medians(
            1, {"ORM object a row, one commit": lambda: _contender("seed", url, file, postmaster)}
        )
    us, limit, *rest = found.values()
    lines = [f"### PostgreSQL, {rows:,} rows (CPU with the server's)", "", table(found), ""]
    lines.append(verdict("times COPY + upsert, CPU", us.cpu / limit.cpu, most=1.3))
    lines.append(verdict("times COPY + upsert, wall", us.wall / limit.wall, most=1.3))
    for orm in rest:
        lines.append(verdict("times faster than the ORM, CPU", orm.cpu / us.cpu, least=9))
        lines.append(verdict("times faster than the ORM, wall", orm.wall / us.wall, least=9))
    return "\n".join([*lines, ""])


def _ours(url: str, file: Path, postmaster: int) -> Measured:
    make_register(url)
    environment = {
        "CASEBOOK_DATABASE_URL": url,
        "CASEBOOK_INSTANCE": str(file.parent),
        "CASEBOOK_SECRET_KEY": secrets.token_hex(),
    }
    command = [PYTHON, "-m", "flask", "--app", "wsgi", "import-csv", file, "--json"]
    return run(command, environment=environment, server=postmaster)


def _contender(way: str, url: str, file: Path, postmaster: int) -> Measured:
    make_register(url)
    return run([PYTHON, "-m", "bench.contenders", way, url, file], server=postmaster)


def _postmaster(url: str) -> int:
    """Return the process that starts the server's backends."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        stat = Path(f"/proc/{row[0]}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])
