"""What a chart says in words: titles, axes, the sentence for those who do not see it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from flask_babel import gettext, lazy_gettext, ngettext

from app.filters import count, signed
from app.language import day_in_words, spoken
from app.services.charts.reading import Chart, Curve
from app.services.charts.ticks import DayTick, write

_ = lazy_gettext

NAMES = {"cases": _("Cases"), "deaths": _("Deaths"), "recoveries": _("Recoveries")}
MEASURES = {
    "cumulative": _("Cumulative counts"),
    "new": _("New since the last report"),
    "average": _("Average of 7 days"),
}
SCALES = {"linear": _("Linear"), "log": _("Logarithmic: equal steps are equal growth")}
UNITS = {
    "cumulative": _("Persons, cumulative"),
    "new": _("Persons, new since the last report"),
    "average": _("Persons a day, average of 7 days"),
}
# How the axis of days names a day, a month of a year that is named beneath, a month, a year.
TICKS = {
    "en": {"day": "d MMM", "month": "MMM", "long": "MMM y", "year": "y"},
    "ko": {"day": "M. d.", "month": "M월", "long": "y. M.", "year": "y"},
}


@dataclass(frozen=True)
class Words:
    """The words of one chart."""

    chart: Chart
    place: str

    @property
    def title(self) -> str:
        """What the chart shows, where and when."""
        return gettext(
            "%(place)s: %(measure)s, %(first)s to %(last)s",
            place=self.place,
            measure=self.lower_measure,
            first=day_in_words(self.chart.first),
            last=day_in_words(self.chart.last),
        )

    @property
    def lower_measure(self) -> str:
        """The measure inside a sentence."""
        name = str(MEASURES[self.chart.query.measure])
        return name[:1].lower() + name[1:]

    @property
    def description(self) -> str:
        """The chart in one sentence: each curve's peak, when, and its latest value."""
        return "; ".join(self._curve(curve) for curve in self.chart.drawn) + "."

    @property
    def unit(self) -> str:
        """The title of the axis of values."""
        unit = str(UNITS[self.chart.query.measure])
        return unit if self.chart.query.scale == "linear" else f"{unit} ({gettext('log scale')})"

    @property
    def days(self) -> str:
        """The title of the axis of days."""
        first, last = self.chart.first.year, self.chart.last.year
        years = str(first) if first == last else f"{first}–{last}"
        return gettext("Day of the report, %(years)s", years=years)

    @property
    def notes(self) -> list[str]:
        """What has to be said beneath the chart for it to be read rightly."""
        return [
            *(
                gettext("%(what)s: not reported.", what=NAMES[curve.metric])
                for curve in self.chart.curves
                if not curve.reported
            ),
            *self._about_measure(),
            *self._about_scale(),
        ]

    @property
    def span(self) -> int:
        """How many days the chart is wide."""
        return (self.chart.last - self.chart.first).days + 1

    def readings(self) -> list[dict[str, Any]]:
        """Say of each day that shows anything where it stands, and what it shows."""
        shown: dict[int, list[str]] = {}
        for curve in self.chart.drawn:
            for day, value in zip(curve.days, curve.values, strict=True):
                said = f"{self.name(curve.metric)} {self.value(value)}"
                shown.setdefault(day, []).append(said)
        first = self.chart.first.toordinal()
        return [
            {
                "at": day - first,
                "text": f"{day_in_words(dt.date.fromordinal(day))}: {', '.join(shown[day])}",
            }
            for day in sorted(shown)
        ]

    def name(self, metric: str) -> str:
        """Return what a curve is called."""
        return str(NAMES[metric])

    def value(self, value: float) -> str:
        """Write a value as this measure is written: 63, +3, 0.4."""
        if self.chart.query.measure == "average":
            return write(round(value, 1))
        written = signed if self.chart.query.measure == "new" else count
        return str(written(int(value)))

    def tick(self, tick: DayTick) -> str:
        """Return what a tick of the axis of days says."""
        one_year = self.chart.first.year == self.chart.last.year
        form = "long" if tick.kind == "month" and not one_year else tick.kind
        locale = spoken()
        pattern = TICKS.get(locale.language, TICKS["en"])[form]
        return str(format_date(dt.date.fromordinal(tick.day), pattern, locale=locale))

    def _curve(self, curve: Curve) -> str:
        (peak_day, peak), (last_day, latest) = curve.peak, curve.latest
        return gettext(
            "%(what)s: highest %(peak)s on %(when)s, latest %(latest)s on %(last)s",
            what=NAMES[curve.metric],
            peak=self.value(peak),
            when=day_in_words(peak_day),
            latest=self.value(latest),
            last=day_in_words(last_day),
        )

    def _about_measure(self) -> list[str]:
        if self.chart.query.measure == "new":
            text = gettext("Counts that were lowered hang hatched beneath zero.")
            return [text] if self._falls() and self.chart.query.scale == "linear" else []
        said = []
        if self.chart.has_gaps:
            said.append(gettext("Days without a report are gaps, which a thin line spans."))
        if self.chart.query.measure == "average":
            said.append(
                gettext(
                    "A seventh of what came within 7 days of the calendar; none for the first"
                    " 7 days and across a break in the series."
                )
            )
        return said

    def _about_scale(self) -> list[str]:
        if not self.chart.left_out:
            return []
        number = self.chart.left_out
        return [
            ngettext(
                "A log scale has no place for zero or less: %(number)s value is left out.",
                "A log scale has no place for zero or less: %(number)s values are left out.",
                number,
                number=count(number),
            )
        ]

    def _falls(self) -> bool:
        return any(value < 0 for curve in self.chart.curves for value in curve.values)
