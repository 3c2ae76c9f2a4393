"""Counts of one report that contradict each other."""

from collections.abc import Iterator
from operator import gt

from app.services.messages import Message
from app.services.rules.facts import Facts
from app.services.rules.mending import exchange
from app.services.rules.rule import Rule, Seen, Sighting, Thresholds
from app.services.rules.series import Series


class SumRule(Rule):
    """More deaths and recoveries together than cases.

    Who died or recovered was a case before (WHO's case definitions count them as such), so a
    report whose deaths and recoveries exceed its cases has a slip in one of the three. Public
    data sets have been full of these (CSSEGISandData/COVID-19, issues 2142 and 2538). Deaths
    alone above cases are told by the rule of their own.
    """

    id = "sum"
    level = "error"
    title = Message("Deaths and recoveries above cases")
    about = Message("Deaths and recoveries of a report together exceed its cases.")

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the reports whose deaths and recoveries exceed their cases."""
        if series.adds_up:
            return
        for place, (_, cases, deaths, recoveries) in enumerate(series.rows()):
            ended = (deaths or 0) + (recoveries or 0)
            if cases is None or ended <= cases or (deaths or 0) > cases:
                continue
            yield self.sighting(
                series,
                place,
                size=ended - cases,
                values={"cases": cases, "deaths": deaths, "recoveries": recoveries},
                suggestion=exchange(series, place),
            )

    def headline(self, seen: Seen) -> Message:
        """Say by how much they exceed cases."""
        values = seen.details["values"]
        closed = (values["deaths"] or 0) + (values["recoveries"] or 0)
        return Message(
            "Deaths and recoveries together (%(closed)s) exceed cases (%(cases)s).",
            closed=f"{closed:,}",
            cases=f"{values['cases']:,}",
        )

    def grounds(self, seen: Seen) -> list[Message]:
        """Say why that cannot be."""
        return [Message("Whoever died or recovered was a case before.")]

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name reports of this kind."""
        if count == 1:
            return Message("1 report with more deaths and recoveries than cases")
        return Message(
            "%(count)s reports with more deaths and recoveries than cases", count=f"{count:,}"
        )


class DeathsRule(Rule):
    """More deaths than cases.

    The clearest slip of a report: two columns were exchanged, or a digit of one was lost.
    """

    id = "deaths"
    level = "error"
    title = Message("Deaths above cases")
    about = Message("A report has more deaths than cases.")

    def check(self, series: Series, facts: Facts, thresholds: Thresholds) -> Iterator[Sighting]:
        """Yield the reports with more deaths than cases."""
        try:
            if series.adds_up or not any(map(gt, series.deaths, series.cases)):  # type: ignore[arg-type]
                return
        except TypeError:
            pass  # some are not reported: report by report
        for place, (_, cases, deaths, _recoveries) in enumerate(series.rows()):
            if cases is not None and deaths is not None and deaths > cases:
                yield self.sighting(
                    series,
                    place,
                    metric="deaths",
                    size=deaths - cases,
                    values={"cases": cases, "deaths": deaths},
                    suggestion=exchange(series, place),
                )

    def headline(self, seen: Seen) -> Message:
        """Say by how much they exceed cases."""
        values = seen.details["values"]
        return Message(
            "Deaths (%(deaths)s) exceed cases (%(cases)s).",
            deaths=f"{values['deaths']:,}",
            cases=f"{values['cases']:,}",
        )

    def grounds(self, seen: Seen) -> list[Message]:
        """Say why that cannot be."""
        return [Message("Whoever died was a case before.")]

    def group_title(self, metric: str, bucket: str, count: int, countries: int) -> Message:
        """Name reports of this kind."""
        if count == 1:
            return Message("1 report with more deaths than cases")
        return Message("%(count)s reports with more deaths than cases", count=f"{count:,}")
