"""Switching a rule off for a country: what it saw there is no problem, and the reason stays."""

from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Finding, FindingDecision, FindingEvent, RuleExemption
from app.services.changesets import Actor, lock_outbreak
from app.services.messages import Message, ServiceError
from app.services.review.asked import FindingQuery
from app.services.review.decisions import FindingsMoved, begin_decision, needed_reason
from app.services.review.steps import carry_out, text, write_events
from app.services.rules import check_series


class AlreadyExempt(ServiceError):
    """The rule is switched off for the country already."""


def exempt(
    session: Session, query: FindingQuery, actor: Actor, *, reason: str, seen: str | None = None
) -> FindingDecision:
    """Switch a query's one rule off for its one country; what it saw there resolves."""
    reason = needed_reason(reason)
    (rule,), (country,) = query.rules, query.countries
    query = replace(query, state="all", resolved=False)
    lock_outbreak(session, query.outbreak_id)
    present = session.get(RuleExemption, (query.outbreak_id, rule, country.id))
    if present is not None:
        raise AlreadyExempt(
            Message("%(actor)s has switched this rule off already.", actor=present.actor)
        )
    decision = begin_decision(session, query, "exempt", actor, reason, seen)
    _switch_off(session, query.outbreak_id, rule, country.id, decision)
    # Accepted ones keep their reason: they are accepted again should the rule look again.
    write_events(session, decision, query.conditions(), state=text("resolved"))
    carry_out(session, decision, actor)
    if not decision.count:
        raise FindingsMoved([])
    return decision


def follow_undo(session: Session, undone: FindingDecision) -> None:
    """Let the exemption follow when its decision is undone, or when that undo is undone."""
    root, takes_back = undone, True
    while root.undoes_id is not None:
        root, takes_back = session.get_one(FindingDecision, root.undoes_id), not takes_back
    if root.act != "exempt":
        return
    where = (
        select(Finding.rule, Finding.country_id)
        .join(FindingEvent, FindingEvent.finding_id == Finding.id)
        .where(FindingEvent.decision_id == root.id, Finding.country_id.is_not(None))
        .distinct()
    )
    for rule, country_id in session.execute(where).all():
        assert country_id is not None
        key = (root.outbreak_id, rule, country_id)
        if takes_back:
            session.execute(
                delete(RuleExemption).where(
                    RuleExemption.outbreak_id == root.outbreak_id,
                    RuleExemption.rule == rule,
                    RuleExemption.country_id == country_id,
                )
            )
        elif session.get(RuleExemption, key) is None:
            _switch_off(session, *key, root)
        # The register may have changed while the rule was not looking.
        check_series(session, root.outbreak_id, [country_id], None)


def _switch_off(
    session: Session, outbreak_id: int, rule: str, country_id: int, decision: FindingDecision
) -> None:
    session.add(
        RuleExemption(
            outbreak_id=outbreak_id,
            rule=rule,
            country_id=country_id,
            reason=decision.reason,
            user_id=decision.user_id,
            actor=decision.actor,
        )
    )
    session.flush()
