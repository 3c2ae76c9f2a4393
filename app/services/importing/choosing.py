"""What people decide about an offered file, kept until it is applied and remembered after."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Import, ImportDecision, ImportRow
from app.models.names import fold_country
from app.services.changesets import Actor
from app.services.importing.deciding import Decisions, read_decisions
from app.services.importing.open_imports import OPEN, ImportClosed, closed
from app.services.messages import Message

# Decisions of people on one file; a file that needs more is better mended itself.
MOST_DECISIONS = 20_000

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What somebody decided about a line, a name or a problem; None takes a decision back."""

    kind: str
    key: str
    value: Value | None


@dataclass(frozen=True)
class Overtaken:
    """A decision that somebody else had made meanwhile, and that gave way."""

    kind: str
    key: str
    actor: str


def decide(
    session: Session,
    import_id: int,
    actor: Actor,
    changes: Iterable[Change],
    as_of: dt.datetime | None = None,
) -> list[Overtaken]:
    """Keep decisions, the last one of each line, name or problem.

    Returns those that gave way although they were made later than `as_of`, the newest decision
    that the actor has seen. Raises ImportClosed when the import is over, ImportRefused for what
    is no decision.
    """
    changes = list(changes)
    expect(len(changes))
    for change in changes:
        _read([change])
    offer = lock_open(session, import_id)
    fingerprints = _fingerprints(session, import_id, changes)
    known = {(one.kind, one.key): one for one in list_decisions(session, import_id)}
    overtaken = []
    for change in changes:
        before = known.get((change.kind, change.key))
        if before is None or before.value != change.value:
            if before is not None and (as_of is None or before.decided_at > as_of):
                overtaken.append(Overtaken(change.kind, change.key, before.actor))
            _keep(session, offer, actor, change, before, fingerprints)
    session.flush()
    expect(_count(session, import_id))
    return overtaken


def expect(count: int) -> None:
    """Raise ImportClosed for more decisions than are kept for a file."""
    if count > MOST_DECISIONS:
        raise ImportClosed(Message("These are too many decisions. Mend the file instead."))


def wish(session: Session, import_id: int, wishes: Mapping[str, Any]) -> None:
    """Keep how the file is to be read and what its rows may do; None forgets a wish."""
    offer = lock_open(session, import_id)
    kept = {**offer.wishes, **wishes}
    offer.wishes = {name: value for name, value in kept.items() if value not in (None, "", {})}
    session.flush()


def lock_open(session: Session, import_id: int) -> Import:
    """Return an import that waits for decisions, which nobody else ends meanwhile."""
    offer = session.scalar(
        select(Import)
        .where(Import.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if offer is None or offer.status not in OPEN:
        raise ImportClosed(closed())
    return offer


def list_decisions(session: Session, import_id: int) -> list[ImportDecision]:
    """List what was decided about a file, oldest first."""
    wanted = select(ImportDecision).where(ImportDecision.import_id == import_id)
    return list(session.scalars(wanted.order_by(ImportDecision.id)))


def read_decided(decided: Iterable[ImportDecision]) -> Decisions:
    """Return stored decisions as the importer takes them."""
    names = {}
    changes = []
    for one in sorted(decided, key=lambda one: (one.decided_at, one.id)):
        if one.kind == "name":
            # Under another encoding a name may have been spelt otherwise: the newest counts.
            names[fold_country(one.key)] = Change(one.kind, one.key, one.value)
        else:
            says = {"fingerprint": one.fingerprint} if one.fingerprint else {}
            changes.append(Change(one.kind, one.key, {**one.value, **says}))
    return _read([*changes, *names.values()])


def _read(changes: Iterable[Change]) -> Decisions:
    found: dict[str, dict[str, Any]] = {"row": {}, "name": {}, "problem": {}}
    for kind, key, value in ((one.kind, one.key, one.value) for one in changes):
        if value is not None:
            found[kind][key] = value["choice"] if kind == "problem" else value
    return read_decisions(
        {"rows": found["row"], "names": found["name"], "problems": found["problem"]}
    )


def _keep(
    session: Session,
    offer: Import,
    actor: Actor,
    change: Change,
    before: ImportDecision | None,
    fingerprints: Mapping[int, str],
) -> None:
    if change.value is None:
        if before is not None:
            session.delete(before)
        return
    decision = before or ImportDecision(import_id=offer.id, kind=change.kind, key=change.key)
    decision.value = dict(change.value)
    decision.user_id, decision.actor = actor.user_id, actor.name
    decision.decided_at = utc_now()
    if change.kind == "row":
        # Once settled, a line is listed no more.
        decision.fingerprint = fingerprints.get(int(change.key)) or decision.fingerprint
    session.add(decision)


def _fingerprints(session: Session, import_id: int, changes: Iterable[Change]) -> Mapping[int, str]:
    """Return the fingerprints of the lines that are decided about."""
    lines = [int(change.key) for change in changes if change.kind == "row"]
    if not lines:
        return {}
    wanted = select(ImportRow.line, ImportRow.fingerprint).where(
        ImportRow.import_id == import_id,
        ImportRow.line.in_(lines),
        # It may tell of a sum by now, not of what the file says.
        ImportRow.problem != "exists",
    )
    return {line: name for line, name in session.execute(wanted) if name}


def _count(session: Session, import_id: int) -> int:
    decided = select(func.count()).where(ImportDecision.import_id == import_id)
    return session.scalar(decided) or 0
