"""The list of changesets, and one changeset."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app import db
from app.activity import bp
from app.activity.forms import KIND_NAMES, Asked
from app.ids import read_number
from app.services import activity, directory, history, undoing

PER_PAGE, KEPT_PER_PAGE = 50, 20


@bp.get("")
def index() -> ResponseReturnValue:
    """List the changesets, newest first."""
    session = db.session()
    countries = directory.list_countries(session)
    asked = Asked(request.args, {country.slug: country.id for country in countries})
    page = activity.list_changesets(
        session, asked.filter, limit=PER_PAGE, below=asked.below, above=asked.above
    )
    return render_template(
        "activity/index.html",
        page=page,
        asked=asked,
        countries=countries,
        actors=activity.list_actors(session),
        kinds=KIND_NAMES,
        single=history.of_single(session, page.changesets),
        obstacles=undoing.obstacles(session, page.changesets),
    )


@bp.get("/<int:id>")
def show(id: int) -> ResponseReturnValue:
    """Show what a changeset did, field by field."""
    session = db.session()
    changeset = activity.get_changeset(session, id) or abort(404)
    after = request.args.get("after", 0, type=read_number)
    kept_after = request.args.get("kept_after", 0, type=read_number)
    return render_template(
        "activity/show.html",
        changeset=changeset,
        page=history.of_changeset(session, changeset, limit=PER_PAGE, after=after),
        after=after,
        kept=undoing.list_kept_by(session, changeset, limit=KEPT_PER_PAGE, after=kept_after),
        kept_after=kept_after,
        obstacle=undoing.obstacles(session, [changeset]).get(id),
    )
