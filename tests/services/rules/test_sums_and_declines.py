import datetime as dt
from typing import Any

import pytest

from app.services.rules import wording
from app.services.rules.facts import Facts
from tests.support.series import TODAY, Day, look, series, told

DAILY = Facts(cumulative=False, today=TODAY)


@pytest.mark.parametrize(
    ("days", "seen"),
    [
        ([], []),
        ([5], []),
        ([5, 5, 6], []),
        ([5, 4], [(1, "cases", 1)]),
        ([5, None, 4], [(2, "cases", 1)]),
        ([None, 5, None], []),
        ([5, 3, 4, 2], [(1, "cases", 2), (3, "cases", 2)]),
        ([(9, 2, 1), (9, 1, 0)], [(1, "deaths", 1), (1, "recoveries", 1)]),
        ([(None, 2), (9, None), (9, 1)], [(2, "deaths", 1)]),
    ],
)
def test_each_fall_below_the_report_before_is_seen(days: list[Day], seen: list[Any]) -> None:
    assert told(look(series(*days), "decline")) == seen


def test_small_falls_are_left_alone_where_asked() -> None:
    days = series(100, 99, 90, 40)
    assert told(look(days, "decline", least=2)) == [(2, "cases", 9), (3, "cases", 50)]
    assert told(look(days, "decline", percent=10)) == [(3, "cases", 50)]


def test_a_break_in_the_series_explains_its_fall() -> None:
    assert told(look(series(220, 39, 38, breaks=[1]), "decline")) == [(2, "cases", 1)]
    unreported = series(220, None, 39, 38, breaks=[1])
    assert told(look(unreported, "decline")) == [(3, "cases", 1)]


@pytest.mark.parametrize("rule", ["sum", "deaths", "decline"])
def test_daily_counts_need_not_add_up(rule: str) -> None:
    assert look(series((9, 2, 8), (1, 5, 0)), rule, DAILY) == []


@pytest.mark.parametrize(
    ("day", "sums", "deaths"),
    [
        ((7, 2, 6), [1], []),
        ((8, 2, 6), [], []),
        ((7, None, 8), [1], []),
        ((7, 8, None), [], [1]),
        ((7, 9, 9), [], [2]),
        ((None, 9, 9), [], []),
        ((0, 0, 0), [], []),
    ],
)
def test_counts_that_contradict_each_other_are_seen_once(
    day: Day, sums: list[int], deaths: list[int]
) -> None:
    assert [seen.size for seen in look(series(day), "sum")] == sums
    assert [seen.size for seen in look(series(day), "deaths")] == deaths


def test_a_finding_is_about_rule_metric_country_and_day() -> None:
    (seen,) = look(series(5, 4), "decline")
    assert seen.key == "decline:cases:7:2003-04-12"
    assert seen.grouping == "decline:cases:1"
    assert seen.values == {"before": 5, "since": "2003-04-11", "count": 4}
    assert [report["cases"] for report in seen.details["around"]] == [5, 4]


@pytest.mark.parametrize(
    ("days", "rule", "suggestion"),
    [
        # 54 is 45 with its digits exchanged, 40 cannot be mended.
        ([40, 45, 54, 46, 47], "decline", ("set", "2003-04-13", {"cases": 45})),
        ([40, 45, 40, 46], "decline", None),
        # A digit typed twice.
        ([122, 1233, 130], "decline", ("set", "2003-04-12", {"cases": 123})),
        # Nothing after it says how large it may be.
        ([150, 51], "decline", None),
        (
            [(50, 2, 9), (52, 10, 3), (53, 3, 11)],
            "decline",
            ("swap", "2003-04-12", {"deaths": 3, "recoveries": 10}),
        ),
        ([(50, 2), (3, 52), (53, 3)], "deaths", ("swap", "2003-04-12", {"cases": 52, "deaths": 3})),
    ],
)
def test_a_slip_that_explains_it_is_suggested(days: list[Day], rule: str, suggestion: Any) -> None:
    found = look(series(*days), rule)[0].details["suggestion"]
    assert (tuple(found[part] for part in ("kind", "date", "values")) if found else None) == (
        suggestion
    )


def test_what_is_seen_is_said_with_its_numbers() -> None:
    (fall,) = look(series(1250, 1200), "decline")
    assert str(wording.headline(fall)) == "Cases fall from 1,250 on 2003-04-11 to 1,200."
    assert [str(said) for said in wording.grounds(fall)] == [
        "A total can only grow; this one falls by 50, 4.0 %."
    ]
    (more,) = look(series((7, 2, 6)), "sum")
    said = "Deaths and recoveries together (8) exceed cases (7)."
    assert str(wording.headline(more)) == said


def test_suggestions_and_groups_are_said() -> None:
    (fall,) = look(series(40, 45, 54, 46, 47), "decline")
    said = wording.suggestion(fall)
    assert said is not None
    assert str(said) == "Perhaps cases are 45 on 2003-04-13."
    assert said.values["date"] == dt.date(2003, 4, 13)
    title = wording.group_title("decline:cases:1", 43, 18)
    assert str(title) == "43 falls of cases by 1 in 18 countries"
    assert str(wording.group_title("decline:deaths:101", 1, 1)) == "1 fall of deaths by > 100"
