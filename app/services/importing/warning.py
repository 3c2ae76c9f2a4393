"""Rows that are stored although they look odd; review is for people, later."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.services.importing.report import MOST_LISTED
from app.services.importing.series import Series
from app.services.importing.staging import stage

# Nobody counts an outbreak of longer ago by mistake.
_ANCIENT_YEARS = 100


def collect_warnings(
    session: Session, series: Series, *, cumulative: bool
) -> dict[str, dict[str, Any]]:
    """Count the staged rows that look odd, by kind, with the lines of the first of each."""
    today = utc_now().date()
    odd = {
        # Somewhere it is tomorrow already.
        "future": stage.c.date > today + dt.timedelta(days=1),
        "ancient": stage.c.date < today.replace(year=today.year - _ANCIENT_YEARS, day=1),
    }
    if cumulative:
        ended = func.coalesce(stage.c.deaths, 0) + func.coalesce(stage.c.recoveries, 0)
        odd["sum"] = ended > stage.c.cases
    counts = session.execute(select(*(func.count(case((is_odd, 1))) for is_odd in odd.values())))
    warnings = {
        kind: {"count": count, "lines": _lines(session, odd[kind])}
        for kind, count in zip(odd, counts.one(), strict=True)
        if count
    }
    if cumulative:
        for metric, count, lines in series.falls():
            warnings[f"{metric}_fall"] = {"count": count, "lines": lines}
    return warnings


def _lines(session: Session, is_odd: ColumnElement[bool]) -> list[int]:
    statement = select(stage.c.line).where(is_odd).order_by(stage.c.line).limit(MOST_LISTED)
    return list(session.scalars(statement))
