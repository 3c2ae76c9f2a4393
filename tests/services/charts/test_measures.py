"""What each measure makes of reported counts, by tables worked out by hand."""

from collections.abc import Sequence

import pytest

from app.services.charts.measures import changes, count_falls, measure_counts

Counts = list[int | None]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], []),
        ([5], [None]),
        ([5, 8, 8], [None, 3, 0]),
        ([220, 39], [None, -181]),
        # Since the last report that states one: nothing is lost over a blank.
        ([5, None, 9], [None, None, 4]),
        ([None, None, 9], [None, None, None]),
    ],
)
def test_change_is_since_the_last_report_that_states_a_count(
    counts: Counts, expected: Counts
) -> None:
    assert changes(counts) == expected
    assert count_falls(counts) == sum((change or 0) < 0 for change in expected)


@pytest.mark.parametrize(
    ("days", "counts", "breaks", "expected"),
    [
        ([1, 8], [7, 21], [], [None, 2.0]),
        # No report on day 8: the count of day 1 was the last known then.
        ([1, 9], [7, 21], [], [None, 2.0]),
        # Day 9 looks back to day 2, not over seven rows.
        ([1, 2, 9], [7, 14, 21], [], [None, None, 1.0]),
        ([1, 8, 15], [7, None, 21], [], [None, None, 2.0]),
        ([1, 8], [21, 7], [], [None, -2.0]),
        ([1, 8, 15], [70, 7, 14], [8], [None, None, 1.0]),
        ([1, 8, 15], [70, 7, 14], [9], [None, -9.0, None]),
        ([1, 2, 7], [1, 2, 3], [], [None, None, None]),
    ],
)
def test_average_is_a_seventh_of_what_came_in_seven_days_of_the_calendar(
    days: Sequence[int], counts: Counts, breaks: Sequence[int], expected: list[float | None]
) -> None:
    assert measure_counts("average", days, counts, breaks) == expected


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("cumulative", [2, None, 7, 7, 21]), ("new", [2, None, 5, 0, 14]), ("average", [None] * 4)],
)
def test_daily_counts_are_added_up(measure: str, expected: Counts) -> None:
    days, counts = [1, 2, 3, 4, 8], [2, None, 5, 0, 14]
    found = measure_counts(measure, days, counts, daily=True)  # type: ignore[arg-type]
    assert found[: len(expected)] == expected
    if measure == "average":
        # 14 + 5 of days 2 to 8; what was said of day 1 was before.
        assert found[-1] == pytest.approx(19 / 7)
