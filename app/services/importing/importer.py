"""A file from its first byte to its report: checked only, or imported."""

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import begin_unlocked, lock_afresh
from app.services import bulk_loading
from app.services.changesets import Actor, lock_outbreak
from app.services.importing import staging
from app.services.importing.checked import Checked
from app.services.importing.deciding import Decisions
from app.services.importing.examining import Progress, Task, compare_again, examine, has_moved
from app.services.importing.lines import collect_looked_at, keep_looked_at
from app.services.importing.naming import names_moved
from app.services.importing.options import ImportOptions
from app.services.importing.readying import make_ready
from app.services.importing.recipes import fill_in
from app.services.importing.report import Report
from app.services.importing.source import Source, open_source
from app.services.importing.storing import store
from app.services.importing.understanding import understand


def check_file(
    session: Session,
    where: str | Path | BinaryIO,
    outbreak_id: int,
    options: ImportOptions | None = None,
    decisions: Decisions | None = None,
    *,
    name: str | None = None,
    import_id: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Report on every row of a file as an import would, and write nothing to the register.

    `where` is a path, "-", an http(s) address or a binary file object, `name` what to call it.
    With `import_id` the lines somebody should look at are kept with that import, for which the
    write lock is taken at the very end; without, no lock is taken at all. The caller commits.
    Raises ImportRefused when the file as a whole cannot be read.
    """
    options = options or ImportOptions()
    with open_source(where, name, sheet=options.sheet) as source:
        task, began = _begin(session, source, outbreak_id, options, decisions)
        checked = examine(session, replace(task, progress=progress))
    report = checked.report()
    if import_id is not None:
        if began:
            collect_looked_at(session, checked)
            lock_afresh(session)
        keep_looked_at(session, checked, import_id)
        report.import_id = import_id
    staging.drop(session)
    return report


def import_file(
    session: Session,
    where: str | Path | BinaryIO,
    outbreak_id: int,
    actor: Actor,
    options: ImportOptions | None = None,
    decisions: Decisions | None = None,
    *,
    name: str | None = None,
    import_id: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Import a file into an outbreak and report on every row of it.

    As `check_file`, and then the register is written to, as the import `import_id` or a new one,
    all in one transaction, which the caller commits. In a session that has not begun one, the
    write lock is taken only when the rows have been checked.
    """
    options = options or ImportOptions()
    with open_source(where, name, sheet=options.sheet) as source:
        task, began = _begin(session, source, outbreak_id, options, decisions)
        checked = examine(session, replace(task, progress=progress))
        closes = began and _lock_afresh(session, checked)
        lock_outbreak(session, outbreak_id)
        checked = _bring_up_to_date(session, task, checked)
    report = store(session, checked, actor, import_id, task.decisions)
    if closes:
        # The temporary tables go with the connection, when nobody waits any longer.
        bulk_loading.check_keys(session)
    else:
        staging.drop(session)
    return report


def _begin(
    session: Session,
    source: Source,
    outbreak_id: int,
    options: ImportOptions,
    decisions: Decisions | None,
) -> tuple[Task, bool]:
    """Understand a file; begin the transaction in which it is examined, and tell whether it did."""
    asked = fill_in(session, source, outbreak_id, options)
    understanding = understand(source, asked.options)
    began = begin_unlocked(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
    return Task(source, understanding, outbreak_id, asked, decisions or Decisions()), began


def _bring_up_to_date(session: Session, task: Task, checked: Checked) -> Checked:
    """Find out again, once the register is locked, what has changed meanwhile."""
    moved = has_moved(session, checked)
    renamed = names_moved(session, checked.spellings, checked.decisions.names, checked.naming)
    # Rows of a country that was named meanwhile may have to wait, or need not any more; sums of
    # new counts went on from what was the last report.
    if renamed or (moved and task.options.counting == "new"):
        return examine(session, task)
    if moved:
        compare_again(session, checked)
    return checked


def _lock_afresh(session: Session, checked: Checked) -> bool:
    """Take the lock for what was found; tell whether SQLite's connection is closed after it."""
    large = checked.plan.added + checked.plan.changed >= bulk_loading.WORTHWHILE
    with bulk_loading.small_cache(session):
        collect_looked_at(session, checked)
        checked.plan = make_ready(session, checked.plan, large=large)
    return lock_afresh(session, checking_keys=not large)
