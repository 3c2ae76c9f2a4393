"""Places of a list in addresses: beside a row, at a day, at the end."""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import METRICS, Country, Record
from app.models.record import MAX_COUNT
from app.services.messages import Message
from app.services.records_list.asked import END, RecordQuery
from app.services.records_list.order import START, Cut, Values

UNREADABLE = Message("The place in the list cannot be read: this is its beginning.")
NOT_BY_DAY = Message("Only a list that is sorted by date first can go to a day.")


def read_place(session: Session, query: RecordQuery) -> tuple[Cut, Message | None]:
    """Return the point that the address names or, with a reason, the list's beginning."""
    place, keys = query.place, query.sort
    if place is None:
        return START, None
    if place == END:
        return Cut(past=True, backward=True), None
    if place.side == "at" and keys[0].name != "date":
        return START, NOT_BY_DAY
    texts = place.key.split(",")
    if len(texts) > len(keys):
        return START, UNREADABLE
    try:
        values = tuple(
            _read(session, key.name, text) for key, text in zip(keys, texts, strict=False)
        )
    except ValueError:
        return START, UNREADABLE
    return Cut(values, past=place.side == "after", backward=place.side == "before"), None


def write_place(values: Values) -> str:
    """Return what names a row in an address: the values it is sorted by."""
    return ",".join("" if value is None else str(value) for value in values)


def _read(session: Session, name: str, text: str) -> Any:
    if name == "date":
        return dt.date.fromisoformat(text)
    if name == "country":
        return _country_of(session, _number(text)) if text.isdigit() else text
    if name in METRICS and not text:
        return None
    return _number(text)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > MAX_COUNT:
        raise ValueError(text)
    return int(text)


def _country_of(session: Session, record_id: int) -> str:
    """Return the country of a record, which may stand for it in an address: 2003-04-12,385."""
    slug = session.scalar(select(Country.slug).join(Record).where(Record.id == record_id))
    if slug is None:
        raise ValueError(record_id)
    return slug
