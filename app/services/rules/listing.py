"""Open findings as lists: in groups that are decided alike, or one by one; those of an import."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.models import Finding, UncheckedSeries
from app.services.messages import Message
from app.services.rules.catalogue import RULES
from app.services.rules.wording import group_title

_WORST_FIRST = case({"error": 0, "warning": 1}, value=Finding.level, else_=2)


@dataclass(frozen=True)
class Group:
    """Open findings that are decided alike."""

    grouping: str
    title: Message
    count: int


def list_groups(session: Session, outbreak_id: int, *, rule: str | None = None) -> list[Group]:
    """List the groups of an outbreak's open findings, the worst and largest first."""
    rows = session.execute(
        select(Finding.grouping, func.count(), func.count(Finding.country_id.distinct()))
        .where(*_open(outbreak_id, rule))
        .group_by(Finding.grouping)
        .order_by(func.min(_WORST_FIRST), func.count().desc(), Finding.grouping)
    )
    return [
        Group(grouping, group_title(grouping, count, countries), count)
        for grouping, count, countries in rows
    ]


def list_open(
    session: Session, outbreak_id: int, *, rule: str | None = None, limit: int
) -> Sequence[Finding]:
    """List an outbreak's open findings with their countries, the worst first."""
    return session.scalars(
        select(Finding)
        .where(*_open(outbreak_id, rule))
        .options(joinedload(Finding.country))
        .order_by(_WORST_FIRST, Finding.date, Finding.country_id, Finding.id)
        .limit(limit)
    ).all()


def count_made(session: Session, changeset_id: int) -> dict[str, int]:
    """Count the findings that a changeset brought, by rule in the catalogue's order."""
    rows = session.execute(
        select(Finding.rule, func.count())
        .where(Finding.changeset_id == changeset_id)
        .group_by(Finding.rule)
    )
    made: dict[str, int] = dict(rows.all())
    return {rule: made[rule] for rule in (*RULES, *sorted(made.keys() - RULES)) if rule in made}


def is_unchecked(session: Session, changeset_id: int) -> bool:
    """Tell whether the rules have not looked at all that a changeset wrote."""
    waiting = exists().where(UncheckedSeries.changeset_id == changeset_id)
    return bool(session.scalar(select(waiting)))


def _open(outbreak_id: int, rule: str | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [
        Finding.outbreak_id == outbreak_id,
        Finding.state == "open",
    ]
    return where if rule is None else [*where, Finding.rule == rule]
