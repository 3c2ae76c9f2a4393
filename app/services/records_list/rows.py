"""The rows of a page: found in their order first, then filled in."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    bindparam,
    select,
)
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, Country, Record
from app.services.records_list.asked import RecordQuery
from app.services.records_list.file_cells import cells, key_columns
from app.services.records_list.flags import flags_cell
from app.services.records_list.order import on_side, ordering, sort_columns
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

    The inner query reads the stretch through its index, the one around it keeps what belongs to the
    list: together, a database might choose to sort or search the whole register. Only between two
    days whose records are all listed there is nothing to choose, and no fence is needed.
    """
    shape = "stretch", walk.shape, stretch.shape, limit is None
    values = {
        **walk.scope.values,
        **walk.cut.bound,
        **stretch.values,
        "most": stretch.most,
        "limit": limit,
    }
    if walk.read_as in ("csv", "json"):
        return run_for_file(session, shape, lambda: _for_file(walk, stretch, limit), values)
    return run(session, shape, lambda: _for_page(walk, stretch), values).all()


def _for_page(walk: Walk, stretch: Stretch) -> Select[Any]:
    """Select a page's rows: which those are by as little of each record as tells it."""
    found = _found(walk, stretch).limit(bindparam("limit")).subquery("found")
    order = ordering(sort_columns(record), walk.keys, backward=walk.cut.backward)
    shown = (
        select(*_shown(walk))
        # Each record has a country and a changeset; these joins say what is to be read first.
        .outerjoin_from(found, record, record.c.id == found.c.id)
        .outerjoin(country, country.c.id == record.c.country_id)
        .order_by(*order)
    )
    if walk.read_as == "values":
        return shown
    return shown.outerjoin(changeset, changeset.c.id == record.c.changeset_id)


def _found(walk: Walk, stretch: Stretch) -> Select[Any]:
    """Select the ids of the list's records within a stretch, in the list's order."""
    listed = _fenced(stretch, _needed(walk)) if stretch.fenced else record
    found = select(listed.c.id)
    if stretch.in_order:
        # Both databases keep to the inner query's order where nothing asks for another, and read no
        # further than to the last row that the page needs.
        return found.where(*conditions(walk.scope, listed))
    if any(key.name == "country" for key in walk.keys):
        found = found.outerjoin_from(listed, country, country.c.id == listed.c.country_id)
    order = ordering(sort_columns(listed), walk.keys, backward=walk.cut.backward)
    return found.where(*_onward(walk, stretch, listed)).order_by(*order)


def _onward(walk: Walk, stretch: Stretch, listed: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield what is true of the list's records on the way from its point on."""
    if not stretch.fenced:
        yield from stretch.where()
    yield from conditions(walk.scope, listed)
    side = on_side(sort_columns(listed), walk.keys, walk.cut, backward=walk.cut.backward)
    if side is not None:
        yield side


def _needed(walk: Walk) -> list[str]:
    """Name what the conditions and the order of a list look at; often it is all in an index."""
    scope = walk.scope
    needed = {"id", "outbreak_id"}
    needed |= {"country_id" if key.name == "country" else key.name for key in walk.keys}
    needed |= set(scope.query.metrics)
    needed |= {"date"} if scope.has_days else set()
    needed |= {"changeset_id"} if scope.has_authors else set()
    if scope.countries is not None or scope.widely_named:
        needed.add("country_id")
    if scope.query.flags:
        needed |= {"country_id", "date"}
    return [name for name in _READ if name in needed]


def _shown(walk: Walk) -> Iterator[ColumnElement[Any]]:
    """Yield the fields of a ListedRecord, what takes another look into the register last."""
    yield from (record.c.id, record.c.date, country.c.slug, country.c.name.label("country"))
    yield from (record.c[metric] for metric in METRICS)
    if walk.read_as == "values":
        return
    daily = walk.scope.query.outbreak.counting == "daily"
    yield (record.c.cases if daily else record.c.cases - _cases_before()).label("new")
    yield record.c.changeset_id
    yield changeset.c.created_at.label("changed_at")
    yield changeset.c.actor.label("changed_by")


def _cases_before() -> ScalarSelect[Any]:
    """Select the cases of the country's latest report before that states them."""
    earlier = record.alias("earlier")
    return (
        select(earlier.c.cases)
        .where(
            in_outbreak(earlier),
            earlier.c.country_id == record.c.country_id,
            earlier.c.date < record.c.date,
            earlier.c.cases.is_not(None),
        )
        .order_by(earlier.c.date.desc())
        .limit(1)
        .correlate(record)
        .scalar_subquery()
    )


def _for_file(walk: Walk, stretch: Stretch, limit: int | None) -> Select[Any]:
    """Select the cells of a file's rows: nearly every record read is one of them."""
    listed = _fenced(stretch, _READ) if stretch.fenced else record
    columns, name = sort_columns(listed), country.c.name.label("country")
    # Whoever reads a whole stretch goes on behind it, not behind its last row.
    keys = () if limit is None else key_columns(walk, columns)
    shown = (
        select(*cells(walk, columns, name, flags_cell(listed)), *keys)
        .outerjoin_from(listed, country, country.c.id == listed.c.country_id)
        .where(*_onward(walk, stretch, listed))
        .order_by(*ordering(columns, walk.keys, backward=walk.cut.backward))
    )
    return shown if limit is None else shown.limit(bindparam("limit"))


def _fenced(stretch: Stretch, names: Sequence[str]) -> FromClause:
    return (
        select(*(record.c[name] for name in names))
        .select_from(stretch.source() if stretch.source else record)
        .where(*stretch.where())
        .order_by(*stretch.order())
        .limit(bindparam("most"))
        .subquery("listed")
    )
