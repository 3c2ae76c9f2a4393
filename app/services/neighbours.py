"""The reports around a day: those before and after it, and what they counted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from app.models import METRICS, Record


@dataclass(frozen=True)
class Report:
    """One count of a country as reported on a day."""

    date: dt.date
    count: int


@dataclass(frozen=True)
class Surroundings:
    """By metric, the nearest reports of it before and after a day; a metric may lack them."""

    before: Mapping[str, Report]
    after: Mapping[str, Report]


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


def find_surroundings(
    session: Session,
    outbreak_id: int,
    country_id: int,
    date: dt.date,
    *,
    leaving_out: int | None = None,
) -> Surroundings:
    """Find, for each metric, the nearest reports that state it, in one query.

    `leaving_out` is a record that does not count: one that is about to move to this day.
    """
    found: dict[str, dict[str, Report]] = {"before": {}, "after": {}}
    parts = []
    for metric in METRICS:
        column = getattr(Record, metric)
        reports = select(Record.date, column.label("count")).where(
            Record.outbreak_id == outbreak_id, Record.country_id == country_id, column.is_not(None)
        )
        if leaving_out is not None:
            reports = reports.where(Record.id != leaving_out)
        before = reports.where(Record.date < date).order_by(Record.date.desc()).limit(1)
        after = reports.where(Record.date > date).order_by(Record.date).limit(1)
        for side, nearest in (("before", before), ("after", after)):
            row = nearest.subquery()
            parts.append(select(literal(side), literal(metric), row.c.date, row.c.count))
    for side, metric, day, count in session.execute(union_all(*parts)):
        found[side][metric] = Report(day, count)
    return Surroundings(**found)
