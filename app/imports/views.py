"""The ledger of imports, the report of one, and how a file is imported."""

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from app import db
from app.auth import requires
from app.ids import read_number
from app.imports import bp
from app.models import Import
from app.services import ledger

PER_PAGE = 50
OUTCOMES = ("held", "unreadable")
# The heading the importer knows best, with a row to write over.
TEMPLATE = "date,country,cases,deaths,recoveries\r\n2003-04-12,Viet Nam,62,4,46\r\n"


@bp.get("")
@requires("editor")
def index() -> ResponseReturnValue:
    """List the imports, newest first."""
    below = request.args.get("below", type=read_number)
    page = ledger.list_imports(db.session(), limit=PER_PAGE, below=below)
    return render_template("imports/index.html", page=page, below=below)


@bp.get("/<int:id>")
@requires("editor")
def show(id: int) -> ResponseReturnValue:
    """Report what became of a file and of each row that was left out."""
    session = db.session()
    source = session.get(Import, id) or abort(404)
    after = request.args.get("after", 0, type=read_number)
    outcome = request.args.get("outcome")
    return render_template(
        "imports/show.html",
        source=source,
        changeset=ledger.find_changeset(session, id),
        page=ledger.list_rows(
            session,
            id,
            limit=PER_PAGE,
            after=after,
            outcome=outcome if outcome in OUTCOMES else None,
        ),
        after=after,
        outcome=outcome,
    )


@bp.get("/new")
@requires("editor")
def create() -> ResponseReturnValue:
    """Explain how a file is imported."""
    return render_template("imports/new.html")


@bp.get("/template.csv")
def template() -> ResponseReturnValue:
    """Give an empty file whose columns the importer knows."""
    answer = Response(TEMPLATE, mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=casebook-template.csv"
    return answer
