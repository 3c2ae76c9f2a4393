"""The flags of a list: findings on the days of its records, as a filter, a column and facets.

A finding is open or accepted; what is resolved is true no more and flags nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session

from app.models import Finding, FindingDecision, Record
from app.services.records_list import limits
from app.services.records_list.asked import FLAGGED, FlagFilter
from app.services.records_list.prepared import run
from app.services.rules.catalogue import RULES

finding = Finding.__table__
decision = FindingDecision.__table__
record = Record.__table__

Where = tuple[ColumnElement[bool], ...]


class Flag(NamedTuple):
    """What a rule says of a record."""

    rule: str
    metric: str | None
    state: str


class FlagFacet(NamedTuple):
    """A rule and how many records it flags; None where there are too many to count."""

    rule: str
    records: int | None


def filter_of(words: Sequence[str]) -> FlagFilter:
    """Return the filter that words of an address mean: any, none, a state, a rule's name."""
    if "none" in words:
        return FlagFilter(none=True)
    return FlagFilter(
        any="any" in words,
        states=tuple(word for word in words if word in FLAGGED),
        rules=tuple(word for word in words if word in RULES),
    )


def on_flags(flags: FlagFilter, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the condition on the findings of a record's day."""
    if not flags:
        return
    # Asked of each record in turn: an EXISTS PostgreSQL may answer in an order of its own.
    seen = select(finding.c.id).where(*_about(records), *_wanted(flags)).limit(1)
    found = seen.correlate(records).scalar_subquery()
    yield found.is_(None) if flags.none else found.is_not(None)


def flagged(flags: FlagFilter) -> Where:
    """Return what finds flagged records by their findings.

    It finds one more than are ever counted, so that a count says whether they are too many.
    """
    days = (
        select(finding.c.country_id, finding.c.date)
        .where(finding.c.outbreak_id == bindparam("outbreak"), *_wanted(flags))
        .distinct()
        .limit(limits.COUNT + 1)
        .subquery("days")
    )
    marked = record.alias("marked")
    of_day = and_(
        marked.c.outbreak_id == bindparam("outbreak"),
        marked.c.country_id == days.c.country_id,
        marked.c.date == days.c.date,
    )
    # This join says that the days are to be read first, the limit that the ids are found alone:
    # SQLite would rather go through the whole register.
    ids = select(marked.c.id).outerjoin_from(days, marked, of_day).limit(limits.FENCE)
    return (record.c.id.in_(ids),)


def flag_values(flags: FlagFilter) -> dict[str, Any]:
    """Return what the conditions' parameters stand for."""
    if not flags:
        return {}
    values: dict[str, Any] = {"flag_states": flags.states or FLAGGED}
    return values | ({"flag_rules": flags.rules} if flags.rules else {})


def read_flags(
    session: Session, outbreak_id: int, record_ids: Sequence[int]
) -> dict[int, list[Flag]]:
    """Return the flags of the records that have any; one query, none for no records."""
    if not record_ids:
        return {}
    values = {"outbreak": outbreak_id, "ids": record_ids, "flag_states": FLAGGED}
    found: dict[int, list[Flag]] = {}
    for record_id, *flag in run(session, _flags_of, _flags_of, values):
        found.setdefault(record_id, []).append(Flag(*flag))
    return found


def count_flags(session: Session, outbreak_id: int) -> list[FlagFacet]:
    """Count the records with findings by rule, most first; one query that goes only so far."""
    values = {"outbreak": outbreak_id, "flag_states": FLAGGED, "most": limits.SORT}
    counts = [(rule, number) for rule, number in run(session, "flags", _records_by_rule, values)]
    countable = sum(number for _, number in counts) < limits.SORT
    return [FlagFacet(rule, number if countable else None) for rule, number in counts]


def flags_cell(records: FromClause) -> ColumnElement[Any]:
    """Return a record's flags as files have them: "decline:cases=open; sum=accepted (…)".

    Behind what was accepted stands by whom, when and why: "(Mina Park, 2003-05-03: late report)".
    """
    words = select(
        (
            finding.c.rule
            + case((finding.c.metric.is_(None), ""), else_=":" + finding.c.metric)
            + "="
            + finding.c.state
            + _accepted_why()
        ).label("word")
    ).outerjoin_from(finding, decision, decision.c.id == finding.c.decision_id)
    # Sorted inside, because SQLite learnt to sort in an aggregate only lately.
    sorted_words = (
        words.where(*_about(records), finding.c.state.in_(FLAGGED))
        .order_by(finding.c.rule, finding.c.metric, finding.c.id)
        .correlate(records)
        .subquery("words")
    )
    cell: ScalarSelect[Any] = select(
        func.aggregate_strings(sorted_words.c.word, "; ")
    ).scalar_subquery()
    return func.coalesce(cell, "")


def _accepted_why() -> ColumnElement[str]:
    day = func.substr(cast(decision.c.decided_at, String), 1, 10, type_=String)
    by = func.coalesce(decision.c.actor + ", " + day + ": ", "", type_=String)
    has_reason = and_(finding.c.state == "accepted", finding.c.reason != "")
    return case((has_reason, " (" + by + finding.c.reason + ")"), else_="")


def _about(records: FromClause) -> Where:
    return (
        finding.c.outbreak_id == records.c.outbreak_id,
        finding.c.country_id == records.c.country_id,
        finding.c.date == records.c.date,
    )


def _wanted(flags: FlagFilter) -> Where:
    states = finding.c.state.in_(bindparam("flag_states", expanding=True))
    if not flags.rules:
        return (states,)
    return states, finding.c.rule.in_(bindparam("flag_rules", expanding=True))


def _flags_of() -> Select[Any]:
    states = finding.c.state.in_(bindparam("flag_states", expanding=True))
    return (
        select(record.c.id, finding.c.rule, finding.c.metric, finding.c.state)
        .join_from(record, finding, and_(*_about(record)))
        .where(record.c.id.in_(bindparam("ids", expanding=True)), states)
        .order_by(record.c.id, finding.c.id)
    )


def _records_by_rule() -> Select[Any]:
    # Of a day that a finding says is missing there is no record.
    flagged_records = (
        select(finding.c.rule, record.c.id)
        .join_from(finding, record, and_(*_about(record)))
        .where(
            finding.c.outbreak_id == bindparam("outbreak"),
            finding.c.state.in_(bindparam("flag_states", expanding=True)),
        )
        .distinct()
        .limit(bindparam("most"))
        .subquery("flagged")
    )
    rule, number = flagged_records.c.rule, func.count()
    return select(rule, number).group_by(rule).order_by(number.desc(), rule)
