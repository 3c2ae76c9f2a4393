"""Lines that contradict each other, put together by country and day, some at a time.

A file of provinces may have a million of them: only the days of one page are looked at.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from app.models import ImportRow

# Lines of one country and day that are shown; what becomes of more is decided for the group.
SHOWN = 6
# Rows whose days are looked at together, and after which a page is short rather than late.
_TOGETHER = 500
_MOST_ROWS = 5000
# After every line of a day.
_NO_MORE = 1 << 31

# The first lines of one country and day, and how many there are.
Lines = tuple[tuple[ImportRow, ...], int]


@dataclass
class KeyPage:
    """Some countries and days, by day; `next` is the line after whose the next page begins."""

    keys: list[Lines] = field(default_factory=list)
    next: int | None = None


def find_keys(
    session: Session, which: ColumnElement[bool], import_id: int, *, after: int, limit: int
) -> KeyPage:
    """Return the countries and days that follow the one whose first line is `after`."""
    page, looked_at = KeyPage(), 0
    day = _day_of(session, import_id, after) if after else dt.date.min
    line = after
    while len(page.keys) <= limit and looked_at < _MOST_ROWS:
        days = _days_from(session, which, day, line)
        if not days:
            return page
        found = _of_days(session, which, days, (day, line))
        page.keys += found
        looked_at += sum(count for _lines, count in found)
        day, line = days[-1], _NO_MORE
    if len(page.keys) > limit or _days_from(session, which, day, line):
        page.keys = page.keys[:limit]
        page.next = page.keys[-1][0][0].line
    return page


def _day_of(session: Session, import_id: int, line: int) -> dt.date:
    of_line = select(ImportRow.date).where(
        ImportRow.import_id == import_id, ImportRow.problem == "conflict", ImportRow.line == line
    )
    return session.scalar(of_line) or dt.date.min


def _days_from(
    session: Session, which: ColumnElement[bool], day: dt.date, line: int
) -> list[dt.date]:
    """Return the days of the next rows; the rest of `day` itself, if that has lines after one."""
    later = ImportRow.date > day if line == _NO_MORE else ImportRow.date >= day
    days = select(ImportRow.date).where(which, later).order_by(ImportRow.date).limit(_TOGETHER)
    date = days.subquery().c.date
    found: list[dt.date] = list(session.scalars(select(date).distinct().order_by(date)))
    return found


def _of_days(
    session: Session, which: ColumnElement[bool], days: list[dt.date], after: tuple[dt.date, int]
) -> list[Lines]:
    """Return the countries of these days, by day and first line, that follow a day and line."""
    same = (_country(), ImportRow.date)
    place = func.row_number().over(partition_by=same, order_by=ImportRow.line).label("place")
    first = func.min(ImportRow.line).over(partition_by=same).label("first")
    together = func.count().over(partition_by=same).label("together")
    rows = select(ImportRow.line, ImportRow.date, place, first, together)
    all_lines = rows.where(which, ImportRow.date.in_(days)).subquery()
    follows = or_(all_lines.c.date > after[0], all_lines.c.first > after[1])
    # PostgreSQL knows nothing yet of rows that were just stored: it would take them for a few and
    # number all of them again for each.
    found = (
        select(all_lines)
        .where(all_lines.c.place <= SHOWN, follows)
        .cte("found")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    shown = (
        select(ImportRow, found.c.first, found.c.together)
        .join(found, and_(ImportRow.line == found.c.line, which))
        .order_by(found.c.date, found.c.first, ImportRow.line)
    )
    lines: dict[tuple[Any, int], list[ImportRow]] = defaultdict(list)
    counts: dict[tuple[Any, int], int] = {}
    for row, begins, count in session.execute(shown):
        lines[row.date, begins].append(row)
        counts[row.date, begins] = count
    return [(tuple(rows), counts[key]) for key, rows in lines.items()]


def _country() -> ColumnElement[str]:
    # Two spellings of one country are one; where that is not known, the file's own word counts.
    return func.coalesce(cast(ImportRow.country_id, String), ImportRow.cells["country"].as_string())
