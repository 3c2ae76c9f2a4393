"""One panel of a chart: an axis of values, and the shapes of the curves that it measures."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.services.charts import paths
from app.services.charts.paths import Bar, Point
from app.services.charts.reading import Chart, Curve
from app.services.charts.scales import Across, Linear, Logarithmic, Upwards
from app.services.charts.ticks import FINEST_MEAN, count_ticks, log_ticks, write

# Bars leave a fifth of a day's strip free, and are not wider than a finger.
BAR_SHARE = 0.8
WIDEST_BAR = 16.0
# A correction may take this share of the height above zero; a larger one is cut.
MOST_BENEATH = 0.5


@dataclass(frozen=True)
class Axis:
    """The values of a panel: where they stand, which of them have a tick."""

    upwards: Upwards
    ticks: tuple[float, ...]
    low: float


@dataclass(frozen=True)
class Tick:
    """A line across a panel, and what it says."""

    y: float
    text: str
    is_zero: bool


@dataclass(frozen=True)
class Fall:
    """What stands beneath a correction; a cut one is larger than it is drawn."""

    x: float
    y: float
    text: str
    is_cut: bool
    is_labelled: bool


@dataclass(frozen=True)
class Shape:
    """A curve as it is drawn: a line or dots, or bars with corrections beneath zero."""

    metric: str
    end: Point
    line: str = ""
    # Where a report is missing; what lies between is not known.
    bridges: str = ""
    dots: str = ""
    bars: str = ""
    corrections: str = ""
    falls: tuple[Fall, ...] = ()


class Run(list[Point]):
    """Points without a gap; it stands apart where nothing leads from the points before to it."""

    def __init__(self, points: Iterable[Point] = (), *, stands_apart: bool = False) -> None:
        super().__init__(points)
        self.stands_apart = stands_apart


def make_axis(chart: Chart, curves: Sequence[Curve], top: float, bottom: float, most: int) -> Axis:
    """Choose the axis that fits the curves between two heights."""
    values = [value for curve in curves for value in curve.values]
    finest = FINEST_MEAN if chart.query.measure == "average" else 1
    if chart.query.scale == "log":
        ticks = log_ticks(min(values), max(values), most)
        return Axis(Logarithmic(ticks[0], ticks[-1], bottom, top), tuple(ticks), ticks[0])
    low, high = min(*values, 0), max(*values, 0)
    if chart.query.measure == "new" and high > 0:
        low = max(low, -high * MOST_BENEATH)
    ticks = count_ticks(low, high, most, finest)
    return Axis(Linear(min(low, ticks[0]), ticks[-1], bottom, top), tuple(ticks), low)


def draw_ticks(axis: Axis) -> tuple[Tick, ...]:
    """Return the ticks of an axis with what they say."""
    return tuple(Tick(axis.upwards.place(tick), write(tick), tick == 0) for tick in axis.ticks)


def draw_line(chart: Chart, curve: Curve, across: Across, axis: Axis) -> Shape:
    """Draw a curve as a line, with a gap where a report is missing or the series breaks."""
    points = [
        (across.place(day), axis.upwards.place(value))
        for day, value in zip(curve.days, curve.values, strict=True)
    ]
    runs = list(_runs(chart, curve, points, across))
    lines = "".join(paths.line(paths.thin_out(run)) for run in runs if len(run) > 1)
    dots = "".join(paths.line(run) for run in runs if len(run) == 1)
    bridges = "".join(
        paths.line([before[-1], run[0]]) for before, run in pairwise(runs) if not run.stands_apart
    )
    return Shape(curve.metric, points[-1], line=lines, bridges=bridges, dots=dots)


def draw_dots(curve: Curve, across: Across, axis: Axis) -> Shape:
    """Draw a curve as dots: on a logarithmic axis the length of a bar would mean nothing."""
    points = [
        (across.place(day), axis.upwards.place(value))
        for day, value in zip(curve.days, curve.values, strict=True)
    ]
    dots = "".join(paths.line([point]) for point in paths.thin_out(points))
    return Shape(curve.metric, points[-1], dots=dots)


def draw_bars(curve: Curve, across: Across, axis: Axis, most_labels: int) -> Shape:
    """Draw a curve as bars; a correction hangs beneath zero, cut where it would squash the rest."""
    narrowest = 1 if across.strip >= 1 else paths.COLUMN * BAR_SHARE
    width = min(max(across.strip * BAR_SHARE, narrowest), WIDEST_BAR)
    zero = axis.upwards.place(0)
    rising: dict[int, Bar] = {}
    falling: dict[int, tuple[Bar, float]] = {}
    for day, value in zip(curve.days, curve.values, strict=True):
        left, end = across.place(day) - width / 2, axis.upwards.place(value)
        # Days that share a column of the screen show the largest of them.
        column = day if across.strip >= 1 else int(left // paths.COLUMN)
        if value > 0 and end <= rising.get(column, (0, 0, math.inf))[2]:
            rising[column] = (left, zero, end)
        elif value < 0 and value <= falling.get(column, ((), 0))[1]:
            falling[column] = ((left, zero, end), value)
    return Shape(
        curve.metric,
        (across.place(curve.days[-1]), axis.upwards.place(curve.values[-1])),
        bars=paths.bars(rising.values(), width),
        corrections=paths.bars((bar for bar, _value in falling.values()), width),
        falls=tuple(_label(list(falling.values()), width, axis, most_labels)),
    )


def _runs(chart: Chart, curve: Curve, points: Sequence[Point], across: Across) -> Iterator[Run]:
    """Go through the unbroken parts of a curve; a gap that nobody would see is none."""
    # What the axis has no place for was reported: to lead past it would deny that.
    apart = {bisect_left(curve.days, day) for day in (*chart.breaks, *curve.left_out)}
    widest = 1 + 1 / across.strip
    run = Run([points[0]])
    for place, (before, day) in enumerate(pairwise(curve.days), start=1):
        if place in apart or day - before >= widest:
            yield run
            run = Run(stands_apart=place in apart)
        run.append(points[place])
    yield run


def _label(falling: list[tuple[Bar, float]], width: float, axis: Axis, most: int) -> Iterator[Fall]:
    """Say of the corrections how large they are, the largest first, as far as there is room."""
    figure = 9.0
    taken: list[tuple[float, float]] = []
    for (left, _begin, end), value in sorted(falling, key=lambda each: each[1]):
        x, text = left + width / 2, write(value)
        half = len(text) * figure / 2
        free = all(x + half <= other or x - half >= after for other, after in taken)
        is_labelled = free and len(taken) < most
        if is_labelled:
            taken.append((x - half, x + half))
        is_cut = value < axis.low
        if is_labelled or is_cut:
            yield Fall(x, end, text, is_cut, is_labelled)
