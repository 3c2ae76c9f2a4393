"""The first page of an import: a file is chosen, dropped, pasted or fetched."""

from typing import BinaryIO

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app import db
from app.auth import current_actor, requires
from app.imports import bp
from app.imports.forms import OfferForm
from app.imports.running import start_check, start_fetch
from app.language import translate
from app.messages import say
from app.models import Import
from app.services import directory
from app.services.importing import offers
from app.services.importing.fetching import TooSlow, open_address, read_address
from app.services.importing.pieces import keep_pieces
from app.services.importing.report import ImportRefused

# So long a request waits for a file from an address; a job has more patience.
MOST_SECONDS = 5.0


@bp.route("/imports/new", methods=["GET", "POST"])
@requires("editor")
def create() -> ResponseReturnValue:
    """Take files in and check them."""
    form = OfferForm()
    if not form.validate_on_submit():
        return _page(form), form.status
    try:
        sent = [_receive(name, stream) for name, stream in form.open()]
        found = [_fetch(form.typed)] if form.typed else sent
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


def _fetch(address: str) -> Import:
    """Fetch a file; one that takes longer than people like to wait is left to a job."""
    hosts = current_app.config["IMPORT_HOSTS"]
    most = current_app.config["MAX_CONTENT_LENGTH"]
    offer: Import | None = None
    try:
        with open_address(address, hosts, most=most, seconds=MOST_SECONDS) as (name, stream):
            offer = _begin(name)
            _keep(offer, stream)
    except TooSlow:
        offer = offer or _begin(read_address(address, hosts).name)
        start_fetch(offer, address=address, hosts=sorted(hosts), most=most)
    except ImportRefused:
        # It was refused at once, or what was fetched broke off.
        if offer is not None:
            offers.discard(db.session(), offer.id)
            db.session.commit()
        raise
    return offer


def _receive(name: str, stream: BinaryIO) -> Import:
    offer = _begin(name)
    _keep(offer, stream)
    return offer


def _begin(name: str) -> Import:
    session = db.session()
    offers.sweep(session)
    outbreak = directory.outbreak_to_fill(session)
    offer = offers.begin(session, outbreak.id, current_actor(), name)
    session.commit()
    return offer


def _keep(offer: Import, stream: BinaryIO) -> None:
    """Store a file piece by piece, each in a short transaction."""
    session = db.session()
    try:
        for _size in keep_pieces(session, offer.id, stream):
            session.commit()
    except ImportRefused:
        session.rollback()
        raise
    session.refresh(offer)
