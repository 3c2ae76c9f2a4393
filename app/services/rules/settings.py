"""What an outbreak asks of the rules: which run, by which thresholds, and where they do not."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.models import RuleExemption, RuleSetting
from app.services.rules.catalogue import RULES
from app.services.rules.facts import Facts
from app.services.rules.rule import Rule, Thresholds

# Every edit asks these: to build them anew takes longer than to run them.
_SETTINGS = select(RuleSetting.rule, RuleSetting.enabled, RuleSetting.thresholds).where(
    RuleSetting.outbreak_id == bindparam("outbreak")
)
_EXEMPT = select(RuleExemption.rule, RuleExemption.country_id).where(
    RuleExemption.outbreak_id == bindparam("outbreak")
)


@dataclass(frozen=True)
class Settings:
    """The rules that are switched off, thresholds that differ from the defaults, exemptions."""

    off: frozenset[str] = frozenset()
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)
    # (rule, country id)
    exempt: frozenset[tuple[str, int]] = frozenset()

    def thresholds_of(self, rule: Rule) -> Thresholds:
        """Return what a rule goes by; a name it does not know is none of it."""
        asked = self.thresholds.get(rule.id, {})
        return {name: asked.get(name, kind.default) for name, kind in rule.thresholds.items()}

    def running(
        self, facts: Facts, only: Collection[str] | None = None
    ) -> Iterator[tuple[Rule, Thresholds]]:
        """Yield the rules that run in an outbreak, with what they go by."""
        for rule in RULES.values():
            wanted = only is None or rule.id in only
            if (
                wanted
                and rule.id not in self.off
                and (facts.cumulative or not rule.cumulative_only)
            ):
                yield rule, self.thresholds_of(rule)


def read_settings(session: Session, outbreak_id: int) -> Settings:
    """Read what an outbreak asks of the rules."""
    asked = {"outbreak": outbreak_id}
    settings = session.execute(_SETTINGS, asked).all()
    return Settings(
        off=frozenset(rule for rule, enabled, _ in settings if not enabled),
        thresholds={rule: thresholds for rule, _, thresholds in settings},
        exempt=frozenset((rule, country) for rule, country in session.execute(_EXEMPT, asked)),
    )
