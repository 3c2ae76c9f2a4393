"""Whose numbers a held line may be: the country that misses a report and whose series they fit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.models import METRICS, Country, CountryTotal, Record
from app.services.importing.naming import Naming
from app.services.importing.staging import held, names, nearby, stage
from app.services.messages import Message

_record = Record.metadata.tables[Record.__tablename__]

# Neighbours further away than this prove nothing.
_NEAR = dt.timedelta(days=14)
# So many lines of one file are looked at, and so many reports near them.
_MOST_LINES = 100
_MOST_REPORTS = 200_000
_MOST_WINDOWS = 20
_MOST_NAMED = 3


@dataclass(frozen=True)
class Suggestion:
    """What may be said of a held line, and the countries that may be meant by it."""

    text: Message
    candidates: tuple[str, ...] = ()
    # Its own country, whose reports it fits.
    fits: bool = False


@dataclass(frozen=True)
class Fit:
    """A country that misses a report, with the reports before and after."""

    reports: Row[Any]
    name: str

    @property
    def country_id(self) -> int:
        """Return the country's id."""
        found: int = self.reports.country_id
        return found

    @property
    def grounds(self) -> dict[str, Any]:
        """Return the days and counts of the reports before and after, by name."""
        return {
            "before": self.reports.date_before,
            "counts_before": _show(self.reports, "_before"),
            "after": self.reports.date_after,
            "counts_after": _show(self.reports, "_after"),
        }


def suggest_countries(session: Session, outbreak_id: int, naming: Naming) -> dict[int, Suggestion]:
    """Say of lines that contradict each other, by line, which country each fits.

    Asked is what the register would say with the file's other rows in it.
    """
    conflicts = select(held).where(held.c.problem == "conflict", held.c.outcome == "held")
    rows = session.execute(conflicts.order_by(held.c.line).limit(_MOST_LINES)).all()
    if not rows:
        return {}
    days = _gather(session, outbreak_id, sorted({row.date for row in rows}))
    fits = {row.line: _find_fits(session, row) for row in rows if row.date in days}
    fitting = {fit.country_id for found in fits.values() for fit in found}
    known = _country_names(session, naming, fitting)
    suggestions = {}
    for row in rows:
        named = [Fit(fit, known[fit.country_id]) for fit in fits.get(row.line, ())]
        found = _say(row, naming.countries.get(row.name), named)
        if found:
            suggestions[row.line] = found
    return suggestions


def _say(row: Row[Any], own: int | None, fits: Sequence[Fit]) -> Suggestion | None:
    values = {"date": row.date, "counts": _show(row, "")}
    fits_own = next((fit for fit in fits if fit.country_id == own), None)
    if fits_own is not None:
        text = "%(counts)s fits the reports of %(name)s before and after."
        return Suggestion(Message(text, name=fits_own.name, **values), fits=True)
    if not fits:
        return None
    candidates = tuple(sorted(fit.name for fit in fits))[:_MOST_NAMED]
    if len(fits) > 1:
        text = (
            "May be one of %(name)s: they have no report on %(date)s, and %(counts)s lies between "
            "their reports before and after."
        )
        return Suggestion(Message(text, name=", ".join(candidates), **values), candidates)
    text = (
        "Looks like %(name)s: it has no report on %(date)s, and %(counts)s lies between its "
        "reports of %(before)s (%(counts_before)s) and %(after)s (%(counts_after)s)."
    )
    return Suggestion(Message(text, name=fits[0].name, **fits[0].grounds, **values), candidates)


def _show(row: Row[Any], which: str) -> str:
    counts = (row._mapping[f"{metric}{which}"] for metric in METRICS)
    return "/".join("–" if count is None else str(count) for count in counts)


