"""`flask import-csv` on SQLite into a register that holds twenty times as much already."""

import datetime as dt
import tempfile
from pathlib import Path

from bench.import_sqlite import lock, lock_lines
from bench.measuring import table
from bench.registers import DAYS, build

TIMES = 20
# In the corrected file one count in so many is another one.
CORRECTED = 10


def measure(rows: int, rounds: int, *, seed: bool) -> str:
    """Go on where the register ends, then correct some of that; return the figures as Markdown."""
    del rounds, seed  # Once: each import changes what the next one finds.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(f"sqlite:///{folder / 'ours.db'}", TIMES * rows)
        new, corrected = folder / "new.csv", folder / "corrected.csv"
        write_days(new, rows, corrected=False)
        write_days(corrected, rows, corrected=True)
        imports = {
            "new days": lock(folder, new, fresh=False),
            f"one in {CORRECTED} of them corrected": lock(folder, corrected, fresh=False),
        }
    lines = [f"### SQLite, {rows:,} rows into {TIMES * rows:,}", ""]
    lines += [table({what: measured for what, (_, measured) in imports.items()}), ""]
    for what, (locked, _) in imports.items():
        lines += lock_lines(locked, rows, f", {what}")
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
