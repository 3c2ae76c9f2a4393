"""An import in the ledger: its counts, and the lines that somebody should look at."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import METRICS, Import, ImportRow, Record
from app.services.changesets import Actor
from app.services.importing.checked import Checked
from app.services.importing.open_imports import ImportClosed, closed
from app.services.importing.planning import changed_rows
from app.services.importing.report import Report
from app.services.importing.staging import falls, looked_at, names, stage
from app.services.importing.warning import odd_rows

_COUNTS = ("read", "added", "changed", "same", "summed", "held", "unreadable", "left_out")
_POLICIES = ("on_problem", "existing", "blanks", "parts")
_TOLD = ("settled", "settled_names", "unmet", "stopped", "groups", "names", "fallen")
_MOST_NAMES = 500
_BEFORE = [f"{metric}_before" for metric in METRICS]
_record = Record.metadata.tables[Record.__tablename__]
# A country that has yet to be created is not stored.
_country_id = case((~names.c.is_new, names.c.country_id))


def open_import(
    session: Session, report: Report, checked: Checked, actor: Actor, import_id: int | None
) -> Import:
    """Enter an import that begins, or find the one that was offered."""
    if import_id is not None:
        offer = session.get_one(Import, import_id, with_for_update=True, populate_existing=True)
        # Of two who apply it at the same moment the second finds it applied.
        if offer.status not in ("checked", "applying"):
            raise ImportClosed(closed())
        return offer
    record = Import(
        outbreak_id=checked.outbreak_id,
        filename=report.filename,
        sha256=report.sha256,
        size=report.size,
        status="applying",
        user_id=actor.user_id,
        actor=actor.name,
        heading=checked.asked.heading,
        wishes=report.wishes,
    )
    keep_findings(record, report, checked)
    session.add(record)
    session.flush()
    return record


def keep_findings(record: Import, report: Report, checked: Checked) -> None:
    """Keep with an import what its check found out."""
    policies = {name: getattr(checked.options, name) for name in _POLICIES}
    record.options = {**report.understood, **policies}
    for name in (*_COUNTS, "warnings", "problems"):
        setattr(record, name, getattr(report, name))


def finish_import(record: Import, report: Report) -> None:
    """Keep what became of an import's rows."""
    for name in (*_COUNTS, "warnings", "problems", "status"):
        setattr(record, name, getattr(report, name))
    # What the last check told is told anew.
    known = {name: value for name, value in record.options.items() if name not in _TOLD}
    record.options = {**known, **told(report)}
    record.finished_at = utc_now()


def told(report: Report) -> dict[str, Any]:
    """Return what is kept of a report beside its counts, as far as there is any."""
    found = {
        "settled": report.settled,
        "settled_names": report.settled_names,
        "unmet": [asdict(unmet) for unmet in report.unmet],
        "recipe": report.recipe,
        "stopped": report.stopped,
        "groups": report.groups,
        # Of more, a page counts its own.
        "names": report.names if len(report.names) <= _MOST_NAMES else [],
        "fallen": report.fallen,
    }
    return {name: value for name, value in found.items() if value}


def keep_looked_at(session: Session, checked: Checked, import_id: int) -> None:
    """Keep the lines somebody should look at: those left out, those warned of, those that change.

    They take the place of those kept before. The register must not have been written to yet.
    """
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    _keep_left_out(session, checked, import_id)
    for kind, is_odd in odd_rows(checked.counting).items():
        if kind in checked.warnings:
            _keep_staged(session, import_id, kind, "warning", _of_names(stage), is_odd)
    for metric in METRICS:
        if f"{metric}_fall" in checked.warnings:
            _keep_falls(session, import_id, metric)
    if checked.plan.changed:
        rows, of_change, counts = changed_rows(checked.plan)
        _keep_staged(session, import_id, "changed", "changed", rows, of_change, counts)


def _of_names(rows: FromClause) -> FromClause:
    return rows.join(names, names.c.name == stage.c.name)


def _keep_left_out(session: Session, checked: Checked, import_id: int) -> None:
    same = ["problem", "line", "outcome", "cells", "fingerprint", "date", *METRICS]
    same += ["reasons", "candidates"]
    of_key = and_(
        looked_at.c.problem == "exists",
        _record.c.outbreak_id == checked.outbreak_id,
        _record.c.country_id == names.c.country_id,
        _record.c.date == looked_at.c.date,
    )
    of_name = looked_at.outerjoin(names, names.c.name == looked_at.c.name)
    before = [_record.c[metric] for metric in METRICS]
    rows = select(
        literal(import_id), _country_id, *before, *(looked_at.c[name] for name in same)
    ).select_from(of_name.outerjoin(_record, of_key))
    columns = ["import_id", "country_id", *_BEFORE, *same]
    session.execute(insert(ImportRow).from_select(columns, rows))


def _keep_falls(session: Session, import_id: int, metric: str) -> None:
    rows = _of_names(falls.join(stage, stage.c.line == falls.c.line))
    before: list[ColumnElement[Any]] = [
        falls.c.before if of == metric else null() for of in METRICS
    ]
    of_metric = falls.c.metric == metric
    _keep_staged(session, import_id, f"{metric}_fall", "warning", rows, of_metric, before)


def _keep_staged(
    session: Session,
    import_id: int,
    problem: str,
    outcome: str,
    rows: FromClause,
    which: ColumnElement[bool],
    before: Sequence[ColumnElement[Any]] = (),
) -> None:
    """Keep staged rows, by one statement however many there are."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    as_object = func.json_object if sqlite else func.json_build_object
    nothing = literal([], JSON())
    kept: dict[str, ColumnElement[Any]] = {
        "import_id": literal(import_id),
        "problem": literal(problem),
        "outcome": literal(outcome),
        "line": stage.c.line,
        "cells": as_object("country", names.c.spelling),
        "country_id": _country_id,
        "date": stage.c.date,
        **{metric: stage.c[metric] for metric in METRICS},
        **dict(zip(_BEFORE, before, strict=False)),
        "reasons": nothing,
        "candidates": nothing,
    }
    found = select(*kept.values()).select_from(rows).where(which)
    session.execute(insert(ImportRow).from_select(list(kept), found))
