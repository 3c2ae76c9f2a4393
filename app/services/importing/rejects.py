"""The rows of an import that wait, as a file that can be mended and imported."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.models import METRICS, Import, ImportRow
from app.services.cells import Unreadable, read_count
from app.services.importing.dates import DateFormat
from app.services.importing.options import FIELDS, THOUSANDS
from app.services.importing.report import NO_ROWS
from app.services.tables import csv_lines

# What somebody left out is not to come back with the rest.
WAITING = ("held", "unreadable")
# What the importer ignores, since it is no column of the register.
ABOUT = ("line", "why left out", "text of the line")
_TOGETHER = 500
_NEGATIVE = re.compile("-[1-9][0-9]{0,17}")


def reject_lines(session: Session, offer: Import) -> Iterator[str]:
    """Write the rows that wait as CSV: their cells, their lines, and why.

    Days and counts that can be read are written as 2003-04-12 and 1234, so that the file reads
    alike whatever the other did. Of a line that is no row its text stands there, and no cell: it
    could pass for a row with other counts.
    """
    is_new = offer.options.get("counting") == "new"
    counts = [f"new {metric}" if is_new else metric for metric in METRICS]
    writer = _Writer(offer.options)
    rows = (writer.cells(row) for row in _rows(session, offer.id))
    return csv_lines(["date", "country", *counts, *ABOUT], rows)


class _Writer:
    """Writes cells as they were understood."""

    def __init__(self, understood: Mapping[str, Any]) -> None:
        form = understood.get("date_format")
        self._format = DateFormat(form) if form else None
        names = understood.get("thousands") or {}
        self._marks = {metric: THOUSANDS[name] for metric, name in names.items()}

    def cells(self, row: ImportRow) -> list[str | int | dt.date]:
        """Return the cells of a line, its number, and what is wrong with it."""
        why = "; ".join(_say(reason) for reason in row.reasons)
        if row.problem in NO_ROWS:
            return [*("" for _ in FIELDS), row.line, why, _text(row)]
        counts = (self._count(metric, row.cells.get(metric, "")) for metric in METRICS)
        return [self._day(row), row.cells.get("country", ""), *counts, row.line, why, ""]

    def _day(self, row: ImportRow) -> str | dt.date:
        text = row.cells.get("date", "")
        return row.date or (self._format and self._format.read(text)) or text

    def _count(self, metric: str, text: str) -> str | int:
        try:
            count = read_count(text, self._marks.get(metric, ""))
        except Unreadable:
            # A number is no formula, and whoever corrects it should find no mark before it.
            return int(text) if _NEGATIVE.fullmatch(text) else text
        return "" if count is None else count


def _rows(session: Session, import_id: int) -> Iterator[ImportRow]:
    line, problem = 0, ""
    while True:
        wanted = select(ImportRow).where(
            ImportRow.import_id == import_id,
            ImportRow.outcome.in_(WAITING),
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


def _text(row: ImportRow) -> str:
    values = (reason.get("value") or "" for reason in row.reasons)
    return row.cells.get("text") or next(values, "")


def _say(reason: dict[str, str | None]) -> str:
    parts = (reason.get("reason"), reason.get("suggestion"))
    said = " ".join(part for part in parts if part)
    return f"{reason['column']}: {said}" if reason.get("column") else said
