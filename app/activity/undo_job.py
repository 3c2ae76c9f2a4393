"""Undoing a change of many records: a job, followed where its preview was."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.auth import current_actor
from app.models import Changeset
from app.services import jobs
from app.services.jobs import AlreadyUnderWay, Standing
from app.worker.waking import put_job


def is_work(changeset: Changeset) -> bool:
    """Tell whether undoing the change is work for a worker."""
    rows = changeset.added + changeset.changed + changeset.removed
    return jobs.takes_long(rows=rows)


def start(changeset: Changeset, reason: str, most_kept: int) -> ResponseReturnValue:
    """Ask for the undoing, unless somebody did, and lead to the page that follows it."""
    session = db.session()
    asked = {"reason": reason, "most_kept": most_kept}
    try:
        job = jobs.enqueue(
            session, "undo", current_actor(), changeset_id=changeset.id, arguments=asked
        )
    except AlreadyUnderWay:
        session.rollback()
    else:
        session.commit()
        put_job(job.id)
    return redirect(url_for(".preview", id=changeset.id), code=303)


def find(changeset: Changeset) -> Standing | None:
    """Return how far the newest job that undoes the change is."""
    session = db.session()
    job = jobs.find_job_of(session, changeset_id=changeset.id)
    return jobs.standing_of(session, job) if job else None


def follow(changeset: Changeset, standing: Standing) -> ResponseReturnValue:
    """Show how far the undoing is."""
    number = _("Change %(number)s", number=changeset.id)
    return render_template(
        "jobs/run.html",
        standing=standing,
        title=_("Undoing change %(number)s", number=changeset.id),
        outbreak=changeset.outbreak,
        trail=[(url_for(".index"), _("Activity")), (url_for(".show", id=changeset.id), number)],
    )
