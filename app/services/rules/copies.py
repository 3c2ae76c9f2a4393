"""A day copied forward."""

from collections.abc import Iterator
from typing import Any, ClassVar

from app.services.messages import Message
from app.services.rules.facts import Facts
from app.services.rules.rule import Rule, Seen, Sighting, Threshold, Thresholds


class CopyRule(Rule):
    """A day on which most countries say just what they said the day before.

    A country's counts often stay the same (in the SARS counts of 2003 three reports in four), so
    that is no finding. All of them standing still on a day between days on which they move means
    that the table of the day before was sent once more. Only days count on which at most a tenth
    of what usually moves did, of at least 8 reports, and only where the outbreak moves on both
    sides.
    """

    id = "copy"
    level = "warning"
    about_outbreak = True
    title = Message("Day copied forward")
    about = Message("On a day most countries say what they said the day before.")
    thresholds: ClassVar = {
        "percent": Threshold(
            90, 50, 100, Message("The part of the countries that say the same, in percent.")
        )
    }

    def survey(self, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the days that look copied."""
        for day, (same, both) in facts.stalled.items():
            if both and 100 * same >= thresholds["percent"] * both:
                values = {"same": same, "of": both}
                details: dict[str, Any] = {"values": values, "around": [], "suggestion": None}
                yield Sighting(self.id, self.level, None, day, None, same, "", details)

    def headline(self, seen: Seen) -> Message:
        """Say how many countries say the same."""
        values = seen.details["values"]
        said = "%(same)s of %(of)s countries say on %(date)s what they said the day before."
        return Message(said, same=f"{values['same']:,}", of=f"{values['of']:,}", date=seen.date)

    def grounds(self, seen: Seen) -> list[Message]:
        """Say what makes it implausible."""
        return [Message("The days before and after move; the table may have been sent twice.")]

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name days of this kind."""
        if count == 1:
            return Message("1 day that looks copied from the day before")
        return Message("%(count)s days that look copied from the day before", count=f"{count:,}")
