"""Labels and marks that would stand on each other."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.charts.spreading import group_marks, spread

PLACES = st.lists(st.floats(0, 100), max_size=8)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], []),
        ([50], [50]),
        ([10, 90], [10, 90]),
        ([50, 50], [50, 70]),
        ([100, 95, 0], [100, 80, 0]),
        # No room for six: evenly.
        ([1, 2, 3, 4, 5, 6, 7], pytest.approx([0, 16.7, 33.3, 50, 66.7, 83.3, 100], abs=0.1)),
    ],
)
def test_labels_keep_clear_of_each_other(wanted: list[float], expected: list[float]) -> None:
    assert spread(wanted, 20, 0, 100) == expected


@settings(deadline=None)
@given(PLACES)
def test_labels_stay_inside_and_in_their_order(wanted: list[float]) -> None:
    places = spread(wanted, 20, 0, 100)
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in places)
    for one, other in zip(wanted, places, strict=True):
        assert all(other <= later for mine, later in zip(wanted, places, strict=True) if one < mine)


def test_marks_that_would_touch_share_a_place() -> None:
    groups = group_marks([(1, 10), (2, 100), (3, 110), (4, 300)], 26, 0, 340)
    assert [(group.text, group.x) for group in groups] == [("1", 13), ("2–3", 105), ("4", 300)]


@settings(deadline=None)
@given(st.lists(st.floats(0, 340), max_size=200).map(sorted))
def test_marks_never_touch_and_none_is_lost(places: list[float]) -> None:
    groups = group_marks(list(enumerate(places, start=1)), 26, 0, 340)
    numbers = [number for group in groups for number in range(group.first, group.last + 1)]
    assert numbers == list(range(1, len(places) + 1))
    for group in groups:
        assert group.x - group.width / 2 >= -1e-6
        assert group.x + group.width / 2 <= 340 + 1e-6
    for before, after in pairwise(groups):
        assert before.x + before.width / 2 <= after.x - after.width / 2 + 1e-6
