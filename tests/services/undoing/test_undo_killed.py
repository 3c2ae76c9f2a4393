"""An undo that is killed leaves the register as it was or as it should be, nothing between."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Changeset, Record, RecordVersion
from app.services import undoing
from tests.support.imports import MINA, assert_totals_true, import_now

ROOT = Path(__file__).resolve().parents[3]
ROWS = 4000

SCRIPT = """
import sys
from app.database import open_session
from app.services.changesets import Actor
from app.services.undoing import undo
url, changeset_id = sys.argv[1:]
with open_session(url) as session:
    session.connection()
    print("ready", flush=True)
    undo(session, int(changeset_id), Actor("Mina Park"))
    session.commit()
print("done", flush=True)
"""


@pytest.mark.parametrize("seconds", [0.01, 0.04, 0.1, 0.3])
def test_undo_killed_at_any_moment_is_whole_or_not_there(
    session: Session, reload: Callable[[], Session], database_url: str, seconds: float
) -> None:
    days = [
        f"19{year}-{month:02}-{day:02}"
        for year in (50, 51)
        for month in range(1, 11)
        for day in range(1, 21)
    ]
    rows = (f"{day},Area {number},1,0,0\n" for day in days for number in range(10))
    report = import_now(session, "".join(rows))
    assert report.added == ROWS
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, database_url, str(report.changeset_id)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
    fresh = reload()
    tables = (Changeset, Record, RecordVersion)
    counts = [fresh.scalar(select(func.count()).select_from(of)) for of in tables]
    assert counts in ([1, ROWS, 0], [2, 0, ROWS])
    assert_totals_true(fresh)
    fresh.rollback()
    if counts[0] == 1:
        undone = undoing.undo(session, report.changeset_id or 0, MINA)
        session.commit()
        assert undone.removed == ROWS
    assert_totals_true(session)
