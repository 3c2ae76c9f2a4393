"""Stored findings brought in line with what the rules see."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Finding, FindingEvent
from app.services.closing import settle_todos
from app.services.rules.rule import Sighting

# Databases take some 32,000 values in one statement.
_BATCH = 5_000


@dataclass
class Kept:
    """How many findings were opened, opened again and resolved; the to-dos they belong to."""

    opened: int = 0
    reopened: int = 0
    resolved: int = 0
    todo_ids: set[int] = field(default_factory=set)

    def __iadd__(self, other: "Kept") -> "Kept":
        self.opened += other.opened
        self.reopened += other.reopened
        self.resolved += other.resolved
        self.todo_ids |= other.todo_ids
        return self


@dataclass(frozen=True)
class Scope:
    """What was looked at: which countries, or None for the outbreak as a whole, by which rules.

    A finding in scope that was not seen is resolved. `changesets` says by country what made the
    rules look, `changeset_id` what did where nothing is said of a country.
    """

    outbreak_id: int
    country_ids: Collection[int] | None
    rules: Collection[str]
    changesets: Mapping[int, int] = field(default_factory=dict)
    changeset_id: int | None = None


def keep(session: Session, scope: Scope, sightings: Iterable[Sighting]) -> Kept:
    """Open, open again and resolve findings, so that they say what was seen.

    What was accepted stays so until the numbers it rests on change; what is resolved and seen
    again, with the numbers that were accepted, is accepted again.
    """
    kept = Kept()
    stored = {finding.key: finding for finding in _stored(session, scope)}
    new: list[Sighting] = []
    for sighting in sightings:
        finding = stored.pop(sighting.key, None)
        if finding is None:
            new.append(sighting)
        else:
            _bring_up_to_date(session, finding, sighting, scope, kept)
    for finding in stored.values():
        if finding.state != "resolved":
            _move(session, finding, scope, kept, state="resolved")
            kept.resolved += 1
    _open(session, scope, new)
    kept.opened += len(new)
    session.flush()
    return kept


def settle(session: Session, kept: Kept) -> None:
    """Let the to-dos of findings whose state changed follow."""
    if kept.todo_ids:
        settle_todos(session, kept.todo_ids)


def _stored(session: Session, scope: Scope) -> Iterator[Finding]:
    where = [Finding.outbreak_id == scope.outbreak_id, Finding.rule.in_(scope.rules)]
    afresh = {"populate_existing": True}
    if scope.country_ids is None:
        yield from session.scalars(select(Finding).where(*where), execution_options=afresh)
        return
    countries = sorted(scope.country_ids)
    for start in range(0, len(countries), _BATCH):
        among = Finding.country_id.in_(countries[start : start + _BATCH])
        yield from session.scalars(select(Finding).where(*where, among), execution_options=afresh)


def _bring_up_to_date(
    session: Session, finding: Finding, sighting: Sighting, scope: Scope, kept: Kept
) -> None:
    same = finding.details.get("values") == sighting.values
    before = finding.details
    for name, value in _said(sighting).items():
        if getattr(finding, name) != value:
            setattr(finding, name, value)
    if finding.state == "accepted" and not same:
        _reopen(session, finding, scope, kept, before)
    elif finding.state == "resolved":
        # With a reason it was accepted before it was resolved.
        if same and finding.reason:
            _move(session, finding, scope, kept, state="accepted")
        else:
            _reopen(session, finding, scope, kept, before)


def _reopen(
    session: Session, finding: Finding, scope: Scope, kept: Kept, details: dict[str, Any]
) -> None:
    _move(session, finding, scope, kept, details, state="open", reason="", decision_id=None)
    kept.reopened += 1


def _move(
    session: Session,
    finding: Finding,
    scope: Scope,
    kept: Kept,
    details: dict[str, Any] | None = None,
    **new: str | None,
) -> None:
    """Give a finding another state, as an event of its own; `details` are those of before."""
    before: dict[str, Any] = {name: getattr(finding, name) for name in new}
    after: dict[str, Any] = dict(new)
    if details is not None and details.get("values") != finding.details["values"]:
        before["details"], after["details"] = details, finding.details
    changed = {name for name in after if after[name] != before[name]}
    session.add(
        FindingEvent(
            finding_id=finding.id,
            changeset_id=_changeset(scope, finding.country_id),
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )
    )
    for name, value in new.items():
        setattr(finding, name, value)
    finding.changed_at = utc_now()
    if finding.todo_id is not None:
        kept.todo_ids.add(finding.todo_id)


def _open(session: Session, scope: Scope, sightings: Collection[Sighting]) -> None:
    if not sightings:
        return
    now = utc_now()
    rows = [
        {
            "outbreak_id": scope.outbreak_id,
            "rule": sighting.rule,
            "country_id": sighting.country_id,
            "date": sighting.date,
            "metric": sighting.metric,
            "key": sighting.key,
            "state": "open",
            "reason": "",
            "changeset_id": _changeset(scope, sighting.country_id),
            "found_at": now,
            "changed_at": now,
            **_said(sighting),
        }
        for sighting in sightings
    ]
    session.execute(insert(Finding), rows)


def _said(sighting: Sighting) -> dict[str, Any]:
    return {
        "level": sighting.level,
        "size": sighting.size,
        "grouping": sighting.grouping,
        "details": sighting.details,
    }


def _changeset(scope: Scope, country_id: int | None) -> int | None:
    if country_id is None:
        return scope.changeset_id
    return scope.changesets.get(country_id, scope.changeset_id)
