import datetime as dt
from typing import Any

import pytest

from app.services.rules import wording
from app.services.rules.days import Day as Total
from app.services.rules.days import reporting_days, stalled_days, unheard_of
from app.services.rules.engine import Engine
from app.services.rules.facts import Facts, Named, Reporter
from app.services.rules.settings import Settings
from tests.support.series import FIRST, TODAY, Day, look, series, told


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def every_day(number: int = 40) -> Facts:
    return Facts(today=TODAY, days=tuple(day(at) for at in range(number)))


@pytest.mark.parametrize(
    ("days", "seen"),
    [
        # Ten a day for a week, then a hundred: 100 > 10 + 8 deviations, and 3 times the largest.
        ([10, 20, 30, 40, 50, 60, 70, 170], [(7, "cases", 100)]),
        # Three times as much is not more than three times.
        ([10, 20, 30, 40, 50, 60, 70, 100], []),
        # Small numbers are quiet: 29 is below `least`.
        ([0, 0, 0, 0, 0, 0, 1, 30], []),
        ([0, 0, 0, 0, 0, 0, 1, 31], [(7, "cases", 30)]),
        # Too few reports to know what is usual.
        ([10, 20, 30, 40, 50, 150], []),
        # Taken back by the next report: the fall tells of it.
        ([10, 20, 30, 40, 50, 60, 70, 170, 80], []),
        ([10, 20, 30, 40, 50, 60, 70, 170, 169], [(7, "cases", 100)]),
        # Back to where it was after a fall.
        ([10, 20, 30, 40, 50, 250, 260, 60, 270], [(5, "cases", 200)]),
    ],
)
def test_a_rise_beyond_the_countrys_own_is_seen(days: list[Day], seen: list[Any]) -> None:
    assert told(look(series(*days), "jump")) == [one for one in seen if one[0] > 5]


@pytest.mark.parametrize("fallen", [0, 5])
def test_a_sudden_rise_is_seen_wherever_in_a_series_it_is(fallen: int) -> None:
    for at in range(6, 46):
        days = [10 * number + 10 + (300 if number >= at else 0) for number in range(46)]
        days[0] += 10 + fallen  # the second report is equal to it, or below
        assert told(look(series(*days), "jump")) == [(at, "cases", 310)]


def test_a_rise_over_days_without_reports_is_counted_by_the_day() -> None:
    steady = [10, 20, 30, 40, 50, 60, 70]
    away = series(*steady, *[None] * 9, 170)
    assert look(away, "jump") == []
    assert look(series(*steady, 170), "jump") != []


def test_a_break_explains_a_rise_and_daily_counts_are_compared_as_they_are() -> None:
    days = [10, 20, 30, 40, 50, 60, 70, 170]
    assert look(series(*days, breaks=[7]), "jump") == []
    daily = Facts(cumulative=False, today=TODAY)
    new = [10, 12, 9, 11, 10, 12, 90, 11]
    (seen,) = look(series(*new), "jump", daily)
    assert told([seen]) == [(6, "cases", 90)]
    assert str(wording.headline(seen)) == "New cases are 90, after 10.5 a day lately."


def test_missing_days_are_told_in_runs() -> None:
    on = [0, 1, 2, 3, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17]
    whole = series(*range(18))
    for at in set(range(18)) - set(on):
        whole = whole.saying(day(at), None)
    assert told(look(whole, "gap", every_day())) == [(4, None, 2), (8, None, 1)]
    assert told(look(whole, "gap", every_day(), days=2)) == [(4, None, 2)]
    (gap, _) = look(whole, "gap", every_day())
    assert [report["cases"] for report in gap.details["around"]] == [3, 6]
    assert gap.details["days"] == ["2003-04-15", "2003-04-16"]


def test_a_rhythm_of_its_own_is_told_once() -> None:
    weekly = series(*range(30))
    for at in set(range(30)) - {0, 7, 14, 21, 29}:
        weekly = weekly.saying(day(at), None)
    (seen,) = look(weekly, "gap", every_day())
    assert (seen.date, seen.size, seen.grouping) == (None, 25, "gap::rhythm")
    said = "Reports at a rhythm of its own: 25 of 30 days are missing."
    assert str(wording.headline(seen)) == said


def test_days_on_which_few_report_make_nobody_late() -> None:
    spans = [(day(0), day(9))] * 4
    days = [Total(day(at), 1 if at == 5 else 4, (0, 0, 0), (0, 0, 0)) for at in range(10)]
    assert day(5) not in reporting_days(days, spans)
    assert len(reporting_days(days, spans)) == 9


