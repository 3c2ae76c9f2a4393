"""All rules there are, in the order in which they are listed: the worst first."""

from app.services.rules.copies import CopyRule
from app.services.rules.dates import AncientRule, FutureRule
from app.services.rules.declines import DeclineRule
from app.services.rules.gaps import GapRule, StoppedRule
from app.services.rules.jumps import JumpRule
from app.services.rules.names import NameRule
from app.services.rules.rule import Rule
from app.services.rules.sums import DeathsRule, SumRule
from app.services.rules.zeros import ZeroRule

ALL: tuple[Rule, ...] = (
    SumRule(),
    DeathsRule(),
    FutureRule(),
    AncientRule(),
    DeclineRule(),
    JumpRule(),
    CopyRule(),
    NameRule(),
    ZeroRule(),
    GapRule(),
    StoppedRule(),
)
RULES: dict[str, Rule] = {rule.id: rule for rule in ALL}
