"""An import that is killed leaves the register as it was or as it should be, nothing between."""

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from app.models import Changeset, Import, Record
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING, assert_totals_true, import_now

ROOT = Path(__file__).resolve().parents[3]
COUNTRIES, DAYS = 10, 500

# Says that it begins, so that the time of the kill counts from there.
SCRIPT = """
import sys
from app.database import open_session
from app.services.changesets import Actor
from app.services.importing import import_file, loading
url, file, outbreak_id, worthwhile = sys.argv[1:]
loading.WORTHWHILE = int(worthwhile)
with open_session(url) as session:
    print("ready", flush=True)
    import_file(session, file, int(outbreak_id), Actor("Mina Park"))
    session.commit()
print("done", flush=True)
"""


@pytest.fixture(scope="module")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("import") / "large.csv"
    days = [dt.date(1950, 1, 1) + dt.timedelta(days=day) for day in range(DAYS)]
    rows = (f"{day},Area {number},1,0,0\n" for day in days for number in range(COUNTRIES))
    file.write_text(HEADING + "".join(rows))
    return file


def list_indexes(session: Session) -> dict[str | None, list[str | None]]:
    """Return the indexes of `record` with their columns, as the database knows them."""
    found = inspect(session.connection()).get_indexes("record")
    return {index["name"]: index["column_names"] for index in found}


# The last as a small file, which is planned under the lock.
@pytest.mark.parametrize(
    ("seconds", "worthwhile"), [(0.02, 1), (0.08, 1), (0.15, 1), (0.22, 1), (0.3, 1), (0.15, 10**6)]
)
def test_import_killed_at_any_moment_is_whole_or_not_there(
    session: Session,
    reload: Callable[[], Session],
    database_url: str,
    large_file: Path,
    seconds: float,
    worthwhile: int,
) -> None:
    outbreak_id = default_outbreak(session).id
    indexes = list_indexes(session)
    session.commit()
    arguments = [database_url, str(large_file), str(outbreak_id), str(worthwhile)]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
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
    counts = [fresh.scalar(select(func.count()).select_from(of)) for of in (Changeset, Import)]
    assert counts in ([0, 0], [1, 1])
    before = fresh.scalar(select(func.count()).select_from(Record))
    assert before in (0, COUNTRIES * DAYS)
    assert list_indexes(fresh) == indexes
    assert_totals_true(fresh)
    fresh.rollback()
    again = import_now(session, large_file)
    assert again.stored == again.read == COUNTRIES * DAYS
    assert_totals_true(session)
