"""How many records a list holds, and how many come before a point in it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Country, Record
from app.services.records_list.asked import RecordQuery
from app.services.records_list.filters import conditions
from app.services.records_list.order import Cut, on_side

record = Record.__table__
country = Country.__table__

# Counting further would take longer than the rest of the page.
COUNT_LIMIT = 20_000


@dataclass(frozen=True)
class Count:
    """A number of rows; when it is not exact there are more than that."""

    number: int
    exact: bool = True


def count_matching(session: Session, query: RecordQuery) -> Count:
    """Count the records of a list."""
    rows = select(record.c.id).where(*conditions(query)).limit(COUNT_LIMIT + 1).subquery()
    return _bounded(session.scalar(select(func.count()).select_from(rows)) or 0)


def count_before(session: Session, query: RecordQuery, cut: Cut) -> Count:
    """Count the records of a list that come before a point in it."""
    if not cut.values and not cut.past:
        return Count(0)
    rows = select(record.c.id).where(*conditions(query))
    side = on_side(query.sort, cut, backward=True)
    if side is not None:
        rows = rows.join_from(record, country, country.c.id == record.c.country_id).where(side)
    counted = select(func.count()).select_from(rows.limit(COUNT_LIMIT + 1).subquery())
    return _bounded(session.scalar(counted) or 0)


def _bounded(number: int) -> Count:
    return Count(min(number, COUNT_LIMIT), number <= COUNT_LIMIT)
