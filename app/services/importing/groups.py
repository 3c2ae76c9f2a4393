"""What a checked file has to show: its problems by cause, with examples, and each row of one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.models import Import, ImportRow, ImportSpelling
from app.services.importing import keys

EXAMPLES = 3
# The worst first: what cannot be read, what waits, what will be stored but looks odd.
_WORST = ("unreadable", "held", "left_out", "warning", "changed")


@dataclass(frozen=True)
class Key:
    """Lines of a file that say different things about one country and day: the first of them."""

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
    """List the problems of a file, worst first, each with examples; up to five queries."""
    groups = _list_groups(session, offer)
    _add_examples(session, offer.id, [group for group in groups if not _is_special(group)])
    for group in groups:
        if _is_special(group):
            _fill(session, offer, group, after=0, limit=EXAMPLES)
    return groups


def find_group(
    session: Session, offer: Import, problem: str, *, after: int, limit: int
) -> Group | None:
    """Return one problem with its rows after a line; None when the file has no such problem."""
    listed = _list_groups(session, offer)
    group = next((one for one in listed if one.problem == problem), None)
    if group is not None:
        _fill(session, offer, group, after=after, limit=limit)
    return group


def count_fallen(session: Session, offer: Import) -> int:
    """Count the rows of which at least one count falls, each row once."""
    falls = [kind for kind in offer.warnings if kind.endswith("_fall")]
    if not falls or "fallen" in offer.options:
        return int(offer.options.get("fallen", 0))
    lines = select(func.count(ImportRow.line.distinct())).where(
        ImportRow.import_id == offer.id, ImportRow.problem.in_(falls)
    )
    return session.scalar(lines) or 0


def _list_groups(session: Session, offer: Import) -> list[Group]:
    """List the problems as the check counted them: of a million rows a count takes seconds."""
    counted = offer.options.get("groups") or _count(session, offer.id)
    groups: dict[str, Group] = {}
    for problem, outcome, count in counted:
        # What a decision leaves out is one group, whatever was wrong with it.
        name = "left_out" if outcome == "left_out" else problem
        group = groups.setdefault(name, Group(name, outcome, 0))
        group.count += count
    found = [*groups.values()]
    found += [Group(kind, "warning", told["count"]) for kind, told in offer.warnings.items()]
    if offer.changed:
        found.append(Group("changed", "changed", offer.changed))
    return sorted(found, key=_place)


def _count(session: Session, import_id: int) -> Sequence[Sequence[Any]]:
    not_stored = ImportRow.outcome.in_(("held", "unreadable", "left_out"))
    counts = select(ImportRow.problem, ImportRow.outcome, func.count())
    counts = counts.where(ImportRow.import_id == import_id, not_stored)
    return session.execute(counts.group_by(ImportRow.problem, ImportRow.outcome)).all()


def _place(group: Group) -> tuple[int, int, str]:
    return _WORST.index(group.outcome), -group.count, group.problem


def _is_special(group: Group) -> bool:
    return group.problem in ("conflict", "near_name")


def _fill(session: Session, offer: Import, group: Group, *, after: int, limit: int) -> None:
    if group.problem == "conflict":
        which = _is_of(offer.id, group)
        page = keys.find_keys(session, which, offer.id, after=after, limit=limit)
        group.keys = [Key(lines, count) for lines, count in page.keys]
        group.next = page.next
    elif group.problem == "near_name":
        _add_names(session, offer, group, after=after, limit=limit)
    else:
        _add_rows(session, offer.id, group, after=after, limit=limit)


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
    places = union_all(*(select(part) for part in parts)).subquery()
    same = and_(
        ImportRow.import_id == import_id,
        ImportRow.problem == places.c.problem,
        ImportRow.line == places.c.line,
    )
    found: dict[str, list[ImportRow]] = defaultdict(list)
    rows = select(places.c.name, ImportRow).join(places, same).order_by(ImportRow.line)
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


def _add_names(session: Session, offer: Import, group: Group, *, after: int, limit: int) -> None:
    """Add the names that first come after a line."""
    of = ImportSpelling.import_id == offer.id
    wanted = select(ImportSpelling).where(of, ImportSpelling.line > after)
    found = session.scalars(wanted.order_by(ImportSpelling.line).limit(limit + 1)).all()
    lines = [one.line for one in found[:limit]]
    first_rows = select(ImportRow).where(_is_of(offer.id, group), ImportRow.line.in_(lines))
    candidates = {row.line: tuple(row.candidates) for row in session.scalars(first_rows)}
    group.names = [
        Name(one.spelling, one.count, one.line, candidates.get(one.line, ()))
        for one in found[:limit]
    ]
    group.next = lines[-1] if len(found) > limit else None


def cells_of(session: Session, import_id: int, lines: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the cells of listed lines as they stand in the file."""
    if not lines:
        return {}
    wanted = select(ImportRow.line, ImportRow.cells).where(
        ImportRow.import_id == import_id, ImportRow.line.in_(lines)
    )
    return dict(session.execute(wanted).all())
