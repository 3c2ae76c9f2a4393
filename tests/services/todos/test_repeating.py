"""When a to-do comes again."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.cells import Unreadable
from app.services.todos.repeat_words import read_repeat
from app.services.todos.repeating import Repeat, anchored, first_due, next_due, read_rule

TODAY = dt.date(2003, 11, 22)


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("words", "due", "again"),
    [
        ("every day", "2003-11-22", "2003-11-23"),
        ("every day", "2003-11-01", "2003-11-23"),
        ("every day", "2003-12-24", "2003-12-25"),
        ("every 3 days", "2003-11-21", "2003-11-24"),
        ("every 3 days", "0001-01-01", "2003-11-23"),
        ("every weekday", "2003-11-21", "2003-11-24"),
        ("every Friday", "2003-11-21", "2003-11-28"),
        ("every Friday", None, "2003-11-28"),
        ("every 2 weeks on Friday", "2003-11-14", "2003-11-28"),
        ("every 2 weeks", "2003-11-03", "2003-12-01"),
        ("every month", "2003-11-22", "2003-12-22"),
        ("every month on day 31", "2003-11-30", "2003-12-31"),
        ("every year", "2003-11-22", "2004-11-22"),
        ("every year", "2000-02-29", "2004-02-29"),
        ("every year", "2004-02-29", "2005-02-28"),
        ("every day", "9999-12-31", None),
    ],
)
def test_next_day_is_after_the_due_day_and_today(
    words: str, due: str | None, again: str | None
) -> None:
    assert next_due(read_repeat(words), day(due), TODAY) == day(again)


def test_the_end_of_a_month_stays_its_end() -> None:
    due, days = dt.date(2004, 1, 31), []
    repeat = anchored(Repeat("MONTHLY"), due)
    for _ in range(4):
        due = next_due(repeat, due, TODAY) or due
        days.append(due.isoformat())
    assert days == ["2004-02-29", "2004-03-31", "2004-04-30", "2004-05-31"]


def test_first_day_may_be_today() -> None:
    assert first_due(read_repeat("every Saturday"), TODAY) == TODAY
    assert first_due(read_repeat("every weekday"), TODAY) == dt.date(2003, 11, 24)
    assert first_due(Repeat("MONTHLY", month_day=31), TODAY) == dt.date(2003, 11, 30)
    # The Friday of this week is over, and the next one is in a week that a rule would leave out.
    assert first_due(read_repeat("every other Friday"), TODAY) == dt.date(2003, 11, 28)
    assert next_due(read_repeat("격주 금요일"), dt.date(2003, 11, 28), TODAY) == dt.date(
        2003, 12, 12
    )
    assert first_due(Repeat("MONTHLY", 2, month_day=15), TODAY) == dt.date(2003, 12, 15)


@pytest.mark.parametrize(
    "text", ["", "often", "every day and night", "every 0 days", "FREQ=SECONDLY", "every 32nd"]
)
def test_other_texts_are_told_to_be_no_repetition(text: str) -> None:
    with pytest.raises(Unreadable):
        read_repeat(text)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=MONTHLY;BYMONTHDAY=99",
        "FREQ=WEEKLY;BYDAY=XX",
        "INTERVAL=2",
        "FREQ",
    ],
)
def test_other_rules_are_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_rule(rule)


REPEATS = st.one_of(
    st.builds(Repeat, st.sampled_from(["DAILY", "WEEKLY", "YEARLY"]), st.integers(1, 366)),
    st.builds(Repeat, st.just("MONTHLY"), st.integers(1, 366), month_day=st.integers(1, 31)),
    st.builds(
        lambda interval, days: Repeat("WEEKLY", interval, tuple(sorted(days))),
        st.integers(1, 52),
        st.sets(st.integers(0, 6), min_size=1),
    ),
)


@settings(deadline=None)
@given(REPEATS, st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_every_rule_is_read_as_it_was_stored_and_goes_on(repeat: Repeat, due: dt.date) -> None:
    assert read_rule(repeat.rule) == repeat
    assert len(repeat.rule) <= 100
    again = next_due(repeat, due, TODAY)
    assert again is not None
    assert again > max(due, TODAY)
