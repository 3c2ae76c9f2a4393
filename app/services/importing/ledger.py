"""An import in the ledger: its counts, and the lines that somebody should look at."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    case,
)
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import METRICS, Import, Record
from app.services.changesets import Actor
from app.services.importing.checked import Checked
from app.services.importing.open_imports import ImportClosed, closed
from app.services.importing.report import Report
from app.services.importing.staging import names

_COUNTS = ("read", "added", "changed", "same", "summed", "held", "unreadable", "left_out")
_POLICIES = ("on_problem", "existing", "blanks", "parts")
_TOLD = ("settled", "settled_names", "unmet", "stopped", "groups", "fallen", "new_countries")
# New countries are named up to this many; all are counted.
_MOST_NEW = 40
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
        "fallen": report.fallen,
        "new_countries": _new_countries(report),
    }
    return {name: value for name, value in found.items() if value}


def _new_countries(report: Report) -> dict[str, Any]:
    names = report.new_countries
    return {"count": len(names), "names": names[:_MOST_NEW]} if names else {}
