"""The import of a file from its first byte to its report: read, check, plan, apply."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import begin_unlocked, lock_afresh
from app.models import Outbreak
from app.services.changesets import Actor, lock_outbreak
from app.services.importing import loading, staging
from app.services.importing.checking import Checker
from app.services.importing.foreseeing import foresee
from app.services.importing.options import ImportOptions
from app.services.importing.report import Report
from app.services.importing.series import Row, Series
from app.services.importing.settling import settle_repeats
from app.services.importing.source import Source, open_source
from app.services.importing.storing import Checked, store
from app.services.importing.understanding import (
    Understanding,
    refuse_other_counting,
    rows_of,
    understand,
)
from app.services.importing.warning import collect_warnings

# Told how many of the file's bytes have been read, and how many it has.
Progress = Callable[[int, int], None]


def import_file(
    session: Session,
    where: str | Path | BinaryIO,
    outbreak_id: int,
    actor: Actor,
    options: ImportOptions | None = None,
    *,
    name: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Import a file into an outbreak and report on every row of it.

    `where` is a path, "-", an http(s) address or a binary file object, `name` what to call it.
    All is one transaction, which the caller commits or, for a trial, rolls back. In a session
    that has not begun one, SQLite's write lock is taken only when the rows have been checked.
    Raises ImportRefused when the file as a whole cannot be read.
    """
    options = options or ImportOptions()
    with open_source(where, name, sheet=options.sheet) as source:
        understanding = understand(source, options)
        unlocked = begin_unlocked(session)
        _allow_time(session)
        staging.create(session)
        checked = _check(session, source, understanding, progress)
    closes = unlocked and _plan_ahead(session, checked, outbreak_id)
    lock_outbreak(session, outbreak_id)
    outbreak = session.get_one(Outbreak, outbreak_id)
    refuse_other_counting(understanding, outbreak.counting)
    report = store(session, checked, outbreak, actor, options)
    if closes:
        # The temporary tables go with the connection, when nobody waits any longer.
        loading.check_keys(session)
    else:
        staging.drop(session)
    return report


def _plan_ahead(session: Session, checked: Checked, outbreak_id: int) -> bool:
    """Plan a large import, then lock; tell whether SQLite's connection will be closed for it."""
    if checked.checker.read < loading.WORTHWHILE:
        return False
    checked.foresight = foresee(session, outbreak_id, checked.checker.names.spellings)
    return lock_afresh(session)


def _allow_time(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def _check(
    session: Session, source: Source, understanding: Understanding, progress: Progress | None
) -> Checked:
    series = Series()
    with staging.filling(session) as put:

        def keep(rows: Sequence[Row]) -> None:
            series.follow(rows)
            put(rows)

        checker = Checker(
            understanding.heading, understanding.date_format, keep, understanding.numbers
        )
        for rows in rows_of(source, understanding):
            checker.check(rows)
            if progress:
                progress(source.place(), source.size)
    checked = Checked(source, understanding, checker, series)
    checked.repeated = settle_repeats(session, series, checked.conflicts)
    checked.warnings = collect_warnings(session)
    return checked
