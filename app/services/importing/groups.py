"""What a checked file has to show: its problems by cause, with examples, and each row of one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.models import Import, ImportRow

EXAMPLES = 3
# So many lines of one key are shown; what becomes of more is decided for the group.
MOST_OF_KEY = 20
# The worst first: what cannot be read, what waits, what will be stored but looks odd.
_WORST = ("unreadable", "held", "left_out", "warning", "changed")


@dataclass(frozen=True)
class Key:
    """Lines of a file that say different things about one country and day."""

    # The first of them, and how many there are.
    lines: tuple[ImportRow, ...]
    count: int

    @property
    def first(self) -> int:
        """The number of the first of them."""
        return self.lines[0].line


@dataclass(frozen=True)
class Name:
    """A name of the file that stands for no country yet: how often, and who may be meant."""

    spelling: str
    count: int
    first: int
    candidates: tuple[str, ...]


@dataclass
class Group:
    """All rows with one problem: how many, and what is shown of them."""

    problem: str
    outcome: str
    count: int
    rows: list[ImportRow] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    # Where the next page begins: the line that this one ends with.
    next: int | None = None


def find_groups(session: Session, offer: Import) -> list[Group]:
    """List the problems of a file, worst first, each with examples; up to six queries."""
    groups = _count(session, offer.id)
    _add_examples(session, offer.id, [group for group in groups if not _is_special(group)])
    for group in groups:
        if _is_special(group):
            _fill(session, offer.id, group, after=0, limit=EXAMPLES)
    return groups


def find_group(
    session: Session, import_id: int, problem: str, *, after: int, limit: int
) -> Group | None:
    """Return one problem with its rows after a line; None when the file has no such problem."""
    group = next((one for one in _count(session, import_id) if one.problem == problem), None)
    if group is not None:
        _fill(session, import_id, group, after=after, limit=limit)
    return group


def count_lines(session: Session, import_id: int, problems: Sequence[str]) -> int:
    """Count the lines that have one of these problems, each line once."""
    lines = select(func.count(ImportRow.line.distinct())).where(
        ImportRow.import_id == import_id, ImportRow.problem.in_(problems)
    )
    return session.scalar(lines) or 0


def _count(session: Session, import_id: int) -> list[Group]:
    listed = session.execute(
        select(ImportRow.problem, ImportRow.outcome, func.count())
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.problem, ImportRow.outcome)
    )
    groups: dict[str, Group] = {}
    for problem, outcome, count in listed:
        # What a decision leaves out is one group, whatever was wrong with it.
        name = "left_out" if outcome == "left_out" else problem
        group = groups.setdefault(name, Group(name, outcome, 0))
        group.count += count
    return sorted(groups.values(), key=_place)


def _place(group: Group) -> tuple[int, int, str]:
    return _WORST.index(group.outcome), -group.count, group.problem


def _is_special(group: Group) -> bool:
    return group.problem in ("conflict", "near_name")


def _fill(session: Session, import_id: int, group: Group, *, after: int, limit: int) -> None:
    if group.problem == "conflict":
        _add_keys(session, import_id, group, after=after, limit=limit)
    elif group.problem == "near_name":
        _add_names(session, import_id, group, after=after, limit=limit)
    else:
        _add_rows(session, import_id, group, after=after, limit=limit)


def _is_of(import_id: int, group: Group) -> ColumnElement[bool]:
    of = ImportRow.import_id == import_id
    if group.outcome == "left_out":
        return and_(of, ImportRow.outcome == "left_out")
    return and_(of, ImportRow.problem == group.problem, ImportRow.outcome == group.outcome)


def _add_examples(session: Session, import_id: int, groups: Sequence[Group]) -> None:
    """Add the first rows of each problem, in one query."""
    parts = [
        select(literal(group.problem).label("name"), ImportRow.problem, ImportRow.line)
        .where(_is_of(import_id, group))
        .order_by(ImportRow.line)
        .limit(EXAMPLES)
        .subquery()
        for group in groups
    ]
    if not parts:
        return
    keys = union_all(*(select(part) for part in parts)).subquery()
    same = and_(
        ImportRow.import_id == import_id,
        ImportRow.problem == keys.c.problem,
        ImportRow.line == keys.c.line,
    )
    found: dict[str, list[ImportRow]] = defaultdict(list)
    rows = select(keys.c.name, ImportRow).join(keys, same).order_by(ImportRow.line)
    for name, row in session.execute(rows):
        found[name].append(row)
    for group in groups:
        group.rows = found[group.problem]
        if group.count > len(group.rows):
            group.next = group.rows[-1].line


def _add_rows(session: Session, import_id: int, group: Group, *, after: int, limit: int) -> None:
    rows = select(ImportRow).where(_is_of(import_id, group), ImportRow.line > after)
    found = list(session.scalars(rows.order_by(ImportRow.line).limit(limit + 1)))
    group.rows = found[:limit]
    group.next = group.rows[-1].line if len(found) > limit else None


def _add_keys(session: Session, import_id: int, group: Group, *, after: int, limit: int) -> None:
    """Add the keys whose first line comes after a line, each with its first lines."""
    of_group = select(_country().label("country"), ImportRow.date, ImportRow.line)
    # Grouped outside: PostgreSQL does not know an expression with a parameter in it again.
    lines_of = of_group.where(_is_of(import_id, group)).subquery()
    first = func.min(lines_of.c.line)
    keys = (
        select(lines_of.c.country, lines_of.c.date, first.label("first"), func.count())
        .group_by(lines_of.c.country, lines_of.c.date)
        .having(first > after)
        .order_by(first)
        .limit(limit + 1)
    )
    found = session.execute(keys).all()
    wanted = {(country, date): count for country, date, _, count in found[:limit]}
    lines: dict[Any, list[ImportRow]] = defaultdict(list)
    for country, row in session.execute(_first_lines(import_id, group, wanted)):
        lines[country, row.date].append(row)
    group.keys = [Key(tuple(lines[key]), count) for key, count in wanted.items()]
    group.next = found[limit - 1].first if len(found) > limit else None


def _first_lines(
    import_id: int, group: Group, keys: Collection[tuple[str, dt.date]]
) -> Select[str, ImportRow]:
    """Select the first lines of some keys, and perhaps of some others."""
    rows = (
        select(_country().label("country"), ImportRow.date, ImportRow.line)
        .where(_is_of(import_id, group), ImportRow.date.in_({date for _, date in keys}))
        .subquery()
    )
    place = func.row_number().over(partition_by=(rows.c.country, rows.c.date), order_by=rows.c.line)
    numbered = (
        select(rows.c.country, rows.c.line, place.label("place"))
        .where(rows.c.country.in_({country for country, _ in keys}))
        .subquery()
    )
    return (
        select(numbered.c.country, ImportRow)
        .join(ImportRow, ImportRow.line == numbered.c.line)
        .where(_is_of(import_id, group), numbered.c.place <= MOST_OF_KEY)
        .order_by(ImportRow.line)
    )


def _country() -> ColumnElement[str]:
    # Two spellings of one country are one; where that is not known, the file's own word counts.
    return func.coalesce(cast(ImportRow.country_id, String), ImportRow.cells["country"].as_string())


def _add_names(session: Session, import_id: int, group: Group, *, after: int, limit: int) -> None:
    """Add the names that first come after a line."""
    spelling = ImportRow.cells["country"].as_string().label("spelling")
    rows = select(spelling, ImportRow.line).where(_is_of(import_id, group)).subquery()
    first = func.min(rows.c.line)
    names = (
        select(rows.c.spelling, func.count(), first.label("first"))
        .group_by(rows.c.spelling)
        .having(first > after)
        .order_by(first)
        .limit(limit + 1)
    )
    found = session.execute(names).all()
    lines = [line for _, _, line in found[:limit]]
    first_rows = select(ImportRow).where(_is_of(import_id, group), ImportRow.line.in_(lines))
    candidates = {row.line: tuple(row.candidates) for row in session.scalars(first_rows)}
    group.names = [
        Name(name, count, line, candidates.get(line, ())) for name, count, line in found[:limit]
    ]
    group.next = found[limit - 1].first if len(found) > limit else None


def cells_of(session: Session, import_id: int, lines: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the cells of listed lines as they stand in the file."""
    if not lines:
        return {}
    wanted = select(ImportRow.line, ImportRow.cells).where(
        ImportRow.import_id == import_id, ImportRow.line.in_(lines)
    )
    return dict(session.execute(wanted).all())
