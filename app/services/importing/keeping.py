"""What was decided about a file, kept with its import."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportDecision
from app.services.changesets import Actor
from app.services.importing.deciding import Decisions

_LONGEST_KEY = 300


def keep_decisions(
    session: Session,
    import_id: int,
    actor: Actor,
    decisions: Decisions,
    fingerprints: Mapping[int, str],
) -> None:
    """Keep what was decided with its import, with the fingerprints of the lines it is about."""
    wanted = select(ImportDecision).where(ImportDecision.import_id == import_id)
    kept = {(decision.kind, decision.key): decision for decision in session.scalars(wanted)}
    for kind, key, value in _as_rows(decisions):
        says = value.pop("fingerprint", None)
        decision = kept.get((kind, key))
        if decision is None:
            decision = ImportDecision(import_id=import_id, kind=kind, key=key, value=value)
            decision.user_id, decision.actor = actor.user_id, actor.name
            session.add(decision)
        if kind == "row" and decision.fingerprint is None:
            decision.fingerprint = says or fingerprints.get(int(key))
    session.flush()


def _as_rows(decisions: Decisions) -> Iterator[tuple[str, str, dict[str, Any]]]:
    found = decisions.as_dict()
    for line, value in found["rows"].items():
        yield "row", line, value
    for name, value in found["names"].items():
        yield "name", name[:_LONGEST_KEY], value
    for problem, choice in found["problems"].items():
        yield "problem", problem, {"choice": choice}