def _gather(session: Session, outbreak_id: int, days: Sequence[dt.date]) -> set[dt.date]:
    """Put the reports near some days side by side; return the days for which there was room."""
    countries = session.scalar(
        select(func.count()).select_from(
            select(names.c.country_id)
            .union(select(CountryTotal.country_id).where(CountryTotal.outbreak_id == outbreak_id))
            .subquery()
        )
    )
    room = max(1, _MOST_REPORTS // ((2 * _NEAR.days + 1) * max(1, countries or 0)))
    windows = _windows(days[:room])[:_MOST_WINDOWS]
    session.execute(delete(nearby))
    columns = list(nearby.c.keys())
    session.execute(insert(nearby).from_select(columns, _staged(outbreak_id, windows)))
    for window in windows:
        session.execute(insert(nearby).from_select(columns, _kept(outbreak_id, *window)))
    return {day for day in days[:room] if day <= windows[-1][1]}


def _reach(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day near a day, within the calendar."""
    first = day - _NEAR if day - dt.date.min > _NEAR else dt.date.min
    return first, day + _NEAR if dt.date.max - day > _NEAR else dt.date.max


def _windows(days: Sequence[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Join the days' neighbourhoods where they overlap."""
    windows: list[tuple[dt.date, dt.date]] = []
    for day in days:
        start, end = _reach(day)
        if windows and start <= windows[-1][1]:
            windows[-1] = windows[-1][0], end
        else:
            windows.append((start, end))
    return windows


def _staged(outbreak_id: int, windows: Sequence[tuple[dt.date, dt.date]]) -> Any:
    of_key = and_(
        _record.c.outbreak_id == outbreak_id,
        _record.c.country_id == names.c.country_id,
        _record.c.date == stage.c.date,
    )
    counts = (func.coalesce(stage.c[metric], _record.c[metric]) for metric in METRICS)
    return (
        select(names.c.country_id, stage.c.date, *counts)
        .select_from(stage.join(names, names.c.name == stage.c.name).outerjoin(_record, of_key))
        .where(or_(*(stage.c.date.between(*window) for window in windows)))
    )


def _kept(outbreak_id: int, start: dt.date, end: dt.date) -> Any:
    of_country = and_(
        _record.c.outbreak_id == CountryTotal.outbreak_id,
        _record.c.country_id == CountryTotal.country_id,
        _record.c.date.between(start, end),
    )
    staged = exists().where(
        nearby.c.country_id == _record.c.country_id, nearby.c.date == _record.c.date
    )
    counts = (_record.c[metric] for metric in METRICS)
    return (
        select(_record.c.country_id, _record.c.date, *counts)
        .select_from(CountryTotal)
        .join(_record, of_country)
        .where(CountryTotal.outbreak_id == outbreak_id, ~staged)
    )


def _find_fits(session: Session, row: Row[Any]) -> Sequence[Row[Any]]:
    """List the countries without a report that day whose neighbours in time bracket the counts."""
    reported = [(metric, row._mapping[metric]) for metric in METRICS]
    reported = [(metric, count) for metric, count in reported if count is not None]
    if not reported:
        return []
    before, after = nearby.alias("before"), nearby.alias("after")
    countries = select(nearby.c.country_id).distinct().subquery()
    country_id = countries.c.country_id
    that_day = exists().where(nearby.c.country_id == country_id, nearby.c.date == row.date)
    columns = ("date", *METRICS)
    statement = (
        select(
            country_id,
            *(before.c[name].label(f"{name}_before") for name in columns),
            *(after.c[name].label(f"{name}_after") for name in columns),
        )
        .select_from(countries)
        .join(before, _is_neighbour(before, country_id, row.date, later=False))
        .join(after, _is_neighbour(after, country_id, row.date, later=True))
        .where(~that_day)
        .order_by(country_id)
    )
    for metric, count in reported:
        statement = statement.where(
            or_(before.c[metric].is_(None), before.c[metric] <= count),
            or_(after.c[metric].is_(None), after.c[metric] >= count),
        )
    # A series that says nothing brackets everything.
    says = [and_(before.c[metric].is_not(None), after.c[metric] > 0) for metric, _ in reported]
    return session.execute(statement.where(or_(*says))).all()


def _is_neighbour(
    other: Any, country_id: ColumnElement[int], day: dt.date, *, later: bool
) -> ColumnElement[bool]:
    return and_(
        other.c.country_id == country_id, other.c.date == _next(country_id, day, later=later)
    )


def _next(country_id: ColumnElement[int], day: dt.date, *, later: bool) -> ScalarSelect[dt.date]:
    """Select the day of a country's report just before or just after a day."""
    near = nearby.alias("near")
    is_next = near.c.date > day if later else near.c.date < day
    found = func.min(near.c.date) if later else func.max(near.c.date)
    in_reach = and_(near.c.country_id == country_id, is_next, near.c.date.between(*_reach(day)))
    return select(found).where(in_reach).scalar_subquery()


def _country_names(session: Session, naming: Naming, ids: set[int]) -> dict[int, str]:
    known = select(Country.id, Country.name).where(Country.id.in_(ids))
    return naming.new | dict(session.execute(known).all())
