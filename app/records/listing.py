"""The records list: its page, and the files and JSON of exactly the same records."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from flask import Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import db
from app.errors import wants_json
from app.language import translate
from app.records import bp, list_page
from app.services.records_list import export
from app.services.records_list.asked import RecordQuery
from app.services.records_list.grammar import read_address
from app.services.records_list.pages import read_page
from app.streaming import LEFT_OUT, stream

Chunks = Callable[[Session, RecordQuery], Iterator[bytes]]


@bp.get("/records", provide_automatic_options=False)
def index() -> ResponseReturnValue:
    """List the records that the address asks for."""
    if wants_json():
        return json_list()
    if any(not value for _name, value in request.args.items(multi=True)):
        return _without_blanks()
    session = db.session()
    query, warnings = read_address(session, request.args.items(multi=True))
    page = read_page(session, query)
    html = render_template("records/index.html", **list_page.context(session, page, warnings))
    return html, {"Vary": "Accept"}


def _without_blanks() -> ResponseReturnValue:
    """Lead to the address that people can share: a form also sends what was left empty."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if value]
    return redirect(f"{request.path}?{urlencode(asked)}" if asked else request.path, code=302)


@bp.get("/records.csv")
def csv_file() -> Response:
    """Send the list as a CSV file, with a byte-order mark unless bom=0."""
    bom = request.args.get("bom") != "0"

    def chunks(session: Session, query: RecordQuery) -> Iterator[bytes]:
        return export.csv_chunks(session, query, bom=bom)

    return _stream(chunks, "text/csv; charset=utf-8", "csv")


@bp.get("/records.json", provide_automatic_options=False)
def json_list() -> Response:
    """Answer with the list as JSON, to programs on any site when reading is public."""
    answer = _stream(export.json_chunks, "application/json")
    answer.headers["Vary"] = "Accept"
    return _readable_anywhere(answer)


@bp.route("/records", methods=["OPTIONS"])
@bp.route("/records.json", methods=["OPTIONS"])
def json_options() -> Response:
    """Tell a browser which requests for the JSON other sites may make."""
    answer = Response(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})
    answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
    answer.headers["Access-Control-Allow-Headers"] = "Accept"
    answer.headers["Access-Control-Max-Age"] = "86400"
    return _readable_anywhere(answer)


def _readable_anywhere(answer: Response) -> Response:
    if current_app.config["PUBLIC_READING"]:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = LEFT_OUT
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _stream(chunks: Chunks, content_type: str, ending: str = "") -> Response:
    """Answer with all records of the list, read while they are sent."""
    query, warnings = read_address(db.session(), request.args.items(multi=True))
    return stream(
        lambda session: chunks(session, query),
        content_type,
        left_out=map(translate, warnings),
        name=export.file_name(query, ending) if ending else "",
    )
