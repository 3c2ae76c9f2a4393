"""The queue's pages: findings and groups of them, by key, with exact counts."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select, tuple_, union_all
from sqlalchemy.orm import Session, joinedload, load_only

from app.models import Country, Finding, Person, Record, Todo
from app.models.finding import LEVELS
from app.services.review.asked import RANK, FindingQuery

FINDINGS_A_PAGE, GROUPS_A_PAGE, EXAMPLES = 15, 20, 3
MOST_FACETS = 10

# A level's place, how many there are (most first) and the grouping: a total order of groups.
GroupKey = tuple[int, int, str]


@dataclass(frozen=True)
class FindingPage:
    """Some findings of the queue; `above` is how many come before them."""

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
    key = tuple_(RANK, Finding.grouping, Finding.id)
    forwards = (RANK, Finding.grouping, Finding.id)
    wanted = _loaded(select(Finding)).where(*query.conditions())
    statement = wanted.order_by(*forwards)
    if after is not None:
        statement = statement.where(key > _key_of(session, after))
    elif before is not None:
        backwards = [column.desc() for column in forwards]
        statement = wanted.order_by(*backwards).where(key < _key_of(session, before))
    found = list(session.scalars(statement.limit(FINDINGS_A_PAGE + 1)))
    more = len(found) > FINDINGS_A_PAGE
    found = found[:FINDINGS_A_PAGE]
    if before is not None and after is None:
        found.reverse()
        more = True
    above = _count_before(session, query, found[0]) if found else 0
    return FindingPage(found, above, count(session, query), more)


def list_groups(
    session: Session,
    query: FindingQuery,
    *,
    after: GroupKey | None = None,
    before: GroupKey | None = None,
) -> GroupPage:
    """List groups, those of the worst level and then the largest first; three or four queries."""
    rank, most = func.min(RANK), -func.count(Finding.id)
    key = tuple_(rank, most, Finding.grouping)
    forwards = (rank, most, Finding.grouping)
    wanted = _grouped(query)
    statement = wanted.order_by(*forwards)
    if after is not None:
        statement = statement.having(key > tuple_(*after))
    elif before is not None:
        backwards = [column.desc() for column in forwards]
        statement = wanted.order_by(*backwards).having(key < tuple_(*before))
    rows = session.execute(statement.limit(GROUPS_A_PAGE + 1)).all()
    more = len(rows) > GROUPS_A_PAGE
    groups = [_group(row) for row in rows[:GROUPS_A_PAGE]]
    turned = before is not None and after is None
    if turned:
        groups.reverse()
    every = wanted.subquery()
    sums = select(func.count(), func.coalesce(func.sum(every.c.number), 0)).select_from(every)
    total, findings = session.execute(sums).one()
    return GroupPage(
        groups=_with_examples(session, query, groups),
        total=total,
        findings=findings,
        has_previous=more if turned else after is not None,
        has_more=turned or more,
    )


def find_group(session: Session, query: FindingQuery) -> Group | None:
    """Return what is asked for as one group; None when there is nothing."""
    row = session.execute(_grouped(query, whole=True)).one()
    return _group(row) if row.number else None


def list_facets(session: Session, query: FindingQuery) -> Facets:
    """Count by rule, level and country what the other filters leave; three queries."""
    by_rule = _counted(replace(query, rules=(), group=""), Finding.rule)
    by_level = _counted(replace(query, levels=(), group=""), Finding.level)
    by_country = (
        select(Country.slug, Country.name, func.count())
        .join(Finding, Finding.country_id == Country.id)
        .where(*replace(query, countries=()).conditions())
        .group_by(Country.id)
        .order_by(func.count().desc(), Country.name)
        .limit(MOST_FACETS)
    )
    levels: dict[str, int] = dict(session.execute(by_level).all())
    return Facets(
        rules=session.execute(by_rule).all(),
        levels=[(level, levels[level]) for level in LEVELS if level in levels],
        countries=session.execute(by_country).all(),
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
    statement = select(func.count()).select_from(Finding).where(*query.conditions(), key < place)
    return session.scalar(statement) or 0


def _grouped(query: FindingQuery, *, whole: bool = False) -> Select[Any]:
    columns: tuple[Any, ...] = (
        func.min(Finding.rule).label("rule"),
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
        rule=row.rule,
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


def _counted(query: FindingQuery, column: Any) -> Select[Any]:
    return (
        select(column, func.count())
        .where(*query.conditions())
        .group_by(column)
        .order_by(func.count().desc(), column)
    )
