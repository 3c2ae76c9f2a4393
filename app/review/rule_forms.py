"""The form of a rule: its thresholds, each within its bounds, and whether it runs."""

from functools import lru_cache
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField
from wtforms.validators import StopValidation

from app.forms import BaseForm, CountField, LineField, RevisionField
from app.services.rule_settings import MOST_REASON, RuleStanding, RuleValues
from app.services.rules.catalogue import RULES
from app.services.rules.rule import Threshold

_ = lazy_gettext

# Before the names of thresholds, which may be called like a field of every rule.
PREFIX = "threshold-"


class ThresholdField(CountField):
    """A threshold of a rule."""

    def __init__(self, label: Any = None, *, threshold: Threshold, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.threshold = threshold
        self.threshold_name = self.name.removeprefix(PREFIX)

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse a blank and what is out of bounds."""
        bounds = {"least": f"{self.threshold.least:,}", "most": f"{self.threshold.most:,}"}
        if self.process_errors:
            return
        if self.data is None:
            raise StopValidation(gettext("Enter a number from %(least)s to %(most)s.", **bounds))
        if not self.threshold.least <= self.data <= self.threshold.most:
            said = gettext("This may be from %(least)s to %(most)s.", **bounds)
            raise StopValidation(said)


class RuleForm(BaseForm):
    """What every rule can be asked."""

    enabled = BooleanField(_("This rule runs"))
    why = LineField(_("Why (optional)"), most=MOST_REASON)
    revision = RevisionField()

    def threshold_fields(self) -> list[Any]:
        """Return the fields of the rule's thresholds."""
        return [field for field in self if isinstance(field, ThresholdField)]

    def read(self) -> RuleValues:
        """Return the values of a form that was found valid."""
        thresholds = {field.threshold_name: int(field.data) for field in self.threshold_fields()}
        return RuleValues(bool(self.enabled.data), thresholds)


@lru_cache(maxsize=64)
def form_of(rule: str) -> type[RuleForm]:
    """Return the form of a rule."""
    fields = {
        PREFIX + name: ThresholdField(_(threshold.about.text), threshold=threshold)
        for name, threshold in RULES[rule].thresholds.items()
    }
    return type(f"RuleForm_{rule}", (RuleForm,), fields)


def filled(standing: RuleStanding) -> dict[str, Any]:
    """Return what the form of a rule begins with."""
    thresholds = {PREFIX + name: value for name, value in standing.thresholds.items()}
    return {"enabled": standing.enabled, "revision": standing.revision, **thresholds}
