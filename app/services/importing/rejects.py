"""The rows of an import that are not stored, as a file that can be mended and imported."""

from collections.abc import Iterator

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.models import Import, ImportRow
from app.services.importing.dates import DateFormat
from app.services.importing.options import FIELDS
from app.services.tables import csv_lines

NOT_STORED = ("held", "unreadable", "left_out")
# What the importer ignores, since it is no column of the register.
ABOUT = ("line", "why left out", "text of the line")
_TOGETHER = 500


def reject_lines(session: Session, offer: Import) -> Iterator[str]:
    """Write the rows not stored as CSV: their cells as they stood, their lines, and why.

    Days that can be read are written as 2003-04-12, so that the file reads alike throughout.
    """
    headings = [*FIELDS, *ABOUT]
    date_format = offer.options.get("date_format")
    how = DateFormat(date_format) if date_format else None
    rows = (_cells(row, how) for row in _rows(session, offer.id))
    return csv_lines(headings, rows)


def _rows(session: Session, import_id: int) -> Iterator[ImportRow]:
    line, problem = 0, ""
    while True:
        wanted = select(ImportRow).where(
            ImportRow.import_id == import_id,
            ImportRow.outcome.in_(NOT_STORED),
            tuple_(ImportRow.line, ImportRow.problem) > (line, problem),
        )
        found = session.scalars(
            wanted.order_by(ImportRow.line, ImportRow.problem).limit(_TOGETHER)
        ).all()
        yield from found
        if len(found) < _TOGETHER:
            return
        line, problem = found[-1].line, found[-1].problem
        session.expunge_all()


def _cells(row: ImportRow, how: DateFormat | None) -> list[str | int]:
    cells = dict(row.cells)
    if how is not None and "date" in cells:
        cells["date"] = how.read(cells["date"]) or cells["date"]
    why = "; ".join(_say(reason) for reason in row.reasons) or "left out by decision"
    return [*(cells.get(name, "") for name in FIELDS), row.line, why, cells.get("text", "")]


def _say(reason: dict[str, str | None]) -> str:
    parts = (reason.get("reason"), reason.get("suggestion"))
    said = " ".join(part for part in parts if part)
    return f"{reason['column']}: {said}" if reason.get("column") else said
