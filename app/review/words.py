"""How findings, filters and decisions are put into words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.language import day_in_words, ngettext, translate
from app.models import Finding
from app.services.review.asked import NOBODY, FindingQuery
from app.services.review.correcting import Correction
from app.services.review.queue import Group
from app.services.rules import wording

LEVELS = {"error": _("Error"), "warning": _("Warning"), "notice": _("Notice")}
METRIC_NAMES = {"cases": _("Cases"), "deaths": _("Deaths"), "recoveries": _("Recoveries")}
LEVEL_ICONS = {"error": "circle-alert", "warning": "triangle-alert", "notice": "info"}
STATES = {
    "open": _("Open"),
    "accepted": _("Accepted"),
    "resolved": _("Resolved"),
    "all": _("All"),
}
AGES = {
    "today": _("Found in the last 24 hours"),
    "week": _("Found in the last 7 days"),
    "month": _("Found in the last 30 days"),
    "older": _("Found longer ago"),
}
ACTS = {
    "accept": _("accepted"),
    "reopen": _("opened again"),
    "assign": _("made a to-do of"),
    "exempt": _("switched a rule off for a country"),
    "undo": _("undid what was decided"),
}
PRIORITIES = {1: _("Urgent"), 2: _("High"), 3: _("Normal"), 4: _("Low")}
# Why implausible counts are right after all, the commonest first.
REASONS = (
    _("Reclassified by the country"),
    _("Confirmed with the source"),
    _("Late or revised report"),
    _("Change of definition"),
    _("Not known, and left as reported"),
)


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the query without it."""

    text: str
    without: FindingQuery


def rule_name(rule: str) -> str:
    """Name a rule."""
    return translate(wording.rule_title(rule))


def group_name(grouping: str, count: int, countries: int) -> str:
    """Name findings that are decided alike."""
    return translate(wording.group_title(grouping, count, countries))


def findings_in_words(count: int) -> str:
    """Say how many findings: 1 finding, 1,100 findings."""
    number = f"{count:,}"
    return str(ngettext("%(number)s finding", "%(number)s findings", count, number=number))


def place_of(finding: Finding) -> str:
    """Say what a finding is about: Canada, 12 April 2003."""
    parts = [finding.country.name] if finding.country else []
    parts += [day_in_words(finding.date)] if finding.date else []
    return ", ".join(parts) or gettext("The register")


def scope_in_words(query: FindingQuery, group: Group) -> str:
    """Say in a few words what is decided about."""
    if query.group:
        return group_name(query.group, group.count, group.countries)
    if query.is_filtered:
        return f"{findings_in_words(group.count)}: " + ", ".join(chip.text for chip in chips(query))
    return gettext("All open findings: %(count)s", count=f"{group.count:,}")


def chips(query: FindingQuery, group: Group | None = None) -> Iterator[Chip]:
    """Put each filter into words, beside the query without it; `group` is what is listed of one."""
    if query.finding_id is not None:
        text = gettext("Finding %(number)s", number=query.finding_id)
        yield Chip(text, replace(query, finding_id=None))
    if query.group:
        yield Chip(_group_in_words(query.group, group), replace(query, group=""))
    for rule in query.rules:
        rest = tuple(other for other in query.rules if other != rule)
        yield Chip(rule_name(rule), replace(query, rules=rest))
    for level in query.levels:
        others = tuple(other for other in query.levels if other != level)
        yield Chip(str(LEVELS[level]), replace(query, levels=others))
    for country in query.countries:
        left = tuple(other for other in query.countries if other != country)
        yield Chip(country.name, replace(query, countries=left))
    yield from _single_chips(query)


def _group_in_words(grouping: str, group: Group | None) -> str:
    if group is None:
        # Nothing is left of it to count.
        return rule_name(grouping.partition(":")[0])
    return group_name(grouping, group.count, group.countries)


def _single_chips(query: FindingQuery) -> Iterator[Chip]:
    if query.state != "open":
        yield Chip(str(STATES[query.state]), replace(query, state="open"))
    if query.assignee is not None:
        nobody = query.assignee.word == NOBODY
        who = gettext("Nobody has it") if nobody else query.assignee.name
        yield Chip(who, replace(query, assignee=None))
    if query.age is not None:
        yield Chip(str(AGES[query.age]), replace(query, age=None))
    if query.decision_id is not None:
        text = gettext("Decision %(number)s", number=query.decision_id)
        yield Chip(text, replace(query, decision_id=None))
    if query.imported is not None:
        text = gettext("Import %(number)s", number=query.imported)
        yield Chip(text, replace(query, imported=None))
    if query.text:
        yield Chip(f"“{query.text}”", replace(query, text=""))


def correction_in_words(correction: Correction) -> str:
    """Say what many records would say: recoveries would be "not reported"."""
    parts = [
        gettext("%(metric)s: %(count)s", metric=METRIC_NAMES[metric], count=f"{count:,}")
        if count is not None
        else gettext("%(metric)s: not reported", metric=METRIC_NAMES[metric])
        for metric, count in correction.counts.items()
    ]
    return ", ".join(parts)


def days_around(finding: Finding) -> dict[str, Any]:
    """Return the reports around a finding's day: their days, and the counts it rests on."""
    around = finding.details.get("around") or []
    metrics = [finding.metric] if finding.metric else ["cases", "deaths", "recoveries"]
    return {
        "reports": around,
        "metrics": metrics,
        "day": finding.date.isoformat() if finding.date else "",
    }


def headline(finding: Finding) -> str:
    """Say in a sentence what was seen."""
    return translate(wording.headline(finding))


def grounds(finding: Finding) -> list[str]:
    """Say what makes it implausible."""
    return [translate(message) for message in wording.grounds(finding)]


def suggestion(finding: Finding) -> str:
    """Say what would mend it; blank where the rules do not know."""
    message = wording.suggestion(finding)
    return translate(message) if message else ""
