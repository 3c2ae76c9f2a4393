"""All rules there are, in the order in which they are listed: the worst first."""

from app.services.rules.declines import DeclineRule
from app.services.rules.rule import Rule
from app.services.rules.sums import DeathsRule, SumRule

ALL: tuple[Rule, ...] = (SumRule(), DeathsRule(), DeclineRule())
RULES: dict[str, Rule] = {rule.id: rule for rule in ALL}
