"""Findings beside what they are about: a record, a country, the outbreak as a whole."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from app.models import Finding
from app.models.finding import FINDING_STATES, LEVELS

# More on the page of a record or a country would hide the rest of it; the queue has them all.
MOST_SHOWN = 10
MOST_OF_A_DAY = 50

RANK = case({level: rank for rank, level in enumerate(LEVELS)}, value=Finding.level)
STATE_RANK = case({state: rank for rank, state in enumerate(FINDING_STATES)}, value=Finding.state)


@dataclass(frozen=True)
class OpenFindings:
    """A country's open findings: the newest days of them, and how many there are."""

    total: int
    newest: Sequence[Finding]


@dataclass(frozen=True)
class RuleCount:
    """How many findings of a rule are open."""

    rule: str
    level: str
    count: int


def findings_of_day(
    session: Session, outbreak_id: int, country_id: int, date: dt.date
) -> list[Finding]:
    """List what the rules ever saw on a country's day: open, then accepted, then resolved."""
    statement = _of_country(outbreak_id, country_id).where(Finding.date == date)
    return list(
        session.scalars(statement.order_by(STATE_RANK, RANK, Finding.id).limit(MOST_OF_A_DAY))
    )


def open_findings(session: Session, outbreak_id: int, country_id: int) -> OpenFindings:
    """Count a country's open findings and list the newest; one query where there are none."""
    is_open = Finding.state == "open"
    of_country = _of_country(outbreak_id, country_id).where(is_open)
    newest = (Finding.date.is_(None).desc(), Finding.date.desc(), RANK, Finding.id)
    found = list(session.scalars(of_country.order_by(*newest).limit(MOST_SHOWN + 1)))
    if len(found) <= MOST_SHOWN:
        return OpenFindings(len(found), found)
    counted = select(func.count()).where(
        Finding.outbreak_id == outbreak_id, Finding.country_id == country_id, is_open
    )
    return OpenFindings(session.scalar(counted) or 0, found[:MOST_SHOWN])


def count_open_by_rule(session: Session, outbreak_id: int) -> list[RuleCount]:
    """Count an outbreak's open findings by rule, worst and most first."""
    # By grouping, which begins with the rule: that is read from the queue's index alone.
    statement = (
        select(Finding.grouping, Finding.level, func.count())
        .where(Finding.outbreak_id == outbreak_id, Finding.state == "open")
        .group_by(Finding.grouping, Finding.level)
    )
    counts: Counter[tuple[str, str]] = Counter()
    for grouping, level, number in session.execute(statement):
        counts[grouping.partition(":")[0], level] += number
    found = [RuleCount(rule, level, number) for (rule, level), number in counts.items()]
    return sorted(found, key=lambda one: (LEVELS.index(one.level), -one.count, one.rule))


def _of_country(outbreak_id: int, country_id: int) -> Select[Finding]:
    return (
        select(Finding)
        .where(Finding.outbreak_id == outbreak_id, Finding.country_id == country_id)
        .options(joinedload(Finding.decision), joinedload(Finding.todo))
    )
