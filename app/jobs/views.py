"""Stopping a job."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.auth import requires
from app.jobs import bp
from app.models import Job
from app.services import jobs


@bp.post("/<int:id>/stop")
@requires("editor")
def stop(id: int) -> ResponseReturnValue:
    """Ask a job to stop, and lead back to the page that follows it."""
    session = db.session()
    job = jobs.find_job(session, id) or abort(404)
    jobs.ask_stop(session, job)
    session.commit()
    return redirect(_followed_at(job), code=303)


def _followed_at(job: Job) -> str:
    if job.import_id is not None:
        return url_for("imports.show", id=job.import_id)
    return url_for("activity.preview", id=job.changeset_id)
