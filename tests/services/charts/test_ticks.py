"""Round ticks, by tables worked out by hand and by what holds for any axis."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.charts.ticks import count_ticks, day_ticks, log_ticks, write

COUNTS = st.integers(0, 10**15)
DAYS = st.dates().map(dt.date.toordinal)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 0, 5, [0, 1]),
        (0, 1, 5, [0, 1]),
        (0, 7, 5, [0, 2, 4, 6, 8]),
        (0, 250, 5, [0, 50, 100, 150, 200, 250]),
        (0, 251, 5, [0, 100, 200, 300]),
        (0, 5327, 5, [0, 2000, 4000, 6000]),
        (-13, 26, 3, [0, 20, 40]),
        (-181, 26, 5, [-150, -100, -50, 0, 50]),
        (-5, 0, 5, [-5, -4, -3, -2, -1, 0]),
        (0, 2_147_483_647, 4, [0, 1_000_000_000, 2_000_000_000, 3_000_000_000]),
    ],
)
def test_counts_have_round_ticks(low: int, high: int, most: int, expected: list[int]) -> None:
    assert count_ticks(low, high, most) == expected


def test_averages_have_ticks_of_one_decimal() -> None:
    assert count_ticks(0, 0.14, 5, 0.1) == [0, 0.1, 0.2]
    assert [write(tick) for tick in count_ticks(-0.3, 1.2, 4, 0.1)] == ["0", "0.5", "1", "1.5"]


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (1, 1, 5, [1, 2]),
        (3, 8, 5, [1, 2, 5, 10]),
        (3, 4, 5, [1, 2, 5]),
        (1, 1000, 5, [1, 10, 100, 1000]),
        (31, 5327, 5, [10, 100, 1000, 10000]),
        (0.14, 26, 4, [0.1, 1, 10, 100]),
        (1, 10**9, 4, [1, 1000, 10**6, 10**9]),
    ],
)
def test_log_axis_has_powers_of_ten(
    low: float, high: float, most: int, expected: list[float]
) -> None:
    assert log_ticks(low, high, most) == expected


@pytest.mark.parametrize(
    ("first", "last", "most", "expected"),
    [
        ("2003-04-12", "2003-04-12", 10, ["12"]),
        ("2003-04-12", "2003-04-15", 10, ["12", "13", "14", "15"]),
        # Mondays.
        ("2003-03-17", "2003-04-11", 5, ["17", "24", "31", "07"]),
        ("2003-03-17", "2003-07-11", 4, ["01", "01", "01", "01"]),
    ],
)
def test_days_have_ticks_on_mondays_and_firsts(
    first: str, last: str, most: int, expected: list[str]
) -> None:
    ticks = day_ticks(*(dt.date.fromisoformat(day).toordinal() for day in (first, last)), most)
    assert [f"{dt.date.fromordinal(tick.day):%d}" for tick in ticks] == expected


def test_long_spans_have_ticks_at_new_year() -> None:
    first, last = dt.date(2001, 5, 1).toordinal(), dt.date(2009, 1, 1).toordinal()
    ticks = day_ticks(first, last, 4)
    assert [dt.date.fromordinal(tick.day) for tick in ticks] == [
        dt.date(2002, 1, 1),
        dt.date(2004, 1, 1),
        dt.date(2006, 1, 1),
        dt.date(2008, 1, 1),
    ]
    assert {tick.kind for tick in ticks} == {"year"}


@settings(deadline=None)
@given(COUNTS, COUNTS, st.integers(1, 12))
def test_ticks_reach_over_what_they_measure(below: int, above: int, most: int) -> None:
    ticks = count_ticks(-below, above, most)
    assert ticks[-1] >= above
    assert 0 in ticks
    assert 2 <= len(ticks) <= most + 3
    assert ticks == sorted(set(ticks))


@settings(deadline=None)
@given(st.floats(0.14, 1e15), st.floats(1, 1e9), st.integers(2, 12))
def test_log_ticks_reach_around_what_they_measure(low: float, factor: float, most: int) -> None:
    high = low * factor
    ticks = log_ticks(low, high, most)
    assert ticks[0] <= low * (1 + 1e-6)
    assert ticks[-1] >= high * (1 - 1e-6)
    assert 2 <= len(ticks) <= most + 2
    assert ticks == sorted(set(ticks))


@settings(deadline=None)
@given(DAYS, DAYS, st.integers(1, 12))
def test_every_span_of_days_has_ticks_and_few(one: int, other: int, most: int) -> None:
    first, last = sorted((one, other))
    ticks = day_ticks(first, last, most)
    assert 1 <= len(ticks) <= max(most, 3)
    assert all(first <= tick.day <= last for tick in ticks)
