"""`flask import-csv` on SQLite into a register that holds as much already, or many times more."""

import csv
import datetime as dt
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bench.import_sqlite import lock, lock_lines
from bench.locking import Locked
from bench.measuring import PYTHON, Measured, run, table, verdict
from bench.registers import DAYS

TIMES = 20
# In the corrected file one count in so many is another one.
CORRECTED = 10


# So many times the records that a file names and changes, each of them.
HELD = (1, 10)


def measure(rows: int, rounds: int, *, seed: bool) -> str:
    """Import new days, corrections, other counts for all there is; return the figures."""
    del rounds, seed  # Once: each import changes what the next one finds.
    return "\n".join([_measure_days(rows), *(_measure_changes(rows, times) for times in HELD)])


def _measure_days(rows: int) -> str:
    """Go on where the register ends, then correct some of that."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _build(folder / "ours.db", TIMES * rows)
        new, corrected = folder / "new.csv", folder / "corrected.csv"
        write_days(new, rows, corrected=False)
        write_days(corrected, rows, corrected=True)
        imports = {
            "new days": lock(folder, new, fresh=False),
            f"one in {CORRECTED} of them corrected": lock(folder, corrected, fresh=False),
        }
    return _tell(f"### SQLite, {rows:,} rows into {TIMES * rows:,}", rows, imports)


def _measure_changes(rows: int, times: int) -> str:
    """Change every record that the file names."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database, file = folder / "ours.db", folder / "changed.csv"
        _build(database, times * rows)
        changed = write_changes(file, database, rows)
        imports = {f"{changed:,} records changed": lock(folder, file, fresh=False)}
    return _tell(f"### SQLite, {rows:,} of {times * rows:,} records changed", changed, imports)


def _build(database: Path, rows: int) -> None:
    run([PYTHON, "-m", "bench.registers", f"sqlite:///{database}", str(rows)])


def _tell(heading: str, rows: int, imports: dict[str, tuple[Locked, Measured]]) -> str:
    lines = [heading, "", table({what: measured for what, (_, measured) in imports.items()}), ""]
    for what, (locked, measured) in imports.items():
        lines += lock_lines(locked, rows, f", {what}")
        lines.append(verdict(f"peak MB, {what}", measured.peak_mb, most=160))
    return "\n".join([*lines, ""])


def write_days(file: Path, rows: int, *, corrected: bool) -> None:
    """Write the days that follow those of `registers.build`, for the countries it makes."""
    countries = TIMES * rows // DAYS
    first = dt.date(2020, 1, 1) + dt.timedelta(days=DAYS)
    with file.open("w") as output:
        output.write("date,country,cases,deaths,recoveries\n")
        for number in range(rows):
            days, country = divmod(number, countries)
            cases = 99_999 + days + (corrected and number % CORRECTED == 0)
            output.write(f"{first + dt.timedelta(days=days)},Land {country:05d},{cases},900,800\n")


def write_changes(file: Path, database: Path, rows: int) -> int:
    """Write so many records of the first days with other counts; return how many there are."""
    records = """
        SELECT date, country.name, cases + 1, deaths + 1, recoveries + 1
        FROM record JOIN country ON country.id = record.country_id
        ORDER BY date, country.id LIMIT ?
    """
    written = 0
    with file.open("w", newline="") as output, closing(sqlite3.connect(database)) as connection:
        writer = csv.writer(output)
        writer.writerow(["date", "country", "cases", "deaths", "recoveries"])
        for row in connection.execute(records, (rows,)):
            writer.writerow(row)
            written += 1
    return written
