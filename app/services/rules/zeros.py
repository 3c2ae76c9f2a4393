"""Zeros that may mean "not reported"."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import ClassVar

from app.services.messages import Message
from app.services.rules.facts import Facts
from app.services.rules.rule import Rule, Seen, Sighting, Threshold, Thresholds
from app.services.rules.series import Series

_HEADLINES = {
    "deaths": "Deaths are 0 on the first %(reports)s reports, to %(through)s.",
    "recoveries": "Recoveries are 0 on the first %(reports)s reports, to %(through)s.",
}
_THEN = {
    "deaths": "The report after that says %(count)s deaths at once.",
    "recoveries": "The report after that says %(count)s recoveries at once.",
}
_NOBODY = {
    "deaths": "No country reported any deaths before %(date)s.",
    "recoveries": "No country reported any recoveries before %(date)s.",
}
_GROUPS = {
    "deaths": (
        "1 country whose first deaths may not have been reported",
        "%(count)s countries whose first deaths may not have been reported",
    ),
    "recoveries": (
        "1 country whose first recoveries may not have been reported",
        "%(count)s countries whose first recoveries may not have been reported",
    ),
}


class ZeroRule(Rule):
    """Zeros before the first count of deaths or recoveries that were probably not counted.

    A count that stays at 0 for reports and then is large at once was not reported before: in the
    SARS counts of 2003 every recovery is 0 to 9 April, then Viet Nam goes from 0 to 43 overnight.
    Zero and "not reported" are mixed up in most public data sets (CSSEGISandData/COVID-19,
    issue 1146; openZH/covid_19, issue 414). Told where a country's own first count is large, or
    where for weeks no country at all reported any and then several did.
    """

    id = "zero"
    level = "notice"
    title = Message("Zero before the first report")
    about = Message("Deaths or recoveries are 0 at first and then large at once.")
    thresholds: ClassVar = {
        "reports": Threshold(3, 1, 1000, Message("The smallest number of zeros that is told.")),
        "start": Threshold(10, 1, 1_000_000, Message("What the first count is at least.")),
    }

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield by metric the zeros before the first count."""
        for metric in ("deaths", "recoveries"):
            places, counts = series.reported(metric)
            if not counts or counts[0] != 0:
                continue
            first = next((at for at, count in enumerate(counts) if count), len(counts))
            own = first < len(counts) and counts[first] >= thresholds["start"]
            zeros = places[:first]
            if not own:
                begins = facts.unheard_of.get(metric, dt.date.min)
                zeros = [place for place in zeros if series.dates[place] < begins]
            if len(zeros) >= thresholds["reports"] and any(series.cases[place] for place in zeros):
                count = counts[first] if own else None
                yield self._zeros(series, metric, zeros, count, facts.unheard_of.get(metric))

    def _zeros(
        self,
        series: Series,
        metric: str,
        zeros: Sequence[int],
        count: int | None,
        begins: dt.date | None,
    ) -> Sighting:
        first, last = (series.dates[place].isoformat() for place in (zeros[0], zeros[-1]))
        around = [
            series.report(place) for place in (zeros[-1], zeros[-1] + 1)[: _after(series, zeros)]
        ]
        mend = {"kind": "set", "date": first, "through": last, "values": {metric: None}}
        details = {
            "values": {"through": last, "count": count},
            "around": around,
            "suggestion": mend,
            "begins": begins.isoformat() if begins else None,
        }
        country, date = series.country_id, series.dates[zeros[0]]
        return Sighting(self.id, self.level, country, date, metric, len(zeros), "", details)

    def headline(self, seen: Seen) -> Message:
        """Say how many reports say 0."""
        through = dt.date.fromisoformat(seen.details["values"]["through"])
        text = _HEADLINES[seen.metric or "recoveries"]
        return Message(text, reports=f"{seen.size or 0:,}", through=through)

    def grounds(self, seen: Seen) -> list[Message]:
        """Say what makes it likely that they were not reported."""
        metric, count = seen.metric or "recoveries", seen.details["values"]["count"]
        begins = seen.details["begins"]
        said = []
        if count is not None:
            said.append(Message(_THEN[metric], count=f"{count:,}"))
        if begins:
            said.append(Message(_NOBODY[metric], date=dt.date.fromisoformat(begins)))
        return said

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name countries of this kind."""
        one, many = _GROUPS[metric]
        return Message(one) if count == 1 else Message(many, count=f"{count:,}")


def _after(series: Series, zeros: Sequence[int]) -> int:
    return 2 if zeros[-1] + 1 < len(series.dates) else 1
