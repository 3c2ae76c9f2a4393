"""What one line is understood to say; today is Saturday, 22 November 2003, unless said."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.todos.quick_add import Known, KnownPerson, Understood, understand
from app.services.todos.spans import Span

TODAY = dt.date(2003, 11, 22)
COUNTRIES = {"viet-nam": 1, "vnm": 1, "베트남": 1, "canada": 2}
MINA, MIN, JUN = 1, 2, 3
KNOWN = Known(
    people=(
        KnownPerson(MINA, "Mina Park", "mina-park"),
        KnownPerson(MIN, "Min Lee", "min-lee"),
        KnownPerson(JUN, "김준", "김준"),
    ),
    me=JUN,
    country=lambda name: COUNTRIES.get(name.casefold()),
)


def read(text: str, known: Known = KNOWN, today: dt.date = TODAY) -> Understood:
    return understand(text, today, known)


def test_the_line_of_the_page_is_understood() -> None:
    found = read("Ring Hanoi about 12 April tomorrow p1 @mina #viet-nam every Friday")
    assert found.title == "Ring Hanoi about 12 April"
    assert (found.due, found.priority) == (dt.date(2003, 11, 23), 1)
    assert (found.assignee_id, found.country_id) == (MINA, 1)
    assert found.repeat is not None
    assert found.repeat.rule == "FREQ=WEEKLY;BYDAY=FR"
    assert [span.kind for span in found.spans] == ["due", "priority", "person", "country", "repeat"]
    assert found.doubts == ()


def test_the_line_is_understood_in_korean() -> None:
    found = read("하노이에 전화하기 내일까지 긴급 @김준 #베트남 매주 금요일")
    assert found.title == "하노이에 전화하기"
    assert (found.due, found.priority) == (dt.date(2003, 11, 23), 1)
    assert (found.assignee_id, found.country_id) == (JUN, 1)
    assert found.repeat is not None
    assert found.repeat.rule == "FREQ=WEEKLY;BYDAY=FR"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2003-11-22"),
        ("Tomorrow", "2003-11-23"),
        ("by tomorrow", "2003-11-23"),
        ("the day after tomorrow", "2003-11-24"),
        ("in 3 days", "2003-11-25"),
        ("in a week", "2003-11-29"),
        ("in 2 months", "2004-01-22"),
        ("Saturday", None),
        ("saturday", None),
        ("on sat", "2003-11-29"),
        ("friday", "2003-11-28"),
        ("Fri", "2003-11-28"),
        ("this Sunday", "2003-11-23"),
        ("this Monday", "2003-11-24"),
        ("next Friday", "2003-11-28"),
        ("next week", "2003-11-24"),
        ("next month", "2003-12-01"),
        ("tonight", "2003-11-22"),
        ("this weekend", "2003-11-22"),
        ("by next weekend", "2003-11-29"),
        ("by the end of the month", "2003-11-30"),
        ("within 2 weeks", "2003-12-06"),
        ("12 April", "2004-04-12"),
        ("12th of April", "2004-04-12"),
        ("April 12", "2004-04-12"),
        ("1 December", "2003-12-01"),
        ("December 1, 2004", "2004-12-01"),
        ("29 February", "2004-02-29"),
        ("2026-12-01", "2026-12-01"),
        ("2026. 12. 1.", "2026-12-01"),
        ("25/12/2003", "2003-12-25"),
        ("오늘", "2003-11-22"),
        ("내일", "2003-11-23"),
        ("모레까지", "2003-11-24"),
        ("글피", "2003-11-25"),
        ("금요일", "2003-11-28"),
        ("이번 주 일요일", "2003-11-23"),
        ("다음 주 금요일", "2003-11-28"),
        ("다음 주", "2003-11-24"),
        ("다음주 화요일까지", "2003-11-25"),
        ("다음 달", "2003-12-01"),
        ("월말까지", "2003-11-30"),
        ("이번 주말", "2003-11-22"),
        ("12월 1일", "2003-12-01"),
        ("2026년 12월 1일에", "2026-12-01"),
        ("3일 뒤", "2003-11-25"),
        ("2주 후", "2003-12-06"),
        ("일주일 뒤", "2003-11-29"),
        ("한 달 뒤", "2003-12-22"),
    ],
)
def test_days(words: str, day: str | None) -> None:
    expected = dt.date.fromisoformat(day) if day else dt.date(2003, 11, 29)
    for text in (f"Ring Hanoi {words}", f"{words} Ring Hanoi", f"Ring {words}, Hanoi"):
        found = read(text)
        assert found.due == expected, text
        assert found.title in ("Ring Hanoi", "Ring, Hanoi")


@pytest.mark.parametrize(
    "text",
    [
        "Check the fall of 2003-04-21",
        "Check 2003-04-12",
        "Ask about 12 December",
        "Nothing since Friday",
        "12월 1일에 대해 묻기",
        "Read today's numbers",
        "The sun sat down",
        "March 62 cases",
        "31 June",
        "30 February",
        "2003-13-45",
        "Compare 62/4/46",
        "Ring 25/12",
        "in 0.5 days",
        "Fridays are free",
        "The weekend was quiet",
        "월말 보고",
        "Read std::vector, e.g. a,,b",
        "someday",
        "P5 p0 p10",
    ],
)
def test_what_is_no_day_stays_in_the_title(text: str) -> None:
    found = read(text)
    assert (found.title, found.due, found.priority) == (text, None, None)


@pytest.mark.parametrize("text", ["Ring Hanoi 12/1", "Ring Hanoi 3/4/2004"])
def test_a_day_that_could_be_two_stays_and_is_named(text: str) -> None:
    found = read(text)
    assert (found.title, found.due) == (text, None)
    assert "could be two days" in str(found.doubts[0])


def test_the_last_word_counts_and_the_others_stay() -> None:
    found = read("Move the call of Monday from Friday to tomorrow p1 p3")
    assert found.title == "Move the call of Monday from Friday to p1"
    assert (found.due, found.priority) == (dt.date(2003, 11, 23), 3)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("every day", "FREQ=DAILY"),
        ("daily", "FREQ=DAILY"),
        ("every 3 days", "FREQ=DAILY;INTERVAL=3"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("every Friday", "FREQ=WEEKLY;BYDAY=FR"),
        ("every Thu, Mon and Friday", "FREQ=WEEKLY;BYDAY=MO,TH,FR"),
        ("every other Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("every 3 Fridays", "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("every 2 weeks on Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("weekly on Monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("monthly", "FREQ=MONTHLY"),
        ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every month on day 31", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("every 1st of the month", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("every year", "FREQ=YEARLY"),
        ("매일", "FREQ=DAILY"),
        ("3일마다", "FREQ=DAILY;INTERVAL=3"),
        ("평일마다", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("금요일마다", "FREQ=WEEKLY;BYDAY=FR"),
        ("매주 월·수요일", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("매주 월요일, 목요일에", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("격주 금요일", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("2주마다", "FREQ=WEEKLY;INTERVAL=2"),
        ("매월", "FREQ=MONTHLY"),
        ("매달 15일", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("2개월마다", "FREQ=MONTHLY;INTERVAL=2"),
        ("매년", "FREQ=YEARLY"),
    ],
)
def test_repetitions(words: str, rule: str) -> None:
    found = read(f"Ring Hanoi {words}")
    assert found.title == "Ring Hanoi"
    assert found.repeat is not None
    assert found.repeat.rule == rule
    assert found.due is not None


@pytest.mark.parametrize(
    "text",
    ["Write the weekly report", "every 0 days", "every 999 years", "everyday matters", "every man"],
)
def test_what_is_no_repetition_stays_in_the_title(text: str) -> None:
    assert (read(text).title, read(text).repeat) == (text, None)


@pytest.mark.parametrize(
    ("words", "person"),
    [
        ("@mina", MINA),
        ("@MINA-park", MINA),
        ("@minap", MINA),
        ("@Mina Park", MINA),
        ("@min-", MIN),
        ("@김준", JUN),
        ("@me", JUN),
        ("@나", JUN),
        ("@mina,", MINA),
    ],
)
def test_people_by_the_beginning_of_their_name(words: str, person: int) -> None:
    found = read(f"Ring Hanoi {words}")
    assert found.assignee_id == person
    assert found.title == "Ring Hanoi"


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        ("@nobody", "Nobody is called @nobody."),
        ("@mi", "@mi could be Mina Park, Min Lee."),
        ("#atlantis", "No country is called #atlantis."),
    ],
)
def test_names_that_are_nobodys_stay_and_are_named(words: str, doubt: str) -> None:
    found = read(f"Ring {words} tomorrow")
    assert found.title == f"Ring {words}"
    assert [str(text) for text in found.doubts] == [doubt]


def test_me_is_nobody_without_a_person() -> None:
    found = read("Ring @me", Known())
    assert (found.title, found.assignee_id) == ("Ring @me", None)
    assert "belongs to no person" in str(found.doubts[0])


@pytest.mark.parametrize("text", ["Mail edo@who.int", "Record #385", "a#canada b@mina"])
def test_marks_inside_words_are_no_names(text: str) -> None:
    found = read(text)
    assert (found.title, found.assignee_id, found.country_id) == (text, None, None)
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('Read "Tomorrow p1" friday', "Read Tomorrow p1"),
        ("Read “every day” friday", "Read every day"),
        ("「내일」 읽기 금요일", "내일 읽기"),
        ('Ask "@nobody" friday', "Ask @nobody"),
        ('Read "War and Peace" friday', 'Read "War and Peace"'),
        ('6" screen friday', '6" screen'),
    ],
)
def test_quotes_keep_words_as_they_are(text: str, title: str) -> None:
    found = read(text)
    assert (found.title, found.due) == (title, dt.date(2003, 11, 28))


def test_nothing_but_words_that_are_understood_leaves_no_title() -> None:
    assert read("tomorrow p1 @mina").title == ""


WORDS = st.sampled_from(
    [
        *("ring", "Hanoi", "@nobody", "#x", "tomorrow", "p1", "@mina", "#canada", "every", "day"),
        *("Friday", "금요일", "매주", "“", "”", "12/1", "in", "3", "days", "12", "April", "weekly"),
        *("2003-04-12", "about", "on", "by", ",", ".", "내일", "3일", "뒤", "\0", "'", "next"),
    ]
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
def test_no_line_breaks_it_and_no_plain_word_is_lost(text: str) -> None:
    found = read(text)
    assert all(isinstance(span, Span) and span.start < span.end for span in found.spans)
    assert found.due is None or found.due >= TODAY
    for word in ("ring", "Hanoi", "@nobody", "#x"):
        assert word not in text.split() or word in found.title


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("@mina", 1),
        ("@park", 1),
        ("@minat", 2),
        ("@박민아에게", 3),
        ("@박민아님", 3),
        ("@minato", 2),
    ],
)
def test_a_part_of_a_name_goes_before_the_beginning_of_another(line: str, person: int) -> None:
    names = ("Mina Park", "Minato", "박민아")
    people = [KnownPerson(id, name, f"slug-{id}") for id, name in enumerate(names, start=1)]
    found = understand(f"Ring {line} soon", TODAY, Known(people))
    assert (found.assignee_id, found.title) == (person, "Ring soon")


def test_marks_around_what_is_understood_go_with_it() -> None:
    assert read("Ring Hanoi, tomorrow, p1.").title == "Ring Hanoi."
    assert read("Today!").title == ""
