"""Correcting many records as their findings suggest: one change, after which the rules look."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.models import Changeset, Country, Finding, Record
from app.services.bulk_editing import set_counts
from app.services.changesets import Actor
from app.services.messages import Message, ServiceError
from app.services.review import queue
from app.services.review.asked import FindingQuery
from app.services.review.decisions import lock_as_seen, needed_reason

# Corrected at once: a statement names their spans, and the rules look at their series. Those
# beyond them are the next that are asked for.
MOST_FINDINGS = 400
MOST_EXAMPLES = 10

Counts = Mapping[str, int | None]


class NoSharedSuggestion(ServiceError):
    """The findings do not all suggest the same counts."""


@dataclass(frozen=True)
class Example:
    """A record that would change: what it says now."""

    record_id: int
    country: str
    date: dt.date
    counts: Counts


@dataclass(frozen=True)
class Correction:
    """What findings suggest alike: these counts for so many records; `left` wait for their turn."""

    counts: Counts
    findings: int
    left: int
    records: int
    examples: Sequence[Example]


@dataclass(frozen=True)
class _Span:
    """The days of a country that a finding suggests other counts for."""

    country_id: int
    first: dt.date
    last: dt.date


def find_correction(session: Session, query: FindingQuery) -> Correction | None:
    """Return what the open findings that are asked for suggest alike; None for nothing."""
    shared = _shared(session, query)
    if shared is None:
        return None
    counts, spans = shared
    wanted = _records(query.outbreak_id, counts, spans)
    number = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    columns = [getattr(Record, name) for name in counts]
    statement = (
        select(Record.id, Country.name, Record.date, *columns)
        .join(Country, Country.id == Record.country_id)
        .where(Record.id.in_(wanted))
        .order_by(Country.name, Record.date)
        .limit(MOST_EXAMPLES)
    )
    examples = [
        Example(id, name, date, dict(zip(counts, said, strict=True)))
        for id, name, date, *said in session.execute(statement)
    ]
    left = max(queue.count(session, query) - MOST_FINDINGS, 0)
    return Correction(counts, len(spans), left, number, examples) if number else None


def correct(
    session: Session, query: FindingQuery, actor: Actor, *, reason: str, seen: str | None = None
) -> Changeset:
    """Write what the first MOST_FINDINGS suggest as one change; the rules then resolve them.

    Raises FindingsMoved when they are not as `seen`, NoSharedSuggestion when they suggest
    different things.
    """
    reason = needed_reason(reason)
    lock_as_seen(session, query, seen)
    shared = _shared(session, query)
    if shared is None:
        raise NoSharedSuggestion(Message("These findings do not suggest the same counts."))
    counts, spans = shared
    wanted = _records(query.outbreak_id, counts, spans)
    return set_counts(session, query.outbreak_id, wanted, counts, actor, reason)


def may_share(findings: Sequence[Finding]) -> bool:
    """Tell whether these findings, of those that are listed together, suggest the same counts."""
    suggested = [_counts(finding.details.get("suggestion")) for finding in findings]
    return bool(suggested and suggested[0]) and all(each == suggested[0] for each in suggested)


def _shared(session: Session, query: FindingQuery) -> tuple[Counts, list[_Span]] | None:
    statement = (
        select(Finding.country_id, Finding.details)
        .where(*query.conditions())
        .order_by(Finding.id)
        .limit(MOST_FINDINGS)
    )
    found = session.execute(statement).all()
    suggestions = [(country_id, details.get("suggestion")) for country_id, details in found]
    counts = {repr(_counts(suggestion)) for _, suggestion in suggestions}
    if len(counts) != 1 or not _counts(suggestions[0][1]):
        return None
    return _counts(suggestions[0][1]), list(_spans(suggestions))


def _counts(suggestion: Mapping[str, Any] | None) -> Counts:
    if not suggestion or suggestion.get("kind") != "set":
        return {}
    return dict(sorted(suggestion["values"].items()))


def _spans(suggestions: Sequence[tuple[int | None, Any]]) -> Iterator[_Span]:
    for country_id, suggestion in suggestions:
        if country_id is not None:
            first = dt.date.fromisoformat(suggestion["date"])
            last = dt.date.fromisoformat(suggestion.get("through", suggestion["date"]))
            yield _Span(country_id, first, last)


def _records(outbreak_id: int, counts: Counts, spans: Sequence[_Span]) -> Select[int]:
    within: list[ColumnElement[bool]] = [
        and_(Record.country_id == span.country_id, Record.date.between(span.first, span.last))
        for span in spans
    ]
    differs = [getattr(Record, name).is_distinct_from(count) for name, count in counts.items()]
    return select(Record.id).where(Record.outbreak_id == outbreak_id, or_(*within), or_(*differs))
