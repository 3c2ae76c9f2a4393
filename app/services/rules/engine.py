"""The rules over one series, or an outbreak's facts; needs no database."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from app.models import METRICS
from app.services.rules.catalogue import RULES
from app.services.rules.facts import Facts
from app.services.rules.rule import Rule, Sighting, Thresholds
from app.services.rules.series import Series
from app.services.rules.settings import Settings


class Engine:
    """Runs an outbreak's rules over series, one after the other; `only` names some of the rules."""

    def __init__(
        self, facts: Facts, settings: Settings, only: Collection[str] | None = None
    ) -> None:
        self.facts = facts
        self.settings = settings
        running = list(settings.running(facts, only))
        self._running = [(rule, asked) for rule, asked in running if not rule.about_outbreak]
        self._surveying = [(rule, asked) for rule, asked in running if rule.about_outbreak]
        # Those that are looked for, also where they are switched off: what they found is resolved.
        looked_for = [rule for rule in RULES.values() if only is None or rule.id in only]
        self.series_rules = [rule.id for rule in looked_for if not rule.about_outbreak]
        self.survey_rules = [
            rule.id
            for rule in looked_for
            if rule.about_outbreak and (facts.names is not None or not rule.compares_names)
        ]

    def look_at(self, series: Series) -> list[Sighting]:
        """Return what the rules see in a series."""
        if not series.dates:
            return []
        return [
            sighting
            if sighting.details["suggestion"] is None
            else self._checked(series, sighting, rule, thresholds)
            for rule, thresholds in self._running
            if (rule.id, series.country_id) not in self.settings.exempt
            for sighting in rule.check(series, self.facts, thresholds)
        ]

    def survey(self) -> list[Sighting]:
        """Return what the rules see in the outbreak as a whole."""
        return [
            sighting
            for rule, thresholds in self._surveying
            if rule.id in self.survey_rules
            for sighting in rule.survey(self.facts, thresholds)
            if sighting.country_id is None
            or (rule.id, sighting.country_id) not in self.settings.exempt
        ]

    def _checked(
        self, series: Series, sighting: Sighting, rule: Rule, thresholds: Thresholds
    ) -> Sighting:
        """Return a sighting without its suggestion, if that would not make it go."""
        mended = follow(series, sighting.details["suggestion"])
        still = rule.check(mended, self.facts, thresholds) if mended.dates else ()
        if all(other.key != sighting.key for other in still):
            return sighting
        return replace(sighting, details={**sighting.details, "suggestion": None})


def follow(series: Series, suggestion: dict[str, Any]) -> Series:
    """Return the series as it would be if somebody did what was suggested."""
    first = dt.date.fromisoformat(suggestion["date"])
    last = dt.date.fromisoformat(suggestion.get("through", suggestion["date"]))
    if suggestion["kind"] == "move":
        return series.saying(first, None)
    start, end = bisect_left(series.dates, first), bisect_right(series.dates, last)
    columns = {metric: series.counts(metric) for metric in METRICS}
    for metric, count in suggestion["values"].items():
        counts = columns[metric]
        columns[metric] = (*counts[:start], *(end - start) * (count,), *counts[end:])
    cases, deaths, recoveries = columns.values()
    return replace(series, cases=cases, deaths=deaths, recoveries=recoveries)
