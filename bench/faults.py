"""Workers killed at many moments of checking, applying and undoing: what was found afterwards.

Each round asserts that the register is exactly as before or exactly as after, that the sweep takes
the job up, and that carrying it out again gives what it would have given at once.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.faults.killing import Outcome, kill_jobs
from tests.faults.preparing import prepare
from tests.faults.registers import Copies, fill
from tests.postgres import NoPostgres, Server

KINDS = ("check", "apply", "undo")
HEAD = "| worker killed during | database | times | as before | as after | seconds undisturbed |"


def measure(rows: int, rounds: int, *, seed: bool = True) -> str:
    """Kill workers on SQLite and, a quarter as often, on PostgreSQL; return the counts."""
    lines = [HEAD, "|---|---|--:|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            url = f"sqlite:///{folder}/{kind}.db"
            lines.append(_row(kind, "SQLite", _kill(url, kind, Path(folder), rows, rounds)))
        lines += _on_postgres(
            lambda url, kind: _kill(url, kind, Path(folder), rows, max(1, rounds // 4))
        )
    return "\n".join(lines)


def _kill(url: str, kind: str, folder: Path, rows: int, rounds: int) -> Outcome:
    fill(url)
    job_id = prepare(url, kind, folder, rows)
    return kill_jobs(Copies(url, folder), job_id, rounds)


def _on_postgres(kill: Callable[[str, str], Outcome]) -> list[str]:
    server = Server()
    try:
        main = make_url(server.start())
    except NoPostgres as reason:
        return [f"| | PostgreSQL: {reason} | | | | |"]
    try:
        engine = create_engine(main, isolation_level="AUTOCOMMIT")
        lines = []
        for kind in KINDS:
            with engine.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "faults_{kind}" TEMPLATE template0'))
            url = main.set(database=f"faults_{kind}").render_as_string(hide_password=False)
            lines.append(_row(kind, "PostgreSQL", kill(url, kind)))
        engine.dispose()
        return lines
    finally:
        server.stop()


def _row(kind: str, database: str, outcome: Outcome) -> str:
    found = outcome.found
    return (
        f"| {kind} | {database} | {outcome.rounds} | {found['before']} | {found['after']}"
        f" | {outcome.seconds:.2f} |"
    )
