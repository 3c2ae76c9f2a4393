"""All records of a list as a file, streamed in constant memory."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from app.services.records_list.asked import RecordQuery
from app.services.records_list.file_cells import fields_of
from app.services.records_list.pages import all_rows
from app.services.tables import BOM, defuse


def csv_chunks(session: Session, query: RecordQuery, *, bom: bool) -> Iterator[bytes]:
    """Yield the list as CSV after RFC 4180; a count that was not reported is an empty cell."""
    fields = fields_of(query)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(BOM if bom else "")
    writer.writerow(fields)
    # Behind them may stand what the rows are sorted by.
    cells = itemgetter(slice(len(fields)))
    place = fields.index("country") if "country" in fields else None
    for rows in all_rows(session, query, "csv"):
        bare = len(rows[0]) == len(fields)
        written: Iterable[Sequence[Any]] = rows if bare else map(cells, rows)
        if place is not None and any(defuse(name) != name for name in {row[place] for row in rows}):
            written = [(*row[:place], defuse(row[place]), *row[place + 1 :]) for row in written]
        writer.writerows(written)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    if rest := buffer.getvalue():
        yield rest.encode()


def json_chunks(session: Session, query: RecordQuery) -> Iterator[bytes]:
    """Yield the list as one JSON array of objects, which the database writes."""
    separator = "["
    for rows in all_rows(session, query, "json"):
        yield (separator + ",\n".join([row[0] for row in rows])).encode()
        separator = ",\n"
    yield b"[]" if separator == "[" else b"]"


def file_name(query: RecordQuery, ending: str) -> str:
    """Return a file's name that says what is in it."""
    parts: Iterable[str | None] = (
        "simulated" if query.outbreak.simulated else None,
        "records",
        None if query.outbreak.is_default else query.outbreak.slug,
        *(
            [country.slug for country in query.countries]
            if len(query.countries) <= 3
            else [f"{len(query.countries)}-countries"]
        ),
        f"from-{query.first}" if query.first else None,
        f"to-{query.last}" if query.last else None,
        *(
            f"{metric}-{query.span(metric).least or 0}-to-{query.span(metric).most or 'any'}"
            for metric in query.metrics
        ),
        f"import-{query.imported}" if query.imported is not None else None,
        f"changed-by-{query.changed_by.username}" if query.changed_by else None,
        "search" if query.text else None,
    )
    return "-".join(filter(None, parts)) + f".{ending}"
