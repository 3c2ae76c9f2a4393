"""The queue's pages: findings and groups of them, by key, with their counts.

Groups are few, however many findings there are. Their counts and those of the facets are read from
one index; where findings stand one by one they are counted no further than MOST_COUNTED.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, joinedload, load_only

from app.models import Country, Finding, Person, Record, Todo
from app.models.finding import LEVELS
from app.services.review.asked import RANK, FindingQuery

FINDINGS_A_PAGE, GROUPS_A_PAGE, EXAMPLES = 15, 20, 3
MOST_FACETS = 10
# Beyond so many a list says "more than 10,000".
MOST_COUNTED = 10_000

# A level's place, how many there are (most first) and the grouping: a total order of groups.
GroupKey = tuple[int, int, str]


@dataclass(frozen=True)
class FindingPage:
    """Some findings of the queue; `above` is how many come before them.

    Neither number is counted further than one beyond MOST_COUNTED.
    """

    findings: Sequence[Finding]
    above: int
    total: int
    has_more: bool


@dataclass(frozen=True)
class Group:
    """Findings that are decided alike."""

    grouping: str
    rule: str
    level: str
    count: int
    countries: int
    first_date: dt.date | None
    last_date: dt.date | None
    given: int
    examples: Sequence[Finding] = ()

    @property
    def key(self) -> GroupKey:
        """Return the group's place in the order of groups."""
        return LEVELS.index(self.level), -self.count, self.grouping


@dataclass(frozen=True)
class GroupPage:
    """Some groups of the queue, worst and largest first."""

    groups: Sequence[Group]
    total: int
    findings: int
    has_previous: bool
    has_more: bool


@dataclass(frozen=True)
class Facets:
    """How many findings each rule, level and country would leave."""

    rules: Sequence[tuple[str, int]]
    levels: Sequence[tuple[str, int]]
    countries: Sequence[tuple[str, str, int]]


def count(session: Session, query: FindingQuery) -> int:
    """Count the findings that are asked for."""
    return session.scalar(select(func.count(Finding.id)).where(*query.conditions())) or 0


def count_by_state(session: Session, outbreak_id: int) -> dict[str, int]:
    """Count an outbreak's findings by state."""
    statement = (
        select(Finding.state, func.count())
        .where(Finding.outbreak_id == outbreak_id)
        .group_by(Finding.state)
    )
    return dict(session.execute(statement).all())


def list_findings(
    session: Session, query: FindingQuery, *, after: int | None = None, before: int | None = None
) -> FindingPage:
    """List findings, worst first, after or before one of them; four queries."""
    forwards = (RANK, Finding.grouping, Finding.id)
    key = tuple_(*forwards)
    # Ids first: all that is asked for is put in order, and that from the index alone.
    wanted = select(Finding.id).where(*query.conditions())
    statement = wanted.order_by(*forwards)
    if after is not None:
        statement = statement.where(key > _key_of(session, after))
    elif before is not None:
        backwards = [column.desc() for column in forwards]
        statement = wanted.order_by(*backwards).where(key < _key_of(session, before))
    ids = list(session.scalars(statement.limit(FINDINGS_A_PAGE + 1)))
    more = len(ids) > FINDINGS_A_PAGE or (before is not None and after is None)
    shown = _loaded(select(Finding)).where(Finding.id.in_(ids[:FINDINGS_A_PAGE]))
    found = session.scalars(shown.order_by(*forwards)).all()
    above = _count_before(session, query, found[0]) if found else 0
    return FindingPage(found, above, _count_some(session, query.conditions()), more)


def list_groups(
    session: Session,
    query: FindingQuery,
    *,
    after: GroupKey | None = None,
    before: GroupKey | None = None,
) -> GroupPage:
    """List groups, those of the worst level and then the largest first; two queries."""
    groups = sorted(map(_group, session.execute(_grouped(query))), key=lambda group: group.key)
    keys = [group.key for group in groups]
    if before is not None and after is None:
        end = bisect_left(keys, before)
        start = max(end - GROUPS_A_PAGE, 0)
    else:
        start = bisect_right(keys, after) if after is not None else 0
        end = start + GROUPS_A_PAGE
    return GroupPage(
        groups=_with_examples(session, query, groups[start:end]),
        total=len(groups),
        findings=sum(group.count for group in groups),
        has_previous=start > 0,
        has_more=end < len(groups),
    )


def find_group(session: Session, query: FindingQuery) -> Group | None:
    """Return what is asked for as one group; None when there is nothing."""
    row = session.execute(_grouped(query, whole=True)).one()
    return _group(row) if row.number else None


