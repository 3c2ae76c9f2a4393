"""The first page of an import: a file is chosen, dropped, pasted or fetched."""

from typing import BinaryIO

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.auth import current_actor, requires
from app.imports import bp
from app.imports.forms import OfferForm
from app.imports.running import start_check
from app.models import Import
from app.services import directory
from app.services.importing import offers
from app.services.importing.pieces import keep_pieces


@bp.route("/new", methods=["GET", "POST"])
@requires("editor")
def create() -> ResponseReturnValue:
    """Take a file in and check it."""
    form = OfferForm()
    if not form.validate_on_submit():
        limit = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
        page = render_template("imports/new.html", form=form, limit=limit, hosts=())
        return page, form.status
    offer = _receive(*form.open())
    start_check(offer)
    return redirect(url_for(".show", id=offer.id), code=303)


def _receive(name: str, stream: BinaryIO) -> Import:
    """Store a file piece by piece, each in a short transaction; return its import."""
    session = db.session()
    offers.sweep(session)
    outbreak = directory.outbreak_to_fill(session)
    offer = offers.begin(session, outbreak.id, current_actor(), name)
    session.commit()
    for _size in keep_pieces(session, offer.id, stream):
        session.commit()
    session.refresh(offer)
    return offer
