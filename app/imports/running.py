"""Checking and applying: at once where that is quick, else as a job that a page follows."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from app import db
from app.auth import current_actor
from app.checking import check_what_changed
from app.models import Import
from app.services import jobs
from app.services.importing import offers
from app.services.importing.contents import is_packed
from app.services.importing.open_imports import ImportClosed, closed
from app.services.importing.pieces import open_pieces
from app.services.jobs import Standing
from app.worker.waking import put_job

# Rows that are checked again at each decision, without being asked.
MOST_AT_ONCE = 20_000


def start_check(offer: Import) -> None:
    """Check a file, at once or as a job; one that a job fetches is checked by it."""
    session = db.session()
    if offer.status == "checking":
        return
    if _takes_long(offer):
        _ask(offer, "check")
        return
    # The check begins its own transaction, which locks nobody out.
    session.commit()
    offers.check(session, offer.id)
    session.commit()


def start_fetch(offer: Import, **asked: Any) -> None:
    """Let a job fetch a file (see worker.fetching) and check it."""
    _ask(offer, "check", asked)
    db.session.refresh(offer)


def start_apply(offer: Import) -> None:
    """Import a checked file, at once or as a job."""
    session = db.session()
    if _takes_long(offer):
        _ask(offer, "apply")
        return
    session.commit()
    offers.apply(session, offer.id, current_actor())
    session.commit()
    check_what_changed(session)


def refuse_forgotten(offer: Import) -> None:
    """Raise ImportClosed for a file that nobody came back to in time."""
    if offers.is_forgotten(offer):
        session = db.session()
        offers.sweep(session)
        session.commit()
        raise ImportClosed(closed())


def is_small(offer: Import) -> bool:
    """Tell whether a file is checked again at once when something was decided about it."""
    return offer.read <= MOST_AT_ONCE and not _takes_long(offer)


def find_standing(offer: Import) -> Standing | None:
    """Return how far the newest job of an import is."""
    session = db.session()
    job = jobs.find_job_of(session, import_id=offer.id)
    return jobs.standing_of(session, job) if job else None


def follow(offer: Import, standing: Standing) -> str:
    """Show how far the job of an import is."""
    checking = standing.job.kind == "check"
    name = offer.filename
    title = _("Checking %(file)s", file=name) if checking else _("Importing %(file)s", file=name)
    return render_template(
        "jobs/run.html",
        standing=standing,
        title=title,
        outbreak=offer.outbreak,
        trail=[(url_for(".index"), _("Imports"))],
        step="check" if checking else "run",
    )


def _takes_long(offer: Import) -> bool:
    with open_pieces(db.session(), offer.id, most=1) as start:
        packed = is_packed(start.read(8))
    return jobs.takes_long(size=offer.size, packed=packed)


def _ask(offer: Import, kind: str, arguments: dict[str, Any] | None = None) -> None:
    session = db.session()
    job = jobs.enqueue(session, kind, current_actor(), import_id=offer.id, arguments=arguments)
    session.commit()
    put_job(job.id)
