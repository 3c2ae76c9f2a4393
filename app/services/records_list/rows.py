"""The rows of a page: found in their order first, then filled in."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Subquery,
    bindparam,
    select,
)
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, Country, Record
from app.services.records_list.asked import RecordQuery
from app.services.records_list.file_cells import cells, key_columns
from app.services.records_list.flags import flags_cell
from app.services.records_list.order import Columns, on_side, ordering, sort_columns
from app.services.records_list.prepared import run, run_for_file
from app.services.records_list.scope import conditions, in_outbreak
from app.services.records_list.walk import Stretch, Walk

record = Record.__table__
country = Country.__table__
changeset = Changeset.__table__

# The first fields of a ListedRecord, or all of them with details; for a file its cells and, where
# it goes on behind a row, what that is sorted by.
SortedRow = Sequence[Any]
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
    # What wrote its present state.
    changeset_id: int = 0
    changed_at: dt.datetime | None = None
    changed_by: str = ""


def is_detailed(query: RecordQuery) -> bool:
    """Tell whether a shown column says more than the records' own values."""
    return not DETAILS.isdisjoint(query.columns)


def read_stretch(
    session: Session, walk: Walk, stretch: Stretch, limit: int | None
) -> Sequence[SortedRow]:
    """Read the list's rows within a stretch, the nearest first.

    The inner query reads the stretch through its index, the outer one keeps what belongs to the
    list: together, a database might choose to sort or search the whole register. Only between two
    days whose records are all listed there is nothing to choose, and no fence is needed.
    """
    shape = "stretch", walk.shape, stretch.shape, stretch.skip is None, limit is None
    values = {
        **walk.scope.values,
        **walk.cut.bound,
        **stretch.values,
        "most": stretch.most,
        "skip": stretch.skip,
        "limit": limit,
    }

    def build() -> Select[Any]:
        return _statement(walk, stretch, limit)

    if walk.read_as in ("csv", "json"):
        return run_for_file(session, shape, build, values)
    return run(session, shape, build, values).all()


def _statement(walk: Walk, stretch: Stretch, limit: int | None) -> Select[Any]:
    listed = _fenced(stretch) if stretch.fenced else record
    within = () if stretch.fenced else stretch.where()
    columns, keys, backward = sort_columns(listed), walk.keys, walk.cut.backward
    side = on_side(columns, keys, walk.cut, backward=backward)
    shown = (
        select(*_columns(walk, listed, columns, whole=limit is None))
        # Each record has a country; this join says that the records are to be read first.
        .outerjoin_from(listed, country, country.c.id == listed.c.country_id)
        .where(*within, *conditions(walk.scope, listed), *(() if side is None else (side,)))
        .order_by(*ordering(columns, keys, backward=backward))
    )
    if limit is not None:
        shown = shown.limit(bindparam("limit"))
    return _with_details(walk, shown.subquery("shown")) if walk.read_as == "details" else shown


def _columns(
    walk: Walk, listed: FromClause, columns: Columns, *, whole: bool
) -> Iterable[ColumnElement[Any]]:
    name = country.c.name.label("country")
    if walk.read_as in ("csv", "json"):
        # Whoever reads a whole stretch goes on behind it, not behind its last row.
        keys = () if whole else key_columns(walk, columns)
        return *cells(walk, columns, name, flags_cell(listed)), *keys
    own = listed.c.id, listed.c.date, country.c.slug, name, *(listed.c[m] for m in METRICS)
    return (*own, listed.c.country_id, listed.c.changeset_id) if walk.read_as == "details" else own


def _fenced(stretch: Stretch) -> FromClause:
    found = (
        select(*(record.c[name] for name in _READ))
        .where(*stretch.where())
        .order_by(*stretch.order())
        .limit(bindparam("most"))
    )
    if stretch.skip is not None:
        found = found.offset(bindparam("skip"))
    return found.subquery("listed")


def _with_details(walk: Walk, shown: Subquery) -> Select[Any]:
    """Add to the rows of a page, and to no other, what takes another look into the register."""
    columns = {
        "country": shown.c.slug,
        **{name: shown.c[name] for name in ("date", "id", *METRICS)},
    }
    new: ColumnElement[Any] = shown.c.cases
    if walk.scope.query.outbreak.counting != "daily":
        new = shown.c.cases - _cases_before(shown)
    return (
        select(
            *(shown.c[name] for name in ("id", "date", "slug", "country", *METRICS)),
            new.label("new"),
            shown.c.changeset_id,
            changeset.c.created_at.label("changed_at"),
            changeset.c.actor.label("changed_by"),
        )
        # Each record has a changeset; this join says that the rows are to be read first.
        .outerjoin_from(shown, changeset, changeset.c.id == shown.c.changeset_id)
        .order_by(*ordering(columns, walk.keys, backward=walk.cut.backward))
    )


def _cases_before(shown: Subquery) -> ScalarSelect[Any]:
    """Select the cases of the country's latest report before that states them."""
    earlier = record.alias("earlier")
    return (
        select(earlier.c.cases)
        .where(
            in_outbreak(earlier),
            earlier.c.country_id == shown.c.country_id,
            earlier.c.date < shown.c.date,
            earlier.c.cases.is_not(None),
        )
        .order_by(earlier.c.date.desc())
        .limit(1)
        .correlate(shown)
        .scalar_subquery()
    )
