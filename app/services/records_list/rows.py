"""The rows of a page: found in their order first, then filled in."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, Country, Record
from app.services.records_list.asked import RecordQuery
from app.services.records_list.order import on_side, ordering, sort_columns
from app.services.records_list.prepared import run
from app.services.records_list.scope import conditions
from app.services.records_list.walk import Stretch, Walk

record = Record.__table__
country = Country.__table__
changeset = Changeset.__table__

# id, date, slug, country, cases, deaths, recoveries
SortedRow = Row[*tuple[Any, ...]]
_READ = ("id", "outbreak_id", "country_id", "date", *METRICS, "changeset_id")
DETAILS = frozenset({"new", "changed"})


class ListedRecord(NamedTuple):
    """A row of the list."""

    id: int
    date: dt.date
    slug: str
    country: str
    cases: int | None
    deaths: int | None
    recoveries: int | None
    # Since the country's report before; None when there is none, or none was asked for.
    new: int | None = None
    changed_at: dt.datetime | None = None
    changed_by: str = ""


def read_stretch(session: Session, walk: Walk, stretch: Stretch, limit: int) -> list[SortedRow]:
    """Read the list's rows within a stretch, the nearest first.

    The inner query reads the stretch through its index, the outer one keeps what belongs to the
    list: together, a database might choose to sort or search the whole register.
    """
    shape = "stretch", walk.shape, stretch.shape
    values = {
        **walk.scope.values,
        **walk.cut.bound,
        **stretch.values,
        "most": stretch.most,
        "limit": limit,
    }
    return list(run(session, shape, lambda: _statement(walk, stretch), values))


def _statement(walk: Walk, stretch: Stretch) -> Select[Any]:
    listed = (
        select(*(record.c[name] for name in _READ))
        .where(*stretch.where())
        .order_by(*stretch.order())
        .limit(bindparam("most"))
        .subquery("listed")
    )
    columns, keys, backward = sort_columns(listed), walk.keys, walk.cut.backward
    name = country.c.name.label("country")
    side = on_side(columns, keys, walk.cut, backward=backward)
    return (
        select(listed.c.id, listed.c.date, country.c.slug, name, *(listed.c[m] for m in METRICS))
        .join_from(listed, country, country.c.id == listed.c.country_id)
        .where(*conditions(walk.scope, listed), *(() if side is None else (side,)))
        .order_by(*ordering(columns, keys, backward=backward))
        .limit(bindparam("limit"))
    )


def add_details(
    session: Session, query: RecordQuery, rows: Sequence[SortedRow]
) -> list[ListedRecord]:
    """Add what the shown columns say besides the records' own values."""
    if not rows or not DETAILS & set(query.columns):
        return [ListedRecord._make((*row, None, None, "")) for row in rows]
    ids = {"ids": [row.id for row in rows]}
    details = {id: rest for id, *rest in run(session, "details", _details, ids)}
    return [_filled_in(query, row, *details[row.id]) for row in rows]


def _details() -> Select[Any]:
    earlier = record.alias("earlier")
    before = (
        select(earlier.c.cases)
        .where(
            earlier.c.outbreak_id == record.c.outbreak_id,
            earlier.c.country_id == record.c.country_id,
            earlier.c.date < record.c.date,
            earlier.c.cases.is_not(None),
        )
        .order_by(earlier.c.date.desc())
        .limit(1)
        .correlate(record)
        .scalar_subquery()
    )
    return (
        select(record.c.id, before, changeset.c.created_at, changeset.c.actor)
        .join_from(record, changeset, changeset.c.id == record.c.changeset_id)
        .where(record.c.id.in_(bindparam("ids", expanding=True)))
    )


def _filled_in(
    query: RecordQuery, row: SortedRow, before: int | None, at: dt.datetime, by: str
) -> ListedRecord:
    if query.outbreak.counting == "daily":
        new = row.cases
    else:
        new = None if row.cases is None or before is None else row.cases - before
    return ListedRecord._make((*row, new, at, by))
