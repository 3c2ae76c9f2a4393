"""Processes killed at many moments of uploading, checking, importing and undoing.

Each round asserts that the register is exactly as before or exactly as after, that a broken upload
can be looked at and is forgotten, and that doing it again gives what it would have given at once.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.faults.killing import Outcome, Spawner, kill_often
from tests.faults.preparing import SCENES, stage
from tests.faults.registers import Copies, fill
from tests.postgres import NoPostgres, Server

HEAD = (
    "| killed during | database | times | as before | arriving | as after | seconds undisturbed |"
)


def measure(rows: int, rounds: int, *, seed: bool = True) -> str:
    """Kill processes on SQLite and, a quarter as often, on PostgreSQL; return the counts."""
    lines = [HEAD, "|---|---|--:|--:|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(SCENES):
            url = f"sqlite:///{folder}/{number}.db"
            lines.append(_row(name, "SQLite", _kill(url, name, Path(folder), rows, rounds)))
        lines += _on_postgres(
            lambda url, name: _kill(url, name, Path(folder), rows, max(1, rounds // 4))
        )
    return "\n".join(lines)


def _kill(url: str, name: str, folder: Path, rows: int, rounds: int) -> Outcome:
    fill(url)
    with Spawner() as spawner:
        return kill_often(spawner, Copies(url, folder), stage(url, name, folder, rows), rounds)


def _on_postgres(kill: Callable[[str, str], Outcome]) -> list[str]:
    server = Server()
    try:
        main = make_url(server.start())
    except NoPostgres as reason:
        return [f"| | PostgreSQL: {reason} | | | | | |"]
    try:
        engine = create_engine(main, isolation_level="AUTOCOMMIT")
        lines = []
        for number, name in enumerate(SCENES):
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE faults_{number} TEMPLATE template0"))
            url = main.set(database=f"faults_{number}").render_as_string(hide_password=False)
            lines.append(_row(name, "PostgreSQL", kill(url, name)))
        engine.dispose()
        return lines
    finally:
        server.stop()


def _row(name: str, database: str, outcome: Outcome) -> str:
    found = outcome.found
    row = (
        f"| {name} | {database} | {outcome.rounds} | {found['before']} | {found['arriving']}"
        f" | {found['after']} | {outcome.seconds:.2f} |"
    )
    print(row, file=sys.stderr, flush=True)
    return row
