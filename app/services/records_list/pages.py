"""One page of the records list."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Literal

from sqlalchemy.orm import Session

from app.models import METRICS
from app.services.messages import Message
from app.services.records_list import limits
from app.services.records_list.asked import (
    END,
    NEWEST_FIRST,
    Place,
    RecordQuery,
    SortKey,
    complete,
)
from app.services.records_list.candidates import balance, few_candidates, is_direct
from app.services.records_list.counting import (
    count_before,
    count_candidates,
    count_matching,
)
from app.services.records_list.numbers import Count, Reports, read_reports
from app.services.records_list.order import START, Cut, Values
from app.services.records_list.paths import stretches
from app.services.records_list.places import read_place, write_place
from app.services.records_list.rows import (
    ListedRecord,
    SortedRow,
    is_detailed,
    read_stretch,
)
from app.services.records_list.scope import Scope, look_up
from app.services.records_list.walk import ReadAs, Stretch, Walk


@dataclass(frozen=True)
class Page:
    """Rows of the list, where they stand in it, and where its other pages begin."""

    # What was asked for, as it could be answered.
    query: RecordQuery
    rows: Sequence[ListedRecord]
    # None where counting would mean to search the register.
    total: Count | None
    # How many rows of the list come before these.
    before: Count | None
    reports: Reports
    previous: Place | None = None
    next: Place | None = None
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _Plan:
    """What is listed, and how."""

    scope: Scope
    reports: Reports
    # How many there are, as far as that is known before they are looked for.
    total: Count | None
    # All that may match, when they are few.
    candidates: Stretch | None
    warnings: tuple[Message, ...]


@dataclass(frozen=True)
class _Found:
    """Rows from a point on, in the list's order, one more than a page where there are more."""

    rows: Sequence[SortedRow]
    cut: Cut
    # Where the search was given up, when it was.
    end: Values = ()
    # All that may match, when they are few.
    candidates: Stretch | None = None


def read_page(session: Session, query: RecordQuery) -> Page:
    """Read the page of the list that the query's place asks for."""
    plan = _plan(session, query)
    warnings = list(plan.warnings)
    cut, doubt = read_place(session, plan.scope.query)
    warnings += [doubt] if doubt else []
    found = _find(session, plan, cut)
    if found.end and query.place in (None, END) and (other := _direct_order(plan.scope)):
        warnings.append(_sorted_otherwise(query, other))
        plan = replace(plan, scope=replace(plan.scope, query=other))
        found = _find(session, plan, found.cut)
    if found.end:
        searched = f"{limits.SEARCH:,}"
        warnings.append(
            Message("This page stops after searching up to %(most)s records.", most=searched)
        )
    return _page(session, plan, found, warnings)


def count_list(session: Session, query: RecordQuery) -> Count | None:
    """Count a list without reading it; None where that would mean to search the register."""
    plan = _plan(session, query)
    return _count(session, plan, _Found([], START, candidates=plan.candidates))[0]


def all_rows(
    session: Session, query: RecordQuery, read_as: ReadAs
) -> Iterator[Sequence[SortedRow]]:
    """Yield all rows of a list for a file, in its order, in lots that fit into memory.

    The first is a small one, so that a file begins to arrive at once.
    """
    plan = _plan(session, query.at(None))
    if plan.candidates is None and _is_in_wholes(plan.scope):
        yield from _wholes(session, plan, read_as)
        return
    cut, need = START, limits.FIRST_LOT
    while True:
        found = _search(session, Walk(plan.scope, cut, need, read_as), plan.candidates)
        if found.rows:
            yield found.rows
        if found.end:
            cut = Cut(found.end, past=True)
        elif len(found.rows) == need:
            cut = Cut(_point(plan.scope.query, found.rows[-1]), past=True)
        else:
            return
        need = limits.LOT


def _is_in_wholes(scope: Scope) -> bool:
    """Tell whether the stretches of a file are whole days or countries, all of them listed."""
    first = scope.query.sort[0].name
    return scope.is_plain and (first == "country" or (first == "date" and scope.countries is None))


def _wholes(session: Session, plan: _Plan, read_as: ReadAs) -> Iterator[Sequence[SortedRow]]:
    """Yield the rows of some days, or countries, at a time: none is read, or sorted, twice."""
    cut = START
    for need in (limits.FIRST_LOT, limits.LOT):
        walk = Walk(plan.scope, cut, need, read_as)
        for stretch in stretches(session, walk):
            if rows := read_stretch(session, walk, stretch, None):
                yield rows
            if cut == START and (end := stretch.ending()):
                cut = Cut(end, past=True)
                break
        else:
            return


def _point(query: RecordQuery, row: SortedRow) -> Values:
    """Return what a file's row is sorted by: its last values, a day as a date."""
    values = zip(query.sort, row[-len(query.sort) :], strict=True)
    return tuple(
        dt.date.fromisoformat(str(value)) if key.name == "date" else value for key, value in values
    )


