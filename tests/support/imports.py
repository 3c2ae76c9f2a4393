"""Importing in tests: a text as a file, and a judge of the totals that the write path keeps."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import METRICS, CountryTotal, DailyTotal, Record
from app.services.changesets import Actor
from app.services.importing import (
    ImportOptions,
    Report,
    check_file,
    import_file,
    importer,
    read_decisions,
)
from tests.support.clients import default_outbreak

MINA = Actor("Mina Park")
Content = str | bytes | Path
HEADING = "date,country,cases,deaths,recoveries\n"


def import_now(
    session: Session, content: Content, decided: dict[str, Any] | None = None, **options: Any
) -> Report:
    """Import rows (a text without heading gets one), bytes as they are or a path, and commit."""
    outbreak_id = default_outbreak(session).id
    session.commit()
    told = (ImportOptions(**options), read_decisions(decided or {}))
    report = import_file(session, _as_file(content), outbreak_id, MINA, *told)
    session.commit()
    return report


def check_now(
    session: Session, content: Content, decided: dict[str, Any] | None = None, **options: Any
) -> Report:
    """Check rows, bytes or a path as `import_now` would import them, and keep nothing."""
    outbreak_id = default_outbreak(session).id
    session.commit()
    told = (ImportOptions(**options), read_decisions(decided or {}))
    report = check_file(session, _as_file(content), outbreak_id, *told)
    session.rollback()
    return report


def _as_file(content: Content) -> Path | io.BytesIO:
    if isinstance(content, str):
        content = (HEADING + content).encode()
    return content if isinstance(content, Path) else io.BytesIO(content)


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, database_url: str, act: Callable[[Session], None]
) -> None:
    """Let somebody act after the plan was made and before the register is locked for it."""
    lock = importer.lock_afresh

    def act_and_lock(session: Session, *, checking_keys: bool) -> bool:
        with open_session(database_url) as other:
            act(other)
            other.commit()
        return lock(session, checking_keys=checking_keys)

    monkeypatch.setattr(importer, "lock_afresh", act_and_lock)


@contextmanager
def statements_of(session: Session) -> Iterator[list[str]]:
    """Yield the list of what the block says to the database, which fills as it goes."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)


def outcomes(report: Report) -> tuple[int, int, int, int, int]:
    """Return added, changed, same, held, unreadable."""
    return report.added, report.changed, report.same, report.held, report.unreadable


def stored(session: Session) -> dict[tuple[str, str], tuple[int | None, ...]]:
    """Return what the register says, by country and day."""
    return {
        (record.country.name, record.date.isoformat()): (
            record.cases,
            record.deaths,
            record.recoveries,
        )
        for record in session.scalars(select(Record))
    }


def assert_totals_true(session: Session) -> None:
    """Reckon all totals from the records in plain Python and compare them with those kept."""
    days: dict[Any, list[int]] = defaultdict(lambda: [0] * 7)
    countries: dict[int, list[Any]] = {}
    last: dict[tuple[int, str], int] = {}
    for record in session.scalars(select(Record).order_by(Record.date)):
        day = days[record.date]
        day[0] += 1
        total = countries.setdefault(
            record.country_id, [0, record.date, record.date, None, None, None]
        )
        total[0] += 1
        total[2] = record.date
        for place, metric in enumerate(METRICS, start=1):
            count = getattr(record, metric)
            if count is not None:
                day[place] += count
                day[place + 3] += count - last.get((record.country_id, metric), 0)
                last[record.country_id, metric] = count
                total[place + 2] = count
    steps = [f"{metric}_step" for metric in METRICS]
    kept_days = {
        total.date: [getattr(total, name) for name in ("reports", *METRICS, *steps)]
        for total in session.scalars(select(DailyTotal))
    }
    names = ("reports", "first_date", "last_date", *METRICS)
    kept_countries = {
        total.country_id: [getattr(total, name) for name in names]
        for total in session.scalars(select(CountryTotal))
    }
    assert kept_days == dict(days)
    assert kept_countries == countries


def check_database(session: Session) -> None:
    """Judge an SQLite file, with the index entries of each record."""
    assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
    assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert session.scalar(text("PRAGMA foreign_keys")) == 1
