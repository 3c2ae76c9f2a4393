"""All records of a list as a file, streamed in constant memory."""

import csv
import io
from collections.abc import Iterable, Iterator

import orjson
from sqlalchemy.orm import Session

from app.models import METRICS
from app.services.records_list.asked import RecordQuery
from app.services.records_list.pages import all_rows
from app.services.tables import BOM, defuse

# What other programs rely on: these names, in this order.
CSV_COLUMNS = ("date", "country", *METRICS)
JSON_FIELDS = ("id", "date", "country", *METRICS)


def csv_chunks(session: Session, query: RecordQuery, *, bom: bool) -> Iterator[bytes]:
    """Yield the list as CSV after RFC 4180; a count that was not reported is an empty cell."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(BOM if bom else "")
    writer.writerow(CSV_COLUMNS)
    names: dict[str, str] = {}
    for rows in all_rows(session, query):
        writer.writerows(
            (day, names.get(name) or names.setdefault(name, defuse(name)), *counts)
            for _id, day, _slug, name, *counts in rows
        )
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    if rest := buffer.getvalue():
        yield rest.encode()


def json_chunks(session: Session, query: RecordQuery) -> Iterator[bytes]:
    """Yield the list as one JSON array of objects."""
    separator = b"["
    for rows in all_rows(session, query):
        objects = [
            dict(zip(JSON_FIELDS, (id, day, name, *counts), strict=True))
            for id, day, _slug, name, *counts in rows
        ]
        yield separator + orjson.dumps(objects)[1:-1]
        separator = b",\n"
    yield b"[]" if separator == b"[" else b"]"


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