def test_a_country_that_stopped_is_told() -> None:
    reporters = [Reporter(1, day(0), day(39), 40), Reporter(2, day(0), day(32), 33)]
    facts = Facts(today=TODAY, days=every_day().days, reporters=reporters)
    (seen,) = Engine(facts, Settings(), ["stopped"]).survey()
    assert (seen.country_id, seen.date, seen.size) == (2, day(32), 7)
    assert Engine(facts, Settings(exempt=frozenset({("stopped", 2)})), ["stopped"]).survey() == []
    assert Engine(facts, Settings(thresholds={"stopped": {"days": 8}}), ["stopped"]).survey() == []


@pytest.mark.parametrize(
    ("days", "seen"),
    [
        ([(9, 0, 0), (9, 0, 0), (9, 0, 0), (60, 1, 43)], [(0, "recoveries", 3)]),
        # A first count of 9 may be the first, and so may be one after two reports.
        ([(9, 0, 0), (9, 0, 0), (9, 0, 0), (60, 1, 9)], []),
        ([(9, 0, 0), (9, 0, 0), (60, 1, 43)], []),
        ([(9, 0, 5), (9, 0, 5), (9, 0, 5), (60, 1, 43)], []),
        # Nobody has recovered where nobody was ill.
        ([(0, 0, 0), (0, 0, 0), (0, 0, 0), (60, 1, 43)], []),
    ],
)
def test_zeros_before_a_large_first_count_are_seen(days: list[Day], seen: list[Any]) -> None:
    assert told(look(series(*days), "zero")) == seen


def test_zeros_before_anybody_reported_are_seen_and_can_be_set_to_not_reported() -> None:
    begins = Facts(today=TODAY, unheard_of={"recoveries": day(4)})
    (seen,) = look(series(*[(9, 0, 0)] * 6), "zero", begins)
    assert told([seen]) == [(0, "recoveries", 4)]
    assert seen.details["suggestion"] == {
        "kind": "set",
        "date": "2003-04-11",
        "through": "2003-04-14",
        "values": {"recoveries": None},
    }
    said = "Perhaps recoveries were not reported from 2003-04-11 to 2003-04-14."
    assert str(wording.suggestion(seen)) == said


def test_a_metric_is_unheard_of_where_it_begins_late_and_large() -> None:
    def totals(*recoveries: int) -> list[Total]:
        return [Total(day(at), 9, (90, 9, one), (0, 0, 0)) for at, one in enumerate(recoveries)]

    assert unheard_of(totals(0, 0, 0, 0, 0, 50)) == {"recoveries": day(5)}
    assert unheard_of(totals(0, 0, 0, 0, 50)) == {}
    assert unheard_of(totals(0, 0, 0, 0, 0, 9)) == {}


def test_a_day_that_stands_still_between_days_that_move_is_looked_at() -> None:
    def totals(*moves: int, reports: int = 20) -> list[Total]:
        return [Total(day(at), reports, (0, 0, 0), (one, 0, 0)) for at, one in enumerate(moves)]

    assert stalled_days(totals(90, 80, 0, 100, 90)) == [day(2)]
    assert stalled_days(totals(90, 80, 20, 100, 90)) == []
    assert stalled_days(totals(90, 80, 0, 0, 0, 0)) == []
    assert stalled_days(totals(90, 80, 0, 100, 90, reports=7)) == []


@pytest.mark.parametrize(("same", "seen"), [(18, True), (17, False)])
def test_a_copied_day_is_told_where_nine_in_ten_say_the_same(same: int, seen: bool) -> None:
    facts = Facts(today=TODAY, stalled={day(2): (same, 20)})
    assert bool(Engine(facts, Settings(), ["copy"]).survey()) == seen


def test_days_that_cannot_be_meant_are_seen() -> None:
    far = series(1, 2, 3, first=TODAY)
    assert [seen.date for seen in look(far, "future")] == [TODAY + dt.timedelta(days=2)]
    assert [seen.date for seen in look(series(1, first=dt.date(1903, 8, 1)), "ancient")] == []
    assert len(look(series(1, 2, first=dt.date(1303, 4, 1)), "ancient")) == 2


@pytest.mark.parametrize(
    ("one", "other", "seen"),
    [
        (("Untied States", False, 3), ("United States", True, 90), [1]),
        (("United States", True, 3), ("Untied States", False, 90), [2]),
        (("Austria", True, 3), ("Australia", True, 90), []),
        (("Northland", False, 90), ("Nortland", False, 3), [2]),
        (("Land 1", False, 3), ("Land 2", False, 3), []),
    ],
)
def test_a_name_close_to_anothers_is_seen_once(one: Any, other: Any, seen: list[int]) -> None:
    facts = Facts(today=TODAY, names=(Named(1, *one), Named(2, *other)))
    found = Engine(facts, Settings(), ["name"]).survey()
    assert [each.country_id for each in found] == seen
