"""Whole charts: what stands where, and that nothing ever raises or leaves the box."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import METRICS, Annotation, Finding
from app.services.charts.asked import MEASURES, SCALES, ChartQuery
from app.services.charts.drawing import Drawing, draw
from app.services.charts.frames import FRAMES, NARROW, WIDE
from app.services.charts.reading import chart_of
from app.services.marks import Mark
from app.services.rules.series import Series

BEGIN = dt.date(2003, 4, 14)
LARGEST = 2_147_483_647
counts = st.one_of(st.none(), st.integers(0, 60), st.integers(0, LARGEST))
days = st.dates(dt.date(2003, 3, 1), dt.date(2003, 4, 30))
queries = st.builds(
    ChartQuery,
    st.sampled_from(MEASURES),
    st.sampled_from(SCALES),
    st.none() | days,
    st.none() | days,
)
remarks = st.lists(st.tuples(days, st.sampled_from(["note", "break", "finding"])), max_size=40)


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    dates = sorted(draw(st.sets(days | st.dates(), max_size=30)))
    columns = [tuple(draw(counts) for _ in dates) for _ in range(3)]
    return Series(7, tuple(dates), *columns)


def series_of(*cases: int | None, begin: dt.date = BEGIN) -> Series:
    """Return reports of cases alone, a day each; a blank day has no report."""
    found = [(begin + dt.timedelta(at), each) for at, each in enumerate(cases) if each is not None]
    blank = (None,) * len(found)
    return Series(7, tuple(day for day, _ in found), tuple(c for _, c in found), blank, blank)


def mark_of(number: int, day: dt.date, kind: str = "note") -> Mark:
    if kind == "finding":
        return Mark(number, day, finding=Finding(date=day, metric="deaths"))
    return Mark(number, day, annotation=Annotation(date=day, kind=kind, text="Known."))


def drawing_of(series: Series, *marks: Mark, frame: Any = WIDE, **asked: Any) -> Drawing:
    chart = chart_of(series, ChartQuery(**asked), marks)
    assert chart is not None
    drawing = draw(chart, frame)
    assert drawing is not None
    return drawing


def points_of(path: str) -> Iterator[tuple[float, float]]:
    """Follow a path of ours and yield where its corners are."""
    x = y = 0.0
    for command, text in re.findall(r"([MlhvzHV])([^MlhvzHV]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        if command == "M":
            x, y = numbers
        elif command == "h":
            x += numbers[0]
        elif command == "v":
            y += numbers[0]
        for at in range(0, len(numbers) if command == "l" else 0, 2):
            x, y = x + numbers[at], y + numbers[at + 1]
            yield x, y
        yield x, y


def places_of(drawing: Drawing) -> Iterator[tuple[float, float]]:
    """Yield every place at which a drawing has something."""
    for panel in drawing.panels:
        for shape in panel.shapes:
            yield shape.end
            for path in (shape.line, shape.bridges, shape.dots, shape.bars, shape.corrections):
                yield from points_of(path)
            yield from ((fall.x, fall.y) for fall in shape.falls)
        yield from ((label.x, label.y) for label in panel.labels)
        yield from ((drawing.left, tick.y) for tick in panel.ticks)
    yield from ((day.x, drawing.bottom) for day in drawing.days)
    yield from ((group.x, drawing.marks_at) for group in drawing.marks)
    yield from ((stem.x, stem.y) for stem in drawing.stems)


@settings(max_examples=150, deadline=None)
@given(any_series(), queries, remarks, st.booleans())
def test_nothing_raises_or_leaves_the_box(
    series: Series, query: ChartQuery, said: list[tuple[dt.date, str]], daily: bool
) -> None:
    marks = [mark_of(number, *each) for number, each in enumerate(sorted(said), start=1)]
    if query.first and query.last and query.first > query.last:
        query = replace(query, first=query.last, last=query.first)
    chart = chart_of(series, query, marks, daily=daily)
    for drawing in filter(None, (draw(chart, frame) for frame in FRAMES) if chart else ()):
        for x, y in places_of(drawing):
            assert -0.1 <= x <= drawing.frame.width + 0.1
            assert -0.1 <= y <= drawing.height + 0.1


def test_narrow_chart_is_four_to_three_with_fewer_ticks() -> None:
    series = series_of(*range(117))
    wide, narrow = (drawing_of(series, frame=frame) for frame in FRAMES)
    assert narrow.height / narrow.frame.width == 3 / 4
    assert len(narrow.days) < len(wide.days)
    assert len(narrow.panels[0].ticks) <= len(wide.panels[0].ticks)


def test_missing_day_is_a_gap_and_a_lone_report_a_dot() -> None:
    shape = drawing_of(series_of(1, 2, None, 4, None, 6, 7)).panels[0].shapes[0]
    assert shape.line.count("M") == 2
    assert shape.dots.count("M") == 1
    assert shape.bridges.count("M") == 2


def test_break_parts_the_line_and_nothing_spans_it() -> None:
    marks = [mark_of(1, BEGIN + dt.timedelta(2), "break")]
    drawing = drawing_of(series_of(200, 220, 39, 40), *marks)
    shape = drawing.panels[0].shapes[0]
    assert (shape.line.count("M"), shape.bridges) == (2, "")
    across, (stem,) = (drawing.right - drawing.left) / 4, drawing.stems
    assert (stem.x, stem.y) == (drawing.left + 2 * across, drawing.bottom)


def test_large_correction_is_cut_and_says_how_large_it_is() -> None:
    panel = drawing_of(series_of(200, 220, 39, 40), measure="new").panels[0]
    (fall,) = panel.shapes[0].falls
    assert (fall.text, fall.is_cut, fall.is_labelled) == ("−181", True, True)
    zero = next(tick.y for tick in panel.ticks if tick.is_zero)
    assert 0 < fall.y - zero < (zero - panel.top)
    assert fall.y < panel.bottom


def test_small_correction_is_not_cut() -> None:
    (fall,) = drawing_of(series_of(200, 220, 215), measure="new").panels[0].shapes[0].falls
    assert (fall.text, fall.is_cut) == ("−5", False)


def test_nothing_leads_past_a_value_that_a_log_scale_leaves_out() -> None:
    shape = drawing_of(series_of(5, 0, 0, 9, None, 11), scale="log").panels[0].shapes[0]
    assert (shape.dots.count("M"), shape.bridges.count("M")) == (3, 1)


def test_log_scale_leaves_out_zeros_and_counts_them() -> None:
    chart = chart_of(series_of(0, 0, 5, 9), ChartQuery(scale="log"))
    assert chart is not None
    assert (chart.left_out, chart.drawn[0].values) == (2, (5, 9))
    assert chart_of(series_of(0), ChartQuery(scale="log")).drawn == ()  # type: ignore[union-attr]


def test_count_that_was_never_reported_has_no_curve() -> None:
    chart = chart_of(series_of(1, 2), ChartQuery())
    assert chart is not None
    assert [curve.metric for curve in chart.drawn] == ["cases"]
    assert [curve.reported for curve in chart.curves] == [2, 0, 0]


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [(0, 9, (1, 5)), (2, 3, (3, 4)), (-900, 3, (1, 4)), (7, 9, None), (-9, -1, None)],
)
def test_days_asked_for_are_kept_to_those_of_the_country(
    first: int, last: int, shown: tuple[int, int] | None
) -> None:
    asked = ChartQuery(first=BEGIN + dt.timedelta(first), last=BEGIN + dt.timedelta(last))
    chart = chart_of(series_of(1, 2, 3, 4, 5), asked)
    values = chart and (chart.drawn[0].values[0], chart.drawn[0].values[-1])
    assert values == shown


def test_first_change_shown_is_since_the_report_before_it() -> None:
    asked = ChartQuery("new", first=BEGIN + dt.timedelta(1))
    chart = chart_of(series_of(1, 4, 9), asked)
    assert chart is not None
    assert chart.drawn[0].values == (3, 5)


def test_marks_lead_to_the_point_they_are_about() -> None:
    series = Series(7, (BEGIN, BEGIN + dt.timedelta(1)), (10, 20), (1, 2), (0, 0))
    marks = [mark_of(1, BEGIN), mark_of(2, BEGIN + dt.timedelta(1), "finding")]
    drawing = drawing_of(series, *marks)
    cases, deaths, _recoveries = (shape.end[1] for shape in drawing.panels[0].shapes)
    assert drawing.stems[1].y == deaths
    assert drawing.stems[0].y > cases
    assert [group.text for group in drawing.marks] == ["1", "2"]


def test_thousands_of_days_stay_small_and_keep_the_peak() -> None:
    cases = [at % 50 for at in range(6000)]
    cases[3333] = 4000
    drawing = drawing_of(series_of(*cases), frame=NARROW)
    shape = drawing.panels[0].shapes[0]
    assert len(shape.line) < 8000
    top = min(y for _x, y in points_of(shape.line))
    assert top == pytest.approx(next(t.y for t in drawing.panels[0].ticks if t.text == "4,000"))
    bars = drawing_of(series_of(*cases), frame=NARROW, measure="new").panels[0].shapes[0]
    assert len(bars.bars) + len(bars.corrections) < 16_000


def test_each_count_has_a_panel_of_its_own_where_bars_stand() -> None:
    series = Series(7, (BEGIN, BEGIN + dt.timedelta(1)), (10, 20), (1, 2), (None, None))
    panels = drawing_of(series, measure="new").panels
    assert [panel.shapes[0].metric for panel in panels] == list(METRICS[:2])
    assert panels[0].bottom < panels[1].top
