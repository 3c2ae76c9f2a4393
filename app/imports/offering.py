"""The first page of an import: a file is chosen, dropped, pasted or fetched."""

from contextlib import ExitStack
from typing import BinaryIO

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app import db
from app.auth import current_actor, requires
from app.imports import bp
from app.imports.forms import OfferForm
from app.imports.running import start_check
from app.language import translate
from app.messages import say
from app.models import Import
from app.services import directory
from app.services.importing import offers
from app.services.importing.pieces import keep_pieces
from app.services.importing.report import ImportRefused


@bp.route("/imports/new", methods=["GET", "POST"])
@requires("editor")
def create() -> ResponseReturnValue:
    """Take files in and check them."""
    form = OfferForm()
    if not form.validate_on_submit():
        return _page(form), form.status
    try:
        found = _receive_all(form)
    except ImportRefused as refusal:
        form.address.errors = [translate(refusal.message)]
        return _page(form), form.status
    for offer in found:
        start_check(offer)
    if len(found) == 1:
        return redirect(url_for(".show", id=found[0].id), code=303)
    say(ngettext("%(num)s file is here.", "%(num)s files are here, each for itself.", len(found)))
    return redirect(url_for(".index"), code=303)


def _page(form: OfferForm) -> str:
    limit = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
    hosts = sorted(current_app.config["IMPORT_HOSTS"])
    return render_template("imports/new.html", form=form, limit=limit, hosts=hosts)


def _receive_all(form: OfferForm) -> list[Import]:
    config = current_app.config
    with ExitStack() as stack:
        given = form.open(config["IMPORT_HOSTS"], config["MAX_CONTENT_LENGTH"], stack)
        return [_receive(name, stream) for name, stream in given]


def _receive(name: str, stream: BinaryIO) -> Import:
    """Store a file piece by piece, each in a short transaction; return its import."""
    session = db.session()
    offers.sweep(session)
    outbreak = directory.outbreak_to_fill(session)
    offer = offers.begin(session, outbreak.id, current_actor(), name)
    session.commit()
    try:
        for _size in keep_pieces(session, offer.id, stream):
            session.commit()
    except ImportRefused:
        # What was fetched broke off.
        session.rollback()
        offers.discard(session, offer.id)
        session.commit()
        raise
    session.refresh(offer)
    return offer
