"""The rules: what is implausible in the register, kept as findings."""

from app.services.rules import wording
from app.services.rules.catalogue import RULES
from app.services.rules.checking import (
    Checked,
    check_changed,
    check_outbreak,
    check_series,
    check_unchecked,
    unchecked_outbreaks,
)
from app.services.rules.previewing import Effect, preview
from app.services.rules.rule import Rule, Sighting, Threshold
from app.services.rules.series import Series
from app.services.rules.unchecked import mark_unchecked

__all__ = [
    "RULES",
    "Checked",
    "Effect",
    "Rule",
    "Series",
    "Sighting",
    "Threshold",
    "check_changed",
    "check_outbreak",
    "check_series",
    "check_unchecked",
    "mark_unchecked",
    "preview",
    "unchecked_outbreaks",
    "wording",
]
