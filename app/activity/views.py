"""The list of changesets, one changeset, and its undoing."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.activity import bp
from app.activity.forms import KIND_NAMES, Asked
from app.auth import current_actor, requires
from app.ids import read_number
from app.language import translate
from app.messages import say, warn
from app.services import activity, directory, history, undoing
from app.services.undoing import CannotUndo

PER_PAGE = 50


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
    return render_template(
        "activity/show.html",
        changeset=changeset,
        page=history.of_changeset(session, changeset, limit=PER_PAGE, after=after),
        after=after,
        obstacle=undoing.obstacles(session, [changeset]).get(id),
    )


@bp.post("/<int:id>/undo")
@requires("editor")
def undo(id: int) -> ResponseReturnValue:
    """Take a changeset back, and lead to what it was about."""
    session = db.session()
    changeset = activity.get_changeset(session, id) or abort(404)
    try:
        undone = undoing.undo(session, id, current_actor())
    except CannotUndo as refusal:
        warn(translate(refusal.message))
        return redirect(url_for(".show", id=id), code=303)
    session.commit()
    say(_("Undid change %(number)s.", number=changeset.id), undo=undone.id)
    change = history.of_single(session, [undone]).get(undone.id)
    if change is None:
        return redirect(url_for(".show", id=undone.id), code=303)
    return redirect(url_for("records.show", id=change.record_id), code=303)
