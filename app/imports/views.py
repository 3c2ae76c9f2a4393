"""The ledger of imports, and the page of one, whatever state it is in."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app import db
from app.auth import requires
from app.imports import bp, check_page, words
from app.imports.ledger_page import Asked
from app.imports.running import find_standing, follow
from app.models import Import
from app.services import ledger
from app.services.importing import offers

PER_PAGE = 50


@bp.get("/imports")
@requires("editor")
def index() -> ResponseReturnValue:
    """List the imports, newest first."""
    session = db.session()
    outbreaks = ledger.list_outbreaks(session)
    asked = Asked(request.args, outbreaks)
    page = ledger.list_imports(session, asked.wanted, limit=PER_PAGE, below=asked.below)
    return render_template(
        "imports/index.html",
        page=page,
        asked=asked,
        outbreaks=outbreaks,
        actors=ledger.list_actors(session),
        undone=ledger.find_undone(session, [source.id for source in page.imports]),
        words=words,
    )


@bp.get("/imports/<int:id>")
@requires("editor")
def show(id: int) -> ResponseReturnValue:
    """Show an import: what was found in its file, or what became of it."""
    session = db.session()
    offer = session.get(Import, id) or abort(404)
    if offer.status in ("applied", "refused"):
        page = check_page.report_context(session, offer)
        return render_template("imports/report.html", **page)
    if offer.status in ("discarded", "expired") or offers.is_forgotten(offer):
        return render_template("imports/over.html", offer=offer)
    standing = find_standing(offer)
    if standing and not standing.is_finished:
        return follow(offer, standing)
    if offer.status != "checked" or offer.checked_at is None:
        return render_template("imports/waiting.html", offer=offer, standing=standing)
    if offer.question:
        return render_template(
            "imports/question.html", **check_page.question_context(session, offer)
        )
    page = check_page.context(session, offer, change=request.args.get("change", ""))
    return render_template("imports/check.html", standing=standing, **page)
