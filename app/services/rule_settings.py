"""What people ask of an outbreak's rules: thresholds, rules that are off, exemptions.

Every change looks at the series again, so that the findings are those of the settings, and is kept
as a decision that says who, when and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.exc import StaleDataError

from app.models import (
    Country,
    Finding,
    FindingDecision,
    FindingEvent,
    RuleExemption,
    RuleSetting,
)
from app.services.cells import read_text
from app.services.changesets import Actor, lock_outbreak
from app.services.findings import count_open_by_rule
from app.services.messages import Message, ServiceError
from app.services.rules.catalogue import RULES
from app.services.rules.checking import Checked, check_outbreak, check_series
from app.services.rules.rule import Rule

MOST_REASON = 500
MOST_DECISIONS = 10


class StaleSetting(ServiceError):
    """Somebody changed the rule's settings since they were read."""

    def __init__(self) -> None:
        super().__init__(
            Message("Somebody changed this rule meanwhile. Nothing of yours is saved yet.")
        )


@dataclass(frozen=True)
class RuleStanding:
    """A rule as it stands in an outbreak; `revision` is 0 while nobody ever changed it."""

    rule: Rule
    enabled: bool
    thresholds: Mapping[str, int]
    revision: int
    open_findings: int = 0
    exemptions: Sequence[RuleExemption] = ()


@dataclass(frozen=True)
class RuleValues:
    """What a rule shall go by."""

    enabled: bool
    thresholds: Mapping[str, int]


def list_rules(session: Session, outbreak_id: int) -> list[RuleStanding]:
    """List every rule as it stands in an outbreak, with its exemptions; 3 queries."""
    settings = {
        setting.rule: setting
        for setting in session.scalars(
            select(RuleSetting).where(RuleSetting.outbreak_id == outbreak_id)
        )
    }
    exemptions: dict[str, list[RuleExemption]] = {}
    for exemption in session.scalars(
        select(RuleExemption)
        .join(RuleExemption.country)
        .where(RuleExemption.outbreak_id == outbreak_id)
        .options(joinedload(RuleExemption.country))
        .order_by(RuleExemption.rule, Country.name)
    ):
        exemptions.setdefault(exemption.rule, []).append(exemption)
    found = {one.rule: one.count for one in count_open_by_rule(session, outbreak_id)}
    return [
        _standing(rule, settings.get(rule.id), found.get(rule.id, 0), exemptions.get(rule.id, ()))
        for rule in RULES.values()
    ]


def find_rule(session: Session, outbreak_id: int, rule_id: str) -> RuleStanding | None:
    """Return one rule as it stands, without its exemptions; None when there is no such rule."""
    rule = RULES.get(rule_id)
    if rule is None:
        return None
    return _standing(rule, session.get(RuleSetting, (outbreak_id, rule_id)))


def save_rule(
    session: Session,
    outbreak_id: int,
    rule: Rule,
    values: RuleValues,
    actor: Actor,
    *,
    revision: int,
    why: str = "",
) -> Checked:
    """Let a rule go by these values and look at all series again.

    Raises StaleSetting when the rule's settings have another revision than was read.
    """
    lock_outbreak(session, outbreak_id)
    setting = session.get(RuleSetting, (outbreak_id, rule.id), with_for_update=True)
    if revision != (setting.revision if setting else 0):
        raise StaleSetting
    before = _standing(rule, setting)
    if setting is None:
        setting = RuleSetting(outbreak_id=outbreak_id, rule=rule.id)
        session.add(setting)
    setting.enabled = values.enabled
    setting.thresholds = _unlike_default(rule, values.thresholds)
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleSetting from error
    decision = _open_decision(session, outbreak_id, actor, _told(before, values), why)
    since = _newest_event(session)
    checked = check_outbreak(session, outbreak_id, [rule.id])
    _close_decision(session, decision, checked, since)
    return checked


def end_exemption(
    session: Session, outbreak_id: int, rule_id: str, country_id: int, actor: Actor
) -> RuleExemption | None:
    """Let a rule look at a country again; None when it does already."""
    lock_outbreak(session, outbreak_id)
    exemption = session.get(RuleExemption, (outbreak_id, rule_id, country_id))
    if exemption is None:
        return None
    country = exemption.country
    session.delete(exemption)
    session.flush()
    told = f"{rule_id}: {country.name} is looked at again ({exemption.reason})"
    decision = _open_decision(session, outbreak_id, actor, told)
    since = _newest_event(session)
    checked = check_series(session, outbreak_id, [country_id], None)
    _close_decision(session, decision, checked, since)
    return exemption


def latest_decisions(session: Session, outbreak_id: int) -> list[FindingDecision]:
    """List the latest changes of the rules' settings, newest first."""
    statement = (
        select(FindingDecision)
        .where(FindingDecision.outbreak_id == outbreak_id, FindingDecision.act == "settings")
        .order_by(FindingDecision.id.desc())
        .limit(MOST_DECISIONS)
    )
    return list(session.scalars(statement))


def _standing(
    rule: Rule,
    setting: RuleSetting | None,
    open_findings: int = 0,
    exemptions: Sequence[RuleExemption] = (),
) -> RuleStanding:
    asked = setting.thresholds if setting else {}
    thresholds = {name: asked.get(name, kind.default) for name, kind in rule.thresholds.items()}
    return RuleStanding(
        rule,
        setting.enabled if setting else True,
        thresholds,
        setting.revision if setting else 0,
        open_findings,
        exemptions,
    )


def _unlike_default(rule: Rule, thresholds: Mapping[str, int]) -> dict[str, int]:
    return {
        name: thresholds[name]
        for name, kind in rule.thresholds.items()
        if thresholds.get(name, kind.default) != kind.default
    }


def _told(before: RuleStanding, values: RuleValues) -> str:
    """Write what a change changes: "decline: least 1 → 5, switched off"."""
    parts = [
        f"{name} {before.thresholds[name]} → {value}"
        for name, value in values.thresholds.items()
        if before.thresholds[name] != value
    ]
    if before.enabled != values.enabled:
        parts.append("switched on" if values.enabled else "switched off")
    return f"{before.rule.id}: {', '.join(parts) or 'as before'}"


def _open_decision(
    session: Session, outbreak_id: int, actor: Actor, told: str, why: str = ""
) -> FindingDecision:
    why = read_text(why, most=MOST_REASON)
    decision = FindingDecision(
        outbreak_id=outbreak_id,
        act="settings",
        reason=f"{told}. {why}" if why else told,
        user_id=actor.user_id,
        actor=actor.name,
    )
    session.add(decision)
    session.flush()
    return decision


def _newest_event(session: Session) -> int:
    return session.scalar(select(func.max(FindingEvent.id))) or 0


def _close_decision(
    session: Session, decision: FindingDecision, checked: Checked, since: int
) -> None:
    """Let the steps that findings took because of a decision say so."""
    of_outbreak = select(Finding.id).where(Finding.outbreak_id == decision.outbreak_id)
    session.execute(
        update(FindingEvent)
        .where(
            FindingEvent.id > since,
            FindingEvent.decision_id.is_(None),
            FindingEvent.changeset_id.is_(None),
            FindingEvent.finding_id.in_(of_outbreak),
        )
        .values(decision_id=decision.id)
        .execution_options(synchronize_session=False)
    )
    decision.count = checked.opened + checked.reopened + checked.resolved
    session.flush()
