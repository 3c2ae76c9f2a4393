"""The ledger as a file: exactly the imports that its page's filters leave, of all its parts."""

from collections.abc import Iterator

from flask import Response, request
from sqlalchemy.orm import Session

from app import db
from app.auth import requires
from app.imports import bp
from app.imports.ledger_page import Asked
from app.services import ledger
from app.services.tables import csv_lines, json_lines
from app.streaming import Read, stream


@bp.get("/imports.csv")
@requires("editor")
def csv_file() -> Response:
    """Send the ledger as a CSV file, with a byte-order mark unless bom=0."""
    asked, bom = _asked(), request.args.get("bom") != "0"

    def read(session: Session) -> Iterator[bytes]:
        rows = (list(told.values()) for told in ledger.read_ledger(session, asked.wanted))
        return map(str.encode, csv_lines(ledger.FIELDS, rows, bom=bom))

    return _stream(asked, read, "text/csv; charset=utf-8", "imports.csv")


@bp.get("/imports.json")
@requires("editor")
def json_list() -> Response:
    """Answer with the ledger as JSON."""
    asked = _asked()

    def read(session: Session) -> Iterator[bytes]:
        return map(str.encode, json_lines(ledger.read_ledger(session, asked.wanted)))

    return _stream(asked, read, "application/json")


def _asked() -> Asked:
    return Asked(request.args, ledger.list_outbreaks(db.session()))


def _stream(asked: Asked, read: Read, content_type: str, name: str = "") -> Response:
    return stream(read, content_type, left_out=asked.ignored, name=name)
