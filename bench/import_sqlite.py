"""`flask import-csv` on SQLite against the first program's way and against SQLite's own import."""

import json
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.services.simulation import FAULT_KINDS, write_csv
from bench.contenders import SQLITE_LIMIT, make_register
from bench.locking import Locked, lock_span
from bench.measuring import PYTHON, Measured, medians, run, table, verdict

# So many planted faults in a million rows.
FAULTS = 7000


def measure(rows: int, rounds: int, *, seed: bool) -> str:
    """Import a simulated file of so many rows each way; return the figures as Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "clean.csv"
        write_csv(file, rows=rows)
        contenders = {"flask import-csv": lambda: ours(folder, file)}
        if shutil.which("sqlite3"):
            contenders["sqlite3 .import + upsert, 64 MiB cache"] = lambda: limit(folder, file)
        found = medians(rounds, contenders)
        read = ours(folder, file, dry=True)
        locked, _ = lock(folder, file)
        locked_again, again = lock(folder, file, fresh=False)
        if seed:
            found |= medians(1, {"ORM object a row, one commit": lambda: seeds(folder, file)})
        faults = find_faults(folder, rows)
    # Of a small file, starting Flask is a large part.
    faster, near = (15, 1.6) if rows >= 1_000_000 else (7, 4)
    lines = [f"### SQLite, {rows:,} rows", "", table(found), ""]
    us, *others = found.values()
    for name, other in zip(list(found)[1:], others, strict=True):
        if name.startswith("ORM"):
            lines.append(
                verdict("times faster than the ORM, CPU", other.cpu / us.cpu, least=faster)
            )
            lines.append(
                verdict("times faster than the ORM, wall", other.wall / us.wall, least=faster)
            )
        else:
            lines.append(verdict("times the tuned limit, CPU", us.cpu / other.cpu, most=near))
            lines.append(verdict("times the tuned limit, wall", us.wall / other.wall, most=near))
    lines.append(verdict("peak MB", us.peak_mb, most=160))
    lines += lock_lines(locked, rows, "")
    lines.append(f"- the same file again: {again.cpu:.1f} s CPU, {again.wall:.1f} s wall")
    twice = again.cpu / (2 * read.cpu)
    lines.append(verdict("times two dry runs, the same file again, CPU", twice, most=1))
    lines += lock_lines(locked_again, rows, ", the same file again")
    return "\n".join([*lines, faults, ""])


def lock_lines(locked: Locked, rows: int, what: str) -> list[str]:
    """Say for how long others waited."""
    million = 1_000_000 / rows
    goal = f"seconds locked per million rows{what}"
    return [
        verdict(f"{goal}, CPU", locked.cpu * million, most=3),
        verdict(f"{goal}, wall", locked.wall * million, most=3),
    ]


def ours(
    folder: Path,
    file: Path,
    *,
    fresh: bool = True,
    dry: bool = False,
    started_as: Callable[[int], None] | None = None,
) -> Measured:
    """Import with the command, or check only; its start is included."""
    database = folder / "ours.db"
    if fresh:
        _fresh(database)
    command = [PYTHON, "-m", "flask", "--app", "wsgi", "import-csv", file, "--json"]
    command += ["--dry-run"] if dry else []
    environment = _environment(database)
    return run(command, environment=environment, fine=(0, 3), started_as=started_as)


def limit(folder: Path, file: Path) -> Measured:
    """Import with the sqlite3 shell."""
    database, script = folder / "limit.db", folder / "limit.sql"
    _fresh(database)
    script.write_text(SQLITE_LIMIT.format(file=file))
    return run(["sqlite3", "-bail", database], stdin=script)


def seeds(folder: Path, file: Path) -> Measured:
    """Import by adding objects."""
    database = folder / "seed.db"
    _fresh(database)
    return run([PYTHON, "-m", "bench.contenders", "seed", f"sqlite:///{database}", file])


def lock(folder: Path, file: Path, *, fresh: bool = True) -> tuple[Locked, Measured]:
    """Measure for how long nobody else can write while the file is imported."""
    database = folder / "ours.db"
    if fresh:
        _fresh(database)
    return lock_span(database, lambda tell: ours(folder, file, fresh=False, started_as=tell))


def find_faults(folder: Path, rows: int) -> str:
    """Plant faults and compare what is reported with what was planted."""
    file = folder / "faulty.csv"
    number = max(1, FAULTS * rows // 1_000_000 // len(FAULT_KINDS))
    planted = write_csv(file, rows=rows, faults=dict.fromkeys(FAULT_KINDS, number))
    measured = ours(folder, file)
    report = json.loads(measured.output)
    warned = {line for found in report["warnings"].values() for line in found["lines"]}
    told = {row["line"] for row in report["held_rows"]} | warned
    there = {line for fault in planted for line in (fault.line, fault.other_line) if line}
    return (
        f"- with {len(planted):,} planted faults of {len(FAULT_KINDS)} kinds "
        f"({measured.cpu:.1f} s CPU): {len(there - told)} lines not named, "
        f"{len(told - there)} named without a fault"
    )


def _fresh(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    make_register(f"sqlite:///{database}")


def _environment(database: Path) -> dict[str, str]:
    return {
        "CASEBOOK_DATABASE_URL": f"sqlite:///{database}",
        "CASEBOOK_INSTANCE": str(database.parent),
        "CASEBOOK_SECRET_KEY": secrets.token_hex(),
    }
