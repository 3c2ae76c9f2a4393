"""The chart of a series: which days, which lines, which marks."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from app.models import METRICS
from app.services.charts.asked import ChartQuery
from app.services.charts.measures import measure_counts
from app.services.charts.spreading import Marked
from app.services.marks import Mark
from app.services.rules.series import Series


@dataclass(frozen=True)
class Curve:
    """What one line or one row of bars shows: the days, as ordinals, that say something."""

    metric: str
    days: tuple[int, ...]
    values: tuple[float, ...]
    # How many reports state the count, and the days whose value the axis has no place for.
    reported: int = 0
    left_out: tuple[int, ...] = ()

    @property
    def peak(self) -> tuple[dt.date, float]:
        """The highest value, and the first day that has it."""
        value = max(self.values)
        return dt.date.fromordinal(self.days[self.values.index(value)]), value

    @property
    def latest(self) -> tuple[dt.date, float]:
        """The last value, and its day."""
        return dt.date.fromordinal(self.days[-1]), self.values[-1]


@dataclass(frozen=True)
class Chart:
    """What is drawn: curves from one day to another, marks on days, days that break a series."""

    query: ChartQuery
    first: dt.date
    last: dt.date
    curves: tuple[Curve, ...]
    marks: tuple[Marked, ...] = ()
    breaks: tuple[int, ...] = ()

    @property
    def drawn(self) -> tuple[Curve, ...]:
        """The curves that have something to show."""
        return tuple(curve for curve in self.curves if curve.values)

    @property
    def left_out(self) -> int:
        """How many values a logarithmic axis has no place for."""
        return sum(len(curve.left_out) for curve in self.curves)

    @property
    def has_gaps(self) -> bool:
        """Whether a curve has a day without a value between two that have one."""
        spans = (curve.days[-1] - curve.days[0] + 1 - len(curve.days) for curve in self.drawn)
        return any(spans)


def chart_of(
    series: Series, query: ChartQuery, marks: Iterable[Mark] = (), *, daily: bool = False
) -> Chart | None:
    """Make the chart of a country's series; None where it has no report on the days asked for."""
    if not series.dates:
        return None
    first = max(query.first or series.dates[0], series.dates[0])
    last = min(query.last or series.dates[-1], series.dates[-1])
    if first > last:
        return None
    span = first.toordinal(), last.toordinal()
    marked = [_marked(mark) for mark in marks]
    breaks = sorted({mark.day for mark in marked if mark.is_break})
    return Chart(
        query,
        first,
        last,
        tuple(_curve(series, metric, query, breaks, span, daily) for metric in METRICS),
        tuple(mark for mark in marked if span[0] <= mark.day <= span[1]),
        tuple(day for day in breaks if span[0] <= day <= span[1]),
    )


def _marked(mark: Mark) -> Marked:
    metric = (mark.finding.metric if mark.finding else None) or METRICS[0]
    is_break = mark.annotation is not None and mark.annotation.kind == "break"
    return Marked(mark.number, mark.date.toordinal(), metric, is_break)


def _curve(
    series: Series,
    metric: str,
    query: ChartQuery,
    breaks: list[int],
    span: tuple[int, int],
    daily: bool,
) -> Curve:
    days, counts = [date.toordinal() for date in series.dates], series.counts(metric)
    values = measure_counts(query.measure, days, counts, breaks, daily=daily)
    rows = [
        (day, count, value)
        for day, count, value in zip(days, counts, values, strict=True)
        if span[0] <= day <= span[1]
    ]
    shown = [(day, value) for day, _count, value in rows if value is not None]
    kept = [pair for pair in shown if _has_place(pair[1], query)]
    return Curve(
        metric,
        tuple(day for day, _value in kept),
        tuple(value for _day, value in kept),
        sum(count is not None for _day, count, _value in rows),
        tuple(day for day, value in shown if not _has_place(value, query)),
    )


def _has_place(value: float, query: ChartQuery) -> bool:
    return query.scale == "linear" or value > 0
