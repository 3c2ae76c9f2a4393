"""The reports around a day."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Record


def find_neighbours(
    session: Session, outbreak_id: int, country_id: int, date: dt.date
) -> tuple[Record | None, Record | None]:
    """Return the country's report before a day and the one after it; two queries."""
    reports = select(Record).where(
        Record.outbreak_id == outbreak_id, Record.country_id == country_id
    )
    before = reports.where(Record.date < date).order_by(Record.date.desc()).limit(1)
    after = reports.where(Record.date > date).order_by(Record.date).limit(1)
    return session.scalar(before), session.scalar(after)
