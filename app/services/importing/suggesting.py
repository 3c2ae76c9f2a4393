"""Whose numbers a held line may be: the country that misses a report and whose series they fit."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.models import METRICS, Country, CountryTotal, Record
from app.services.importing.report import RowLeftOut
from app.services.messages import Message

_record = Record.metadata.tables[Record.__tablename__]

# Neighbours further away than this prove nothing.
_NEAR = dt.timedelta(days=14)
# So many lines of one file are looked at.
_MOST_LINES = 100
_MOST_NAMED = 3


@dataclass(frozen=True)
class Fit:
    """A country whose reports before and after a day bracket some counts."""

    country_id: int
    name: str


def suggest_countries(session: Session, outbreak_id: int, rows: list[RowLeftOut]) -> None:
    """Say of lines that contradict each other which country each fits.

    The register is asked as it stands after the file's other rows went in.
    """
    for row in rows[:_MOST_LINES]:
        fits = _find_fits(session, outbreak_id, row)
        own = next((fit for fit in fits if fit.country_id == row.country_id), None)
        suggestion = _say(own, fits, row)
        if suggestion:
            row.reasons = [reason.suggesting(suggestion) for reason in row.reasons]


def _say(own: Fit | None, fits: list[Fit], row: RowLeftOut) -> Message | None:
    values = {"date": row.date, "counts": "/".join(map(_show, row.counts))}
    if own:
        text = "%(counts)s fits the reports of %(name)s before and after."
        return Message(text, name=own.name, **values)
    if not fits:
        return None
    text = (
        "Looks like %(name)s: it has no report on %(date)s, and %(counts)s lies between its "
        "reports before and after."
    )
    if len(fits) > 1:
        text = (
            "May be one of %(name)s: they have no report on %(date)s, and %(counts)s lies between "
            "their reports before and after."
        )
    names = ", ".join(fit.name for fit in fits[:_MOST_NAMED])
    return Message(text, name=names, **values)


def _show(count: int | None) -> str:
    return "–" if count is None else str(count)


def _find_fits(session: Session, outbreak_id: int, row: RowLeftOut) -> list[Fit]:
    """List the countries without a report that day whose neighbours in time bracket the counts."""
    assert row.date is not None
    reported = [
        (metric, count)
        for metric, count in zip(METRICS, row.counts, strict=True)
        if count is not None
    ]
    before, after = _record.alias("before"), _record.alias("after")
    missing = ~exists().where(
        Record.outbreak_id == outbreak_id,
        Record.country_id == CountryTotal.country_id,
        Record.date == row.date,
    )
    statement = (
        select(Country.id, Country.name)
        .select_from(CountryTotal)
        .join(Country, Country.id == CountryTotal.country_id)
        .join(before, before.c.id == _neighbour(row.date, later=False))
        .join(after, after.c.id == _neighbour(row.date, later=True))
        .where(CountryTotal.outbreak_id == outbreak_id, missing)
        .order_by(Country.name)
    )
    for metric, count in reported:
        statement = statement.where(
            or_(before.c[metric].is_(None), before.c[metric] <= count),
            or_(after.c[metric].is_(None), after.c[metric] >= count),
        )
    # A series that says nothing brackets everything.
    says = [and_(before.c[metric].is_not(None), after.c[metric] > 0) for metric, _ in reported]
    return [Fit(*row) for row in session.execute(statement.where(or_(*says)))] if says else []


def _neighbour(date: dt.date, *, later: bool) -> ScalarSelect[int]:
    """Select the id of a country's report just before or just after a day."""
    day = Record.date
    near = day.between(date + dt.timedelta(1), date + _NEAR)
    if not later:
        near = day.between(date - _NEAR, date - dt.timedelta(1))
    return (
        select(Record.id)
        .where(
            Record.outbreak_id == CountryTotal.outbreak_id,
            Record.country_id == CountryTotal.country_id,
            near,
        )
        .order_by(day if later else day.desc())
        .limit(1)
        .correlate(CountryTotal)
        .scalar_subquery()
    )
