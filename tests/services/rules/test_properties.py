import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.rules import RULES, wording
from app.services.rules.engine import Engine, follow
from app.services.rules.facts import Facts
from app.services.rules.series import Series
from app.services.rules.settings import Settings
from tests.support.series import TODAY

LARGEST = 2_147_483_647
counts = st.one_of(st.none(), st.integers(0, 60), st.integers(0, LARGEST))
days = st.dates(dt.date(2003, 3, 1), dt.date(2003, 4, 30))


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    dates = sorted(draw(st.sets(days | st.dates(), max_size=30)))
    columns = [tuple(draw(counts) for _ in dates) for _ in range(3)]
    breaks = draw(st.frozensets(days, max_size=3))
    return Series(7, tuple(dates), *columns, breaks)


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    begins = draw(st.dictionaries(st.sampled_from(["deaths", "recoveries"]), days))
    reporting = tuple(sorted(draw(st.sets(days))))
    return Facts(draw(st.booleans()), TODAY, reporting, unheard_of=begins)


@st.composite
def sound_series(draw: st.DrawFn) -> Series:
    """Counts that only grow, by a little each day, and never contradict each other."""
    length = draw(st.integers(1, 60))
    steps = st.lists(st.integers(0, 9), min_size=length, max_size=length)
    deaths, recoveries, others = (_sums(draw(steps)) for _ in range(3))
    cases = tuple(map(sum, zip(deaths, recoveries, others, strict=True)))
    dates = tuple(dt.date(2003, 3, 1) + dt.timedelta(days=at) for at in range(length))
    return Series(7, dates, cases, deaths, recoveries)


@st.composite
def slipped_series(draw: st.DrawFn) -> tuple[Series, str]:
    """A sound series with one slip, early zeros or exchanged columns, and the rule that sees it."""
    length = draw(st.integers(6, 20))
    at = draw(st.integers(3, length - 2))
    steps = range(1, length + 1)
    deaths, recoveries = [10 + step for step in steps], [40 + 2 * step for step in steps]
    cases = [120 + 3 * step for step in steps]
    rule = draw(st.sampled_from(["zero", "deaths"]))
    if rule == "zero":
        recoveries[:at] = [0] * at
    else:
        deaths[at], cases[at] = cases[at], deaths[at]
    dates = tuple(dt.date(2003, 3, 1) + dt.timedelta(days=day) for day in range(length))
    return Series(7, dates, tuple(cases), tuple(deaths), tuple(recoveries)), rule


def _sums(steps: list[int]) -> tuple[int, ...]:
    return tuple(sum(steps[: at + 1]) for at in range(len(steps)))


@given(any_series(), any_facts())
@settings(deadline=None, max_examples=300)
def test_no_rule_ever_raises_and_everything_seen_can_be_said(series: Series, facts: Facts) -> None:
    seen = Engine(facts, Settings()).look_at(series)
    assert len({one.key for one in seen}) == len(seen)
    for one in seen:
        assert str(wording.headline(one))
        assert all(map(str, wording.grounds(one)))
        assert str(wording.suggestion(one) or "-")
        assert str(wording.group_title(one.grouping, 2, 1))
        assert len(one.key) <= 120
        assert len(one.grouping) <= 60
    assert Engine(facts, Settings()).look_at(series) == seen


@given(sound_series())
@settings(deadline=None)
def test_no_rule_sees_anything_in_a_sound_series(series: Series) -> None:
    facts = Facts(today=TODAY, days=series.dates)
    assert Engine(facts, Settings()).look_at(series) == []


@given(any_series(), any_facts())
@settings(deadline=None, max_examples=300)
def test_doing_what_is_suggested_makes_it_go(series: Series, facts: Facts) -> None:
    engine = Engine(facts, Settings())
    for seen in engine.look_at(series):
        suggestion = seen.details["suggestion"]
        if suggestion is not None:
            left = engine.look_at(follow(series, suggestion))
            assert seen.key not in {one.key for one in left}


@given(slipped_series())
@settings(deadline=None)
def test_a_slip_is_seen_and_doing_what_is_suggested_makes_it_go(
    slipped: tuple[Series, str],
) -> None:
    series, rule = slipped
    engine = Engine(Facts(today=TODAY, days=series.dates), Settings())
    (seen,) = (seen for seen in engine.look_at(series) if seen.rule == rule)
    left = engine.look_at(follow(series, seen.details["suggestion"]))
    assert rule not in {one.rule for one in left}


def test_every_rule_is_named_and_its_thresholds_hold() -> None:
    for id, rule in RULES.items():
        assert str(rule.title)
        assert str(rule.about)
        assert rule.__doc__
        assert len(id) <= 30
        for kind in rule.thresholds.values():
            assert kind.least <= kind.default <= kind.most
            assert str(kind.about)
