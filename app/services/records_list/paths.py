"""Which way leads through a list: by its first key."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.models import METRICS
from app.services.records_list import by_count, by_country, by_day
from app.services.records_list.walk import Stretch, Walk


def stretches(session: Session, walk: Walk) -> Iterator[Stretch]:
    """Yield the stretches of a list from a point on, one after the other."""
    first = walk.keys[0].name
    if first in METRICS:
        return by_count.stretches(session, walk)
    if first == "country":
        return by_country.stretches(session, walk)
    return by_day.stretches(session, walk)
