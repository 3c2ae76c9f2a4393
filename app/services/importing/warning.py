"""Rows that are stored although they look odd; review is for people, later."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import CountryTotal
from app.services.importing.report import MOST_LISTED
from app.services.importing.series import Series
from app.services.importing.staging import stage

# By kind: how many rows, and the lines of the first of them.
Warnings = dict[str, dict[str, Any]]

# Nobody counts an outbreak of longer ago by mistake.
_ANCIENT_YEARS = 100


def collect_warnings(session: Session) -> Warnings:
    """Count the staged rows that look odd, by kind, with the lines of the first of each."""
    today = utc_now().date()
    ended = func.coalesce(stage.c.deaths, 0) + func.coalesce(stage.c.recoveries, 0)
    odd = {
        "sum": ended > stage.c.cases,
        # Somewhere it is tomorrow already.
        "future": stage.c.date > today + dt.timedelta(days=1),
        "ancient": stage.c.date < today.replace(year=today.year - _ANCIENT_YEARS, day=1),
    }
    counts = session.execute(select(*(func.count(case((is_odd, 1))) for is_odd in odd.values())))
    return {
        kind: {"count": count, "lines": _lines(session, odd[kind])}
        for kind, count in zip(odd, counts.one(), strict=True)
        if count
    }


def fall_warnings(series: Series) -> Warnings:
    """Count the falls by metric, with the lines of the first."""
    return {
        f"{metric}_fall": {"count": count, "lines": lines}
        for metric, count, lines in series.falls()
    }


def compare_with_register(
    session: Session, series: Series, outbreak_id: int, countries: Mapping[int, int]
) -> None:
    """Let a file that goes on where the register ends fall below the register's last report."""
    latest = {
        total.country_id: total
        for total in session.scalars(
            select(CountryTotal).where(CountryTotal.outbreak_id == outbreak_id)
        )
    }
    for name, country_id in countries.items():
        total = latest.get(country_id)
        if total:
            before = (total.cases, total.deaths, total.recoveries)
            series.compare_first(name, total.last_date.isoformat(), before)


def of_counting(warnings: Warnings, counting: str) -> Warnings:
    """Return the warnings that mean something for cumulative or for daily counts."""
    if counting == "cumulative":
        return warnings
    return {kind: found for kind, found in warnings.items() if kind in ("future", "ancient")}


def _lines(session: Session, is_odd: ColumnElement[bool]) -> list[int]:
    statement = select(stage.c.line).where(is_odd).order_by(stage.c.line).limit(MOST_LISTED)
    return list(session.scalars(statement))
