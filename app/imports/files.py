"""Files that imports give: a template, an example, decisions, and the rows left out."""

from collections.abc import Iterator

from flask import Response, abort
from sqlalchemy.orm import Session

from app import db
from app.auth import requires
from app.database import read_only
from app.imports import bp
from app.models import Import
from app.services.importing.decision_files import write_decisions
from app.services.importing.rejects import reject_lines

# The heading the importer knows best, with a row to write over.
TEMPLATE = "date,country,cases,deaths,recoveries\r\n2003-04-12,Viet Nam,62,4,46\r\n"
EXAMPLE = (
    "date,country,cases,deaths,recoveries\r\n"
    "2003-04-11,Viet Nam,62,4,43\r\n"
    "2003-04-11,Canada,274,10,81\r\n"
    "2003-04-12,Viet Nam,62,4,46\r\n"
    "2003-04-12,Canada,,,\r\n"
    "2003-04-14,Viet Nam,63,5,46\r\n"
    "2003-04-14,Canada,285,13,94\r\n"
)


@bp.get("/imports/template.csv")
def template() -> Response:
    """Give an empty file whose columns the importer knows."""
    answer = Response(TEMPLATE, mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=casebook-template.csv"
    return answer


@bp.get("/imports/example.txt")
def example() -> Response:
    """Show what a file looks like."""
    return Response(EXAMPLE, mimetype="text/plain")


@bp.get("/imports/<int:id>/decisions.json")
@requires("editor")
def decisions(id: int) -> Response:
    """Give what was decided and wished, as `flask import-csv --decide` reads it."""
    session = db.session()
    source = session.get(Import, id) or abort(404)
    text = write_decisions(session, source)
    answer = Response(text, mimetype="application/json")
    name = f"decisions-{source.id}.json"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.get("/imports/<int:id>/rejects.csv")
@requires("editor")
def rejects(id: int) -> Response:
    """Give the rows that are not stored, each with the reason, to be mended and imported."""
    source = db.session().get(Import, id) or abort(404)
    engine = read_only(db.engine)
    db.session.remove()

    def lines() -> Iterator[str]:
        # The request and its session are over when this runs.
        with Session(engine) as session:
            yield from reject_lines(session, source)

    answer = Response(lines(), content_type="text/csv; charset=utf-8")
    stem = source.filename.rpartition(".")[0] or source.filename
    answer.headers.set("Content-Disposition", "attachment", filename=f"{stem}-left-out.csv")
    return answer
