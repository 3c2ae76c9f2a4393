"""Rows that are stored although they look odd; review is for people, later."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.services.importing.report import MOST_LISTED
from app.services.importing.series import Series
from app.services.importing.staging import stage

# By kind: how many rows, and the lines of the first of them.
Warnings = dict[str, dict[str, Any]]

# Nobody counts an outbreak of longer ago by mistake.
_ANCIENT_YEARS = 100


def collect_warnings(session: Session, series: Series) -> Warnings:
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
    warnings = {
        kind: {"count": count, "lines": _lines(session, odd[kind])}
        for kind, count in zip(odd, counts.one(), strict=True)
        if count
    }
    for metric, count, lines in series.falls():
        warnings[f"{metric}_fall"] = {"count": count, "lines": lines}
    return warnings


def of_counting(warnings: Warnings, counting: str) -> Warnings:
    """Return the warnings that mean something for cumulative or for daily counts."""
    if counting == "cumulative":
        return warnings
    return {kind: found for kind, found in warnings.items() if kind in ("future", "ancient")}


def _lines(session: Session, is_odd: ColumnElement[bool]) -> list[int]:
    statement = select(stage.c.line).where(is_odd).order_by(stage.c.line).limit(MOST_LISTED)
    return list(session.scalars(statement))