def list_facets(session: Session, query: FindingQuery) -> Facets:
    """Count by rule, level and country what the other filters leave; two queries."""
    groups = [
        _group(row)
        for row in session.execute(_grouped(replace(query, rules=(), levels=(), group="")))
    ]
    rules: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for group in groups:
        if not query.levels or group.level in query.levels:
            rules[group.rule] += group.count
        if not query.rules or group.rule in query.rules:
            levels[group.level] += group.count
    return Facets(
        rules=sorted(rules.items(), key=lambda counted: (-counted[1], counted[0])),
        levels=[(level, levels[level]) for level in LEVELS if level in levels],
        countries=session.execute(_counted_countries(replace(query, countries=()))).all(),
    )


def find_records(
    session: Session, outbreak_id: int, findings: Collection[Finding]
) -> dict[int, int]:
    """Return, by finding, the id of the record of its country and day."""
    keys: dict[tuple[int, dt.date], list[int]] = {}
    for finding in findings:
        if finding.country_id is not None and finding.date is not None:
            keys.setdefault((finding.country_id, finding.date), []).append(finding.id)
    if not keys:
        return {}
    statement = select(Record.country_id, Record.date, Record.id).where(
        Record.outbreak_id == outbreak_id, tuple_(Record.country_id, Record.date).in_(keys)
    )
    return {
        finding_id: record_id
        for country, day, record_id in session.execute(statement)
        for finding_id in keys[country, day]
    }


def _loaded(statement: Select[Finding]) -> Select[Finding]:
    return statement.options(
        joinedload(Finding.country).load_only(Country.name, Country.slug),
        joinedload(Finding.todo).load_only(Todo.title, Todo.done_at),
        joinedload(Finding.todo)
        .joinedload(Todo.assignee)
        .options(load_only(Person.name, Person.slug)),
    )


def _key_of(session: Session, finding_id: int) -> Any:
    """Return a finding's place; of one that is not there, the place before all others."""
    row = session.execute(
        select(RANK, Finding.grouping, Finding.id).where(Finding.id == finding_id)
    ).one_or_none()
    return tuple_(*row) if row else tuple_(-1, "", 0)


def _count_before(session: Session, query: FindingQuery, first: Finding) -> int:
    key = tuple_(RANK, Finding.grouping, Finding.id)
    place = tuple_(LEVELS.index(first.level), first.grouping, first.id)
    return _count_some(session, [*query.conditions(), key < place])


def _count_some(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """Count, but no further than one beyond MOST_COUNTED."""
    some = select(literal(1)).select_from(Finding).where(*conditions).limit(MOST_COUNTED + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _grouped(query: FindingQuery, *, whole: bool = False) -> Select[Any]:
    columns: tuple[Any, ...] = (
        func.min(RANK).label("rank"),
        func.count(Finding.id).label("number"),
        func.count(Finding.country_id.distinct()).label("countries"),
        func.min(Finding.date).label("first_date"),
        func.max(Finding.date).label("last_date"),
        func.count(Finding.todo_id).label("given"),
    )
    if whole:
        return select(func.min(Finding.grouping).label("grouping"), *columns).where(
            *query.conditions()
        )
    grouped = select(Finding.grouping, *columns).where(*query.conditions())
    return grouped.group_by(Finding.grouping)


def _group(row: Any) -> Group:
    return Group(
        grouping=row.grouping,
        # A grouping begins with its rule.
        rule=row.grouping.partition(":")[0],
        level=LEVELS[row.rank],
        count=row.number,
        countries=row.countries,
        first_date=row.first_date,
        last_date=row.last_date,
        given=row.given,
    )


def _with_examples(
    session: Session, query: FindingQuery, groups: Sequence[Group]
) -> Sequence[Group]:
    """Add to each group its first findings; one query for all of them."""
    if not groups:
        return groups
    order = (Finding.grouping, Finding.country_id, Finding.date, Finding.id)
    firsts = [
        select(
            select(Finding.id)
            .where(*replace(query, group=group.grouping).conditions())
            .order_by(*order)
            .limit(EXAMPLES)
            .subquery()
            .c.id
        )
        for group in groups
    ]
    statement = _loaded(select(Finding)).where(Finding.id.in_(union_all(*firsts)))
    found: dict[str, list[Finding]] = {}
    for finding in session.scalars(statement.order_by(*order)):
        found.setdefault(finding.grouping, []).append(finding)
    return [replace(group, examples=found.get(group.grouping, [])) for group in groups]


def _counted_countries(query: FindingQuery) -> Select[Any]:
    # By an expression, or SQLite goes through the countries' own index and looks up each finding.
    country_id = func.coalesce(Finding.country_id, literal_column("0")).label("country_id")
    counted = (
        select(country_id, func.count().label("number"))
        .where(*query.conditions())
        .group_by(country_id)
        .subquery()
    )
    return (
        select(Country.slug, Country.name, counted.c.number)
        .join(counted, counted.c.country_id == Country.id)
        .order_by(counted.c.number.desc(), Country.name)
        .limit(MOST_FACETS)
    )
