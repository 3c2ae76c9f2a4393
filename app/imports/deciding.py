"""What is decided about an offered file: on its check page, and row by row."""

import datetime as dt

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import db
from app.addresses import own_address
from app.auth import current_actor, requires
from app.ids import read_number
from app.imports import bp, check_page, decided_words, sending, words
from app.imports.forms import Sent, read_sent, read_shown
from app.imports.running import is_small, start_apply, start_check
from app.messages import say, warn
from app.models import Import
from app.services.importing import groups, offers
from app.services.importing.choosing import Overtaken

PER_PAGE = 50


@bp.get("/<int:id>/rows")
@requires("editor")
def rows(id: int) -> ResponseReturnValue:
    """List the rows of one problem, a page at a time."""
    session = db.session()
    offer = session.get(Import, id) or abort(404)
    problem = request.args.get("problem", "")
    after = request.args.get("after", 0, type=read_number)
    group = groups.find_group(session, id, problem, after=after, limit=PER_PAGE)
    if group is None:
        return redirect(url_for(".show", id=id), code=303)
    page = check_page.rows_context(session, offer, group)
    return render_template("imports/rows.html", after=after, **page)


@bp.post("/<int:id>/decide")
@requires("editor")
def decide(id: int) -> ResponseReturnValue:
    """Keep everything that was decided on a page, then do what its button says."""
    session = db.session()
    offer = session.get(Import, id) or abort(404)
    sent = read_sent(request.form, read_shown(request.form.get("shown")))
    as_of = _moment(request.form.get("as_of"))
    overtaken = sending.keep(session, offer, sent, current_actor(), as_of)
    session.commit()
    _tell(overtaken)
    if sent.act == "apply" and not sent.changes_anything:
        return _apply(offer)
    if is_small(offer) or sent.act in ("check", "read") or sent.wishes:
        before = words.outcomes(offer)
        start_check(offer)
        _say_what_moved(offer, sent, before)
    return redirect(own_address(request.form.get("back")) or url_for(".show", id=id), code=303)


@bp.post("/<int:id>/discard")
@requires("editor")
def discard(id: int) -> ResponseReturnValue:
    """Put a file away: nothing of it is imported."""
    session = db.session()
    offer = session.get(Import, id) or abort(404)
    offers.discard(session, id)
    session.commit()
    say(_("%(file)s was put away. Nothing of it is in the register.", file=offer.filename))
    return redirect(url_for(".index"), code=303)


def _apply(offer: Import) -> ResponseReturnValue:
    report = start_apply(offer)
    if report is not None and report.status == "refused":
        warn(_("The register has changed since the check, and rows wait now. Nothing was stored."))
    return redirect(url_for(".show", id=offer.id), code=303)


def _say_what_moved(offer: Import, sent: Sent, before: dict[str, int]) -> None:
    after = words.outcomes(offer)
    if sent.act == "apply":
        warn(_("What you decided is kept. Look at the numbers, then import."))
    elif after != before:
        number = words.ready(offer)
        say(ngettext("%(num)s row is ready now.", "%(num)s rows are ready now.", number))
    elif sent.changes_anything or sent.act != "check":
        say(_("What you decided is kept."))


def _tell(overtaken: list[Overtaken]) -> None:
    """Say whose decisions gave way to those just made."""
    for one in overtaken[:3]:
        what = decided_words.subject(one.kind, one.key)
        text = _(
            "%(who)s had decided about %(what)s meanwhile. Yours counts.", who=one.actor, what=what
        )
        warn(text)


def _moment(text: str | None) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
