"""What the rules add to an import and to an edit on SQLite: `python -m bench rules`."""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.checking import check_what_changed
from app.database import open_session
from app.models import Finding, Record
from app.services.changesets import Actor
from app.services.importing import import_file
from app.services.rules import check_series
from app.services.simulation import FAULT_KINDS, write_csv
from bench.contenders import make_register
from bench.import_sqlite import FAULTS
from bench.measuring import PYTHON, run, verdict

EDITS = 50


def measure(rows: int, rounds: int, *, seed: bool) -> str:
    """Import a file without faults and one with some, and look at both; return the figures."""
    del seed
    lines = [f"### Rules, SQLite, {rows:,} rows", ""]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clean, faulty = folder / "clean.csv", folder / "faulty.csv"
        write_csv(clean, rows=rows)
        number = max(1, FAULTS * rows // 1_000_000 // len(FAULT_KINDS))
        write_csv(faulty, rows=rows, faults=dict.fromkeys(FAULT_KINDS, number))
        for file in (clean, faulty):
            told = [_once(folder, file) for _round in range(rounds)]
            lines += _lines(file.stem, told)
    return "\n".join([*lines, ""])


def _once(folder: Path, file: Path) -> dict[str, float]:
    database = folder / "rules.db"
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    make_register(f"sqlite:///{database}")
    measured = run([PYTHON, "-m", "bench.rules", f"sqlite:///{database}", file])
    told: dict[str, float] = json.loads(measured.output)
    return {**told, "peak": measured.peak_mb}


def _lines(what: str, told: list[dict[str, float]]) -> list[str]:
    import_, rules, edit = (
        statistics.median(one[name] for one in told) for name in ("import", "rules", "edit")
    )
    ratio = (import_ + rules) / import_
    said = f"- {what}: import {import_:.1f} s CPU, rules {rules:.1f} s, "
    said += f"{told[0]['findings']:,.0f} findings; an edit is looked at in {1000 * edit:.1f} ms"
    return [
        said,
        verdict(f"times an import without rules, {what}, CPU", ratio, most=1.5),
        verdict(f"peak MB, {what}", max(one["peak"] for one in told), most=160),
    ]


def main(url: str, file: str) -> None:
    """Import a file, let the rules look at it and at a few edits, and print the seconds."""
    with open_session(url) as session:
        began = time.process_time()
        import_file(session, file, 1, Actor("bench"))
        session.commit()
        imported = time.process_time()
        check_what_changed(session)
        looked = time.process_time()
        findings = session.scalar(select(func.count()).select_from(Finding))
        seconds = {"import": imported - began, "rules": looked - imported}
        edit = _look_at_edits(session)
    print(json.dumps({**seconds, "edit": edit, "findings": findings}))


def _look_at_edits(session: Session) -> float:
    """Return the median seconds in which one country's series is looked at again."""
    countries = session.scalars(select(Record.country_id).distinct().limit(EDITS)).all()
    taken = []
    for country_id in countries:
        began = time.process_time()
        check_series(session, 1, [country_id], None)
        taken.append(time.process_time() - began)
    session.commit()
    return statistics.median(taken)


if __name__ == "__main__":
    main(*sys.argv[1:])
