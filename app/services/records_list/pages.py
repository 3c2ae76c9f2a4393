"""One page of the records list."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.models import Changeset, Country, Record
from app.services.messages import Message
from app.services.records_list.asked import Place, RecordQuery
from app.services.records_list.counting import Count, count_before, count_matching
from app.services.records_list.filters import conditions
from app.services.records_list.order import START, Cut, on_side, ordering, read_cut, write_key

record = Record.__table__
country = Country.__table__
changeset = Changeset.__table__


@dataclass(frozen=True)
class ListedRecord:
    """A row of the list."""

    id: int
    date: dt.date
    country: str
    slug: str
    cases: int | None
    deaths: int | None
    recoveries: int | None
    new: int | None = None
    changed_at: dt.datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True)
class Page:
    """Rows of the list, where they stand in it, and where its other pages begin."""

    # What was asked for, as it could be answered.
    query: RecordQuery
    rows: list[Any]
    total: Count
    # How many rows of the list come before these.
    before: Count
    previous: Place | None = None
    next: Place | None = None
    warnings: list[Message] = field(default_factory=list)


def read_page(session: Session, query: RecordQuery) -> Page:
    """Read the page of the list that the query's place asks for."""
    warnings = []
    cut = read_cut(query.sort, query.place)
    if cut is None:
        warnings.append(Message("The place in the list cannot be read: this is its beginning."))
        cut = START
    found = fetch(session, query, cut, query.per + 1)
    if cut.backward and len(found) <= query.per:
        # The first page is always a full one.
        cut = START
        found = fetch(session, query, cut, query.per + 1)
    more, rows = len(found) > query.per, found[: query.per]
    if cut.backward:
        rows.reverse()
    total = count_matching(session, query)
    before = count_before(session, query, cut)
    if cut.backward:
        before = Count(max(0, before.number - len(rows)), before.exact)
    is_first = not more if cut.backward else before.number == 0
    is_last = not more if not cut.backward else cut.values == ()
    return Page(
        query=query,
        rows=rows,
        total=total,
        before=before,
        previous=None if is_first or not rows else _beside("before", query, rows[0]),
        next=None if is_last or not rows else _beside("after", query, rows[-1]),
        warnings=warnings,
    )


def _beside(side: Any, query: RecordQuery, row: Row[Any]) -> Place:
    names = {"country": "slug"}
    values = tuple(getattr(row, names.get(key.name, key.name)) for key in query.sort)
    return Place(side, write_key(query.sort, values))


def fetch(session: Session, query: RecordQuery, cut: Cut, limit: int) -> list[Any]:
    """Return rows from a point on; walking backwards the nearest come first."""
    statement = _rows().where(*conditions(query))
    side = on_side(query.sort, cut, backward=cut.backward)
    if side is not None:
        statement = statement.where(side)
    order = ordering(query.sort, backward=cut.backward)
    return list(session.execute(statement.order_by(*order).limit(limit)))


def _rows() -> Select[Any]:
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
        select(
            record.c.id,
            record.c.date,
            country.c.slug,
            country.c.name.label("country"),
            record.c.cases,
            record.c.deaths,
            record.c.recoveries,
            (record.c.cases - before).label("new"),
            changeset.c.created_at.label("changed_at"),
            changeset.c.actor.label("changed_by"),
        )
        .join_from(record, country, country.c.id == record.c.country_id)
        .join(changeset, changeset.c.id == record.c.changeset_id)
    )
