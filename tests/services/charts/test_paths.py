"""Shapes as SVG writes them, thinned out without losing what stands out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.charts import paths

HEIGHTS = st.lists(st.floats(0, 400), min_size=1, max_size=300)


def test_line_is_written_in_tenths_and_without_blanks_before_a_minus() -> None:
    assert paths.line([(10, 20), (15.94, 17), (16, 17.5)]) == "M10 20l5.9-3 .1 .5"


def test_point_alone_is_a_dot() -> None:
    assert paths.line([(3, 0.04)]) == "M3 0h0"
    assert paths.line([]) == ""


def test_bars_hang_from_where_they_begin() -> None:
    assert paths.bars([(10, 100, 80), (20, 100, 110.5)], 4) == "M10 100h4v-20h-4zM20 100h4v10.5h-4z"


def test_rounding_does_not_add_up() -> None:
    points = [(place * 0.34, 0.0) for place in range(1000)]
    steps = paths.line(points).partition("l")[2].split(" ")[::2]
    assert round(sum(map(float, steps)), 1) == round(999 * 0.34, 1)


@settings(deadline=None)
@given(HEIGHTS, st.floats(0.01, 5))
def test_thinning_keeps_the_ends_and_the_extremes(heights: list[float], step: float) -> None:
    points = [(place * step, height) for place, height in enumerate(heights)]
    kept = paths.thin_out(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert max(y for _x, y in kept) == max(heights)
    assert min(y for _x, y in kept) == min(heights)
    assert kept == [point for point in points if point in set(kept)]
    assert len(kept) <= 4 * (points[-1][0] // paths.COLUMN + 1)
