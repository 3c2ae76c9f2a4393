"""Lays a chart out: panels above each other, an axis of days, labels at the ends, marks on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.charts import paths
from app.services.charts.frames import Frame
from app.services.charts.panels import (
    Axis,
    Shape,
    Tick,
    draw_bars,
    draw_dots,
    draw_line,
    draw_ticks,
    make_axis,
)
from app.services.charts.reading import Chart, Curve
from app.services.charts.scales import Across
from app.services.charts.spreading import Group, group_marks, spread
from app.services.charts.ticks import DayTick, day_ticks


@dataclass(frozen=True)
class Label:
    """A curve's name and latest value, and the line that leads to them."""

    metric: str
    x: float
    y: float
    value: float
    lead: str


@dataclass(frozen=True)
class Panel:
    """Curves that share an axis of values."""

    top: float
    bottom: float
    ticks: tuple[Tick, ...]
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class PlacedDay:
    """A tick of the axis of days."""

    x: float
    tick: DayTick


@dataclass(frozen=True)
class Stem:
    """The line from a mark to the day that it is about."""

    x: float
    y: float
    is_break: bool


@dataclass(frozen=True)
class Drawing:
    """A chart as shapes, all of them inside a box of this width and height."""

    frame: Frame
    height: float
    left: float
    right: float
    top: float
    bottom: float
    panels: tuple[Panel, ...]
    days: tuple[PlacedDay, ...]
    marks: tuple[Group, ...]
    stems: tuple[Stem, ...]

    @property
    def marks_at(self) -> float:
        """The middle of the row of marks."""
        return self.top - 4 - self.frame.mark / 2


def draw(chart: Chart, frame: Frame) -> Drawing | None:
    """Lay a chart out in a frame; None where it has nothing to show."""
    if not chart.drawn:
        return None
    is_bars = chart.query.measure == "new"
    rows = [[curve] for curve in chart.drawn] if is_bars else [list(chart.drawn)]
    top = frame.line + (frame.mark + 8 if chart.marks else 10)
    heights = _heights(frame, top, len(rows))
    axes = [
        make_axis(chart, row, begin, _ground(frame, row, end), max((end - begin) // frame.above, 3))
        for row, (begin, end) in zip(rows, heights, strict=True)
    ]
    across = Across(
        chart.first.toordinal(), chart.last.toordinal(), _left(frame, axes), _right(frame)
    )
    panels = tuple(
        _panel(chart, row, axis, across, frame, between)
        for row, axis, between in zip(rows, axes, heights, strict=True)
    )
    bottom = heights[-1][1]
    return Drawing(
        frame,
        bottom + frame.line * 2 + 4,
        across.left,
        across.right,
        top,
        bottom,
        panels,
        _days(across, frame),
        tuple(_marks(chart, across, frame)),
        tuple(_stems(chart, across, panels, axes, rows)),
    )


def _heights(frame: Frame, top: int, count: int) -> list[tuple[int, int]]:
    """Return where each panel begins and ends."""
    if count == 1:
        return [(top, frame.height - frame.line * 2 - 4)]
    step = frame.panel + frame.gutter
    return [(top + place * step, top + place * step + frame.panel) for place in range(count)]


def _ground(frame: Frame, row: Sequence[Curve], bottom: int) -> int:
    """Leave room beneath corrections for what they say."""
    falls = any(value < 0 for curve in row for value in curve.values)
    return bottom - frame.line if falls else bottom


def _left(frame: Frame, axes: Sequence[Axis]) -> float:
    widest = max(len(tick.text) for axis in axes for tick in draw_ticks(axis))
    return round(widest * frame.figure + 12)


def _right(frame: Frame) -> float:
    return frame.width - frame.right


def _panel(
    chart: Chart,
    row: Sequence[Curve],
    axis: Axis,
    across: Across,
    frame: Frame,
    between: tuple[int, int],
) -> Panel:
    shapes = tuple(_shape(chart, curve, across, axis, frame) for curve in row)
    top, bottom = between
    return Panel(top, bottom, draw_ticks(axis), shapes, _labels(row, shapes, frame, between))


def _shape(chart: Chart, curve: Curve, across: Across, axis: Axis, frame: Frame) -> Shape:
    if chart.query.measure != "new":
        return draw_line(chart, curve, across, axis)
    if chart.query.scale == "log":
        return draw_dots(curve, across, axis)
    return draw_bars(curve, across, axis, frame.most_labels)


def _labels(
    row: Sequence[Curve], shapes: Sequence[Shape], frame: Frame, between: tuple[int, int]
) -> tuple[Label, ...]:
    """Put each curve's name beside its end, the names clear of each other."""
    top, bottom = between
    x = _right(frame) + frame.lead
    lines = frame.line * 2 - 4
    if len(row) == 1 and shapes[0].bars + shapes[0].corrections:
        wanted = [(top + bottom) / 2]
    else:
        wanted = [shape.end[1] for shape in shapes]
    places = spread(wanted, lines, top + frame.text / 2, bottom - frame.text / 2)
    return tuple(
        Label(curve.metric, x, y, curve.values[-1], _lead(shape, x - 4, y))
        for curve, shape, y in zip(row, shapes, places, strict=True)
    )


def _lead(shape: Shape, x: float, y: float) -> str:
    return "" if shape.bars or shape.corrections else paths.line([shape.end, (x, y)])


def _days(across: Across, frame: Frame) -> tuple[PlacedDay, ...]:
    most = int((across.right - across.left) // frame.apart)
    ticks = day_ticks(across.first, across.last, most)
    return tuple(PlacedDay(across.place(tick.day), tick) for tick in ticks)


def _marks(chart: Chart, across: Across, frame: Frame) -> list[Group]:
    places = [(mark.number, across.place(mark.day)) for mark in chart.marks]
    return group_marks(places, frame.mark, 0, frame.width)


def _stems(
    chart: Chart,
    across: Across,
    panels: Sequence[Panel],
    axes: Sequence[Axis],
    rows: Sequence[Sequence[Curve]],
) -> list[Stem]:
    """Lead each mark to the point it is about; a break goes through everything."""
    points = {
        (curve.metric, day): axis.upwards.place(value)
        for axis, row in zip(axes, rows, strict=True)
        for curve in row
        for day, value in zip(curve.days, curve.values, strict=True)
    }
    bottom = panels[-1].bottom
    return [
        Stem(
            across.place(mark.day) - (across.strip / 2 if mark.is_break else 0),
            bottom if mark.is_break else points.get((mark.metric, mark.day), panels[0].bottom),
            mark.is_break,
        )
        for mark in chart.marks
    ]