def _plan(session: Session, query: RecordQuery) -> _Plan:
    scope = look_up(session, query)
    reports = read_reports(session, scope)
    total = count_matching(session, scope, reports) if scope.is_simple else None
    candidates = few_candidates(session, scope, reports, total)
    if candidates is not None or len(query.sort) == 2 or query.sort[0].name not in METRICS:
        return _Plan(scope, reports, total, candidates, scope.warnings)
    # Very many records may share a count: to sort them further, all of them have to be few.
    candidates = few_candidates(session, scope, reports, total, at_most=limits.SORT)
    if candidates is not None:
        return _Plan(scope, reports, total, candidates, scope.warnings)
    simpler = query.sorted_by(query.sort[0])
    # Every order has an end; other places are those of the order asked for.
    simpler = simpler.at(END if query.place == END else None)
    warnings = (*scope.warnings, _cannot_sort(simpler))
    return _Plan(replace(scope, query=simpler), reports, total, None, warnings)


def _direct_order(scope: Scope) -> RecordQuery | None:
    """Return the same list in an order that leads through its records only, if there is one."""
    query, metrics = scope.query, scope.query.metrics
    orders = [(SortKey(metric, True),) for metric in metrics] + [NEWEST_FIRST]
    for keys in orders:
        other = replace(query, sort=complete(keys))
        if is_direct(replace(scope, query=other)):
            return other
    return None


def _sorted_otherwise(query: RecordQuery, other: RecordQuery) -> Message:
    return Message(
        "Too many records match to sort them by %(asked)s, so they are sorted by %(given)s. "
        "Narrow the list to sort it otherwise.",
        asked=query.sort[0].name,
        given=other.sort[0].name,
    )


def _cannot_sort(query: RecordQuery) -> Message:
    return Message(
        "More than %(most)s records: they are sorted by %(metric)s alone.",
        most=f"{limits.SORT:,}",
        metric=query.sort[0].name,
    )


def _find(session: Session, plan: _Plan, cut: Cut) -> _Found:
    query = plan.scope.query
    walk = Walk(plan.scope, cut, query.per + 1, "details" if is_detailed(query) else "values")
    found = _search(session, walk, plan.candidates)
    if found.end and balance(plan.scope, plan.reports) < limits.SORT:
        few = few_candidates(session, plan.scope, plan.reports, plan.total, at_most=limits.SORT)
        if few is not None:
            return _find(session, replace(plan, candidates=few), cut)
    if cut.backward and len(found.rows) <= query.per and not found.end:
        # The first page is always a full one.
        return _find(session, plan, START)
    return found


def _search(session: Session, walk: Walk, candidates: Stretch | None) -> _Found:
    if candidates is not None:
        found = read_stretch(session, walk, candidates, walk.need)
        return _Found(found, walk.cut, candidates=candidates)
    rows: list[SortedRow] = []
    searched = 0
    direct = is_direct(walk.scope)
    for stretch in stretches(session, walk):
        rows += read_stretch(session, walk, stretch, walk.need - len(rows))
        searched += stretch.size
        if len(rows) >= walk.need:
            break
        # Another stretch like this would be too much.
        too_far = not direct and searched + stretch.size > limits.SEARCH
        if too_far and (end := stretch.ending()):
            return _Found(rows, walk.cut, end=end)
    return _Found(rows, walk.cut)


def _page(session: Session, plan: _Plan, found: _Found, warnings: list[Message]) -> Page:
    query, cut = plan.scope.query, found.cut
    rows = found.rows[: query.per]
    if cut.backward:
        rows = rows[::-1]
    total, before = _count(session, plan, found)
    if before is not None and cut.backward:
        before = replace(before, number=max(0, before.number - len(rows)))
    more = len(found.rows) > query.per or bool(found.end)
    at_start = not more if cut.backward else before == Count(0) or not cut.values
    at_end = not cut.values if cut.backward else not more
    return Page(
        query=query,
        rows=list(starmap(ListedRecord, rows)),
        total=total,
        before=before,
        reports=plan.reports,
        previous=None if at_start else _beside("before", query, found, rows),
        next=None if at_end else _beside("after", query, found, rows),
        warnings=tuple(warnings),
    )


def _count(session: Session, plan: _Plan, found: _Found) -> tuple[Count | None, Count | None]:
    if found.candidates is not None:
        if plan.total is not None and not found.cut.values:
            return plan.total, plan.total if found.cut.past else Count(0)
        return count_candidates(session, plan.scope, found.candidates, found.cut)
    total = plan.total or count_matching(session, plan.scope, plan.reports)
    return total, None if total is None else count_before(session, plan.scope, found.cut, total)


def _beside(
    side: Literal["before", "after"], query: RecordQuery, found: _Found, rows: Sequence[SortedRow]
) -> Place:
    """Return where the neighbouring page begins: beside a row, or where the search was given up."""
    onward = "before" if found.cut.backward else "after"
    if side == onward and found.end and len(found.rows) <= query.per:
        return Place(side, write_place(found.end))
    if not rows:
        # Nothing was found on this way: back to where it came from.
        return Place(side, write_place(found.cut.values))
    row = rows[0] if side == "before" else rows[-1]
    return Place(side, write_place(tuple(_values(query, row))))


def _values(query: RecordQuery, row: SortedRow) -> Iterator[object]:
    for key in query.sort:
        yield getattr(row, "slug" if key.name == "country" else key.name)
