"""Countries whose name may be a slip for another's."""

from collections.abc import Iterator
from typing import Any

from app.services.messages import Message
from app.services.near_names import KnownNames
from app.services.rules.facts import Facts, Named
from app.services.rules.rule import Rule, Seen, Sighting, Thresholds


class NameRule(Rule):
    """A country whose name comes close to another's that reports, too.

    "Untied States" beside "United States" splits a series in two. Imports ask about such names
    before they create a country; this finds those that came in by another door. The one with
    fewer reports is told, and never where everybody knows both (Austria and Australia). What
    counts as close is said in services/near_names.py.
    """

    id = "name"
    level = "warning"
    cumulative_only = False
    about_outbreak = True
    compares_names = True
    title = Message("Name near another's")
    about = Message("A country's name comes close to that of another one.")

    def survey(self, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the countries whose name may be a slip."""
        names = facts.names or ()
        by_name = {one.name: one for one in names}
        known = KnownNames((name, name) for name in by_name)
        for one in names:
            others = (by_name[name] for name in known.near(one.name) if name != one.name)
            meant = next((other for other in others if _may_mean(one, other)), None)
            if meant is not None:
                yield self._near(one, meant)

    def _near(self, one: Named, other: Named) -> Sighting:
        values: dict[str, Any] = {"name": one.name, "near": other.name}
        details: dict[str, Any] = {
            "values": values,
            "around": [],
            "suggestion": None,
            "near_id": other.country_id,
        }
        return Sighting(self.id, self.level, one.country_id, None, None, one.reports, "", details)

    def headline(self, seen: Seen) -> Message:
        """Say which names."""
        values = seen.details["values"]
        said = "The name %(name)s comes close to %(near)s."
        return Message(said, name=values["name"], near=values["near"])

    def grounds(self, seen: Seen) -> list[Message]:
        """Say what would follow from it."""
        return [Message("If both are one country, its counts are in two series.")]

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name countries of this kind."""
        if count == 1:
            return Message("1 country whose name comes close to another's")
        return Message(
            "%(count)s countries whose names come close to another's", count=f"{count:,}"
        )


def _may_mean(one: Named, other: Named) -> bool:
    """Tell whether the first is the one to ask about: less known, or fewer reports."""
    if one.known and other.known:
        return False
    return (one.known, one.reports, -one.country_id) < (
        other.known,
        other.reports,
        -other.country_id,
    )
