"""What findings say to people: every rule has its own words, suggestions have them in common."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.services.messages import Message
from app.services.rules.catalogue import RULES
from app.services.rules.rule import Seen

_SETTING = {
    "cases": "Perhaps cases are %(count)s on %(date)s.",
    "deaths": "Perhaps deaths are %(count)s on %(date)s.",
    "recoveries": "Perhaps recoveries are %(count)s on %(date)s.",
}
_UNREPORTED = {
    "cases": "Perhaps cases were not reported from %(date)s to %(through)s.",
    "deaths": "Perhaps deaths were not reported from %(date)s to %(through)s.",
    "recoveries": "Perhaps recoveries were not reported from %(date)s to %(through)s.",
}
_SWAPPING = {
    ("cases", "deaths"): "Perhaps cases and deaths were exchanged on %(date)s.",
    ("cases", "recoveries"): "Perhaps cases and recoveries were exchanged on %(date)s.",
    ("deaths", "recoveries"): "Perhaps deaths and recoveries were exchanged on %(date)s.",
}


def rule_title(rule: str) -> Message:
    """Name a rule; one that is no more by its id."""
    known = RULES.get(rule)
    return known.title if known else Message("%(rule)s", rule=rule)


def headline(seen: Seen) -> Message:
    """Say in a sentence what was seen."""
    known = RULES.get(seen.rule)
    return known.headline(seen) if known else rule_title(seen.rule)


def grounds(seen: Seen) -> list[Message]:
    """Say what makes it implausible, beside the numbers of the days around."""
    known = RULES.get(seen.rule)
    return known.grounds(seen) if known else []


def suggestion(seen: Seen) -> Message | None:
    """Say what would mend it, where the rules know."""
    suggested = seen.details.get("suggestion")
    return _WORDS[suggested["kind"]](suggested) if suggested else None


def group_title(grouping: str, count: int, countries: int) -> Message:
    """Name findings that are decided alike: "43 falls of cases by 1 in 18 countries"."""
    rule, metric, bucket = grouping.split(":", 2)
    known = RULES.get(rule)
    if known is None:
        return Message("%(count)s of %(rule)s", count=f"{count:,}", rule=rule)
    return known.group_title(metric, bucket, count, countries)


def _set(suggested: Mapping[str, Any]) -> Message:
    ((metric, count),) = suggested["values"].items()
    day = dt.date.fromisoformat(suggested["date"])
    if count is None:
        through = dt.date.fromisoformat(suggested.get("through", suggested["date"]))
        return Message(_UNREPORTED[metric], date=day, through=through)
    return Message(_SETTING[metric], count=f"{count:,}", date=day)


def _swap(suggested: Mapping[str, Any]) -> Message:
    one, other = sorted(suggested["values"])
    return Message(_SWAPPING[one, other], date=dt.date.fromisoformat(suggested["date"]))


def _move(suggested: Mapping[str, Any]) -> Message:
    day = dt.date.fromisoformat(suggested["date"])
    said = "Perhaps this is the report of %(country)s, which has none on %(date)s."
    return Message(said, country=suggested["country"], date=day)


_WORDS = {"set": _set, "swap": _swap, "move": _move}
