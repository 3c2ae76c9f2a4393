"""What is decided about an offered file: on its check page, and row by row."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import db
from app.addresses import own_address
from app.auth import current_actor, requires
from app.filters import count
from app.ids import read_number
from app.imports import bp, check_page, sending, words
from app.imports.forms import Sent, read_sent, read_shown
from app.imports.running import is_small, refuse_forgotten, start_apply, start_check
from app.language import translate
from app.messages import say, warn
from app.models import Import
from app.services.importing import groups, offers
from app.services.importing.open_imports import ImportClosed
from app.services.jobs import AlreadyUnderWay
from app.services.messages import ServiceError

PER_PAGE = 50
TOO_LATE = (ImportClosed, AlreadyUnderWay)


@bp.get("/imports/<int:id>/rows")
@requires("editor")
def rows(id: int) -> ResponseReturnValue:
    """List the rows of one problem, a page at a time."""
    session = db.session()
    offer = session.get(Import, id) or abort(404)
    problem = request.args.get("problem", "")
    after = request.args.get("after", 0, type=read_number)
    group = groups.find_group(session, offer, problem, after=after, limit=PER_PAGE)
    if group is None:
        return redirect(url_for(".show", id=id), code=303)
    page = check_page.rows_context(session, offer, group)
    return render_template("imports/rows.html", after=after, **page)


@bp.post("/imports/<int:id>/decide")
@requires("editor")
def decide(id: int) -> ResponseReturnValue:
    """Keep everything that was decided on a page, then do what its button says."""
    session = db.session()
    offer = session.get(Import, id) or abort(404)
    sent = read_sent(request.form, read_shown(request.form.get("shown")))
    try:
        refuse_forgotten(offer)
        told = sending.keep(session, offer, sent, current_actor(), request.form.get("as_of"))
        session.commit()
        for text in told:
            warn(text)
        return _do(offer, sent)
    except TOO_LATE as refusal:
        return _too_late(offer, refusal, unsaved=sent.changes_anything)


@bp.post("/imports/<int:id>/discard")
@requires("editor")
def discard(id: int) -> ResponseReturnValue:
    """Put a file away: nothing of it is imported."""
    session = db.session()
    offer = session.get(Import, id) or abort(404)
    try:
        offers.discard(session, id)
    except ImportClosed as refusal:
        return _too_late(offer, refusal)
    session.commit()
    say(_("%(file)s was put away. Nothing of it is in the register.", file=offer.filename))
    return redirect(url_for(".index"), code=303)


def _do(offer: Import, sent: Sent) -> ResponseReturnValue:
    if sent.act == "apply" and not sent.changes_anything:
        start_apply(offer)
        return redirect(url_for(".show", id=offer.id), code=303)
    if is_small(offer) or sent.act in ("check", "read") or sent.wishes:
        before = words.outcomes(offer)
        start_check(offer)
        _say_what_moved(offer, sent, before)
    back = own_address(request.form.get("back"))
    return redirect(back or url_for(".show", id=offer.id), code=303)


def _too_late(
    offer: Import, refusal: ServiceError, *, unsaved: bool = False
) -> ResponseReturnValue:
    """Lead to what became of the import meanwhile: of two who press a button, one is second."""
    db.session().rollback()
    text = translate(refusal.message)
    warn(f"{text} {_('What you decided was not kept.')}" if unsaved else text)
    return redirect(url_for(".show", id=offer.id), code=303)


def _say_what_moved(offer: Import, sent: Sent, before: dict[str, int]) -> None:
    after = words.outcomes(offer)
    if sent.act == "apply":
        warn(_("What you decided is kept. Look at the numbers, then import."))
    elif after != before:
        number = words.ready(offer)
        told = count(number)
        say(
            ngettext(
                "%(rows)s row is ready now.", "%(rows)s rows are ready now.", number, rows=told
            )
        )
    elif sent.act == "read" and not sent.changes_anything:
        warn(_("Nothing was chosen or changed."))
    elif sent.changes_anything or sent.act != "check":
        say(_("What you decided is kept."))
