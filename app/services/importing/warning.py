"""Rows that are stored although they look odd; review is for people, later."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import METRICS, CountryTotal
from app.services.importing.report import MOST_LISTED
from app.services.importing.series import Count, Series
from app.services.importing.settling import note_falls
from app.services.importing.staging import falls, stage

# By kind: how many rows, and the lines of the first of them.
Warnings = dict[str, dict[str, Any]]

# Nobody counts an outbreak of longer ago by mistake.
_ANCIENT_YEARS = 100


def odd_rows(counting: str) -> dict[str, ColumnElement[bool]]:
    """Say by kind which staged rows look odd; daily counts need not add up."""
    first, last = _usual_days()
    odd = {"future": stage.c.date > last, "ancient": stage.c.date < first}
    if counting == "cumulative":
        deaths = func.coalesce(stage.c.deaths, 0)
        ended = deaths + func.coalesce(stage.c.recoveries, 0)
        # As the rules tell them: a row with more deaths than cases is one of these alone.
        alone = deaths > stage.c.cases
        odd = {"sum": and_(ended > stage.c.cases, ~alone), "deaths": alone, **odd}
    return odd


def _usual_days() -> tuple[dt.date, dt.date]:
    today = utc_now().date()
    # Somewhere it is tomorrow already.
    tomorrow = today + dt.timedelta(days=1)
    return today.replace(year=today.year - _ANCIENT_YEARS, day=1), tomorrow


def collect_warnings(session: Session, counting: str, series: Series) -> Warnings:
    """Count the staged rows that look odd, by kind, with the lines of the first of each."""
    odd = {kind: is_odd for kind, is_odd in odd_rows(counting).items() if _may_be(kind, series)}
    counted = [func.count(case((is_odd, 1))) for is_odd in odd.values()]
    counts = session.execute(select(*counted)).one() if odd else ()
    warnings = {
        kind: {"count": count, "lines": _lines(session, stage.c.line, odd[kind])}
        for kind, count in zip(odd, counts, strict=True)
        if count
    }
    return warnings | _fall_warnings(session) if counting == "cumulative" else warnings


def _may_be(kind: str, series: Series) -> bool:
    """Tell whether there is such a row among those taken in, without looking at all of them."""
    first, last = (day.isoformat() for day in _usual_days())
    if kind == "future":
        return any(day > last for day in series.days)
    if kind == "ancient":
        return any(day < first for day in series.days)
    return series.contradicting > 0


def _fall_warnings(session: Session) -> Warnings:
    found = select(falls.c.metric, func.count()).group_by(falls.c.metric)
    counts: dict[str, int] = dict(session.execute(found).all())
    return {
        f"{metric}_fall": {
            "count": counts[metric],
            "lines": _lines(session, falls.c.line, falls.c.metric == metric),
        }
        for metric in METRICS
        if metric in counts
    }


def count_fallen(session: Session, warnings: Warnings) -> int:
    """Count the rows of which at least one count falls, each row once."""
    counts = [found["count"] for kind, found in warnings.items() if kind.endswith("_fall")]
    if len(counts) < 2:
        return sum(counts)
    return session.scalar(select(func.count(falls.c.line.distinct()))) or 0


def reported_before(
    session: Session, series: Series, outbreak_id: int, countries: Mapping[int, int]
) -> dict[int, tuple[Count, Count, Count]]:
    """Return what the register says last of countries that the file goes on with, by name."""
    latest = {
        total.country_id: total
        for total in session.scalars(
            select(CountryTotal).where(CountryTotal.outbreak_id == outbreak_id)
        )
    }
    found = {}
    for name, country_id in countries.items():
        total = latest.get(country_id)
        if total and series.begins_after(name, total.last_date.isoformat()):
            found[name] = (total.cases, total.deaths, total.recoveries)
    return found


def compare_with_register(
    session: Session, series: Series, before: Mapping[int, Sequence[Count]]
) -> None:
    """Let a file that goes on where the register ends fall below the register's last report."""
    session.execute(delete(falls).where(falls.c.first))
    for name, counts in before.items():
        series.compare_first(name, counts)
    note_falls(session, series, first=True)


def _lines(session: Session, line: ColumnElement[int], is_odd: ColumnElement[bool]) -> list[int]:
    statement = select(line).where(is_odd).order_by(line).limit(MOST_LISTED)
    return list(session.scalars(statement))
