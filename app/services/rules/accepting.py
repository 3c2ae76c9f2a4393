"""Findings accepted by whoever wrote what they are about, and said why."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Finding, FindingDecision, FindingEvent
from app.services.changesets import Actor


def accept_seen(
    session: Session, outbreak_id: int, reasons: Mapping[str, str], actor: Actor
) -> None:
    """Accept open findings by their keys, those with one reason by one decision."""
    by_reason: dict[str, list[str]] = {}
    for key, reason in reasons.items():
        by_reason.setdefault(reason, []).append(key)
    for reason, keys in by_reason.items():
        open_ones = select(Finding).where(
            Finding.outbreak_id == outbreak_id, Finding.key.in_(keys), Finding.state == "open"
        )
        findings = session.scalars(open_ones.order_by(Finding.id)).all()
        if findings:
            decision = FindingDecision(
                outbreak_id=outbreak_id,
                act="accept",
                reason=reason,
                user_id=actor.user_id,
                actor=actor.name,
                count=len(findings),
            )
            session.add(decision)
            session.flush()
            for finding in findings:
                _accept(session, finding, decision)
    session.flush()


def _accept(session: Session, finding: Finding, decision: FindingDecision) -> None:
    before = _standing(finding)
    finding.state, finding.reason = "accepted", decision.reason
    finding.decision_id, finding.changed_at = decision.id, utc_now()
    session.add(
        FindingEvent(
            finding_id=finding.id,
            decision_id=decision.id,
            before=before,
            after=_standing(finding),
        )
    )


def _standing(finding: Finding) -> dict[str, object]:
    """Return what an event keeps of a finding."""
    names = ("state", "reason", "todo_id", "decision_id")
    return {name: getattr(finding, name) for name in names}
