"""The rules over one series; needs no database."""

from collections.abc import Collection

from app.services.rules.facts import Facts
from app.services.rules.rule import Sighting
from app.services.rules.series import Series
from app.services.rules.settings import Settings


class Engine:
    """Runs an outbreak's rules over series, one after the other; `only` names some of the rules."""

    def __init__(
        self, facts: Facts, settings: Settings, only: Collection[str] | None = None
    ) -> None:
        self._facts = facts
        self._exempt = settings.exempt
        self._running = list(settings.running(facts, only))

    def look_at(self, series: Series) -> list[Sighting]:
        """Return what the rules see in a series."""
        if not series.dates:
            return []
        return [
            sighting
            for rule, thresholds in self._running
            if (rule.id, series.country_id) not in self._exempt
            for sighting in rule.check(series, self._facts, thresholds)
        ]
