"""Words for a day, seen from today, in English and Korean."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta

from app.services.cells import MONTHS, Unreadable, read_date
from app.services.messages import Message
from app.services.todos.repeat_words import (
    ENGLISH_DAY,
    KOREAN_DAY,
    WEEKDAYS,
    read_weekdays,
)
from app.services.todos.spans import Pattern, Span, find_spans, find_words

# Before a day these say what the work is about, not when it is due.
_ABOUT = re.compile(r"(?:^|\s)(?:about|of|from|since|for\s+the|re:?)\s+$", re.IGNORECASE)
# After a Korean day, likewise.
_ABOUT_KOREAN = re.compile(r"\s*(?:대해|대한|관해|관한)")
_LEAD = r"(?:(?:on|by|due|until|till|before)\s+)?"
_NEXT_TO = r"(?:까지|에)?"
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"
# "sat", "sun" and "wed" alone are words of their own.
_ALONE = f"(?:{'|'.join(word for word in WEEKDAYS if word not in ('sat', 'sun', 'wed'))})"
_UNITS = {
    "day": "days", "week": "weeks", "month": "months", "year": "years",
    "일": "days", "주": "weeks", "주일": "weeks", "개월": "months", "달": "months", "년": "years",
}  # fmt: skip
_ONES = {"a": 1, "an": 1, "one": 1, "일": 1, "한": 1}
_TODAY = {
    "today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2,
    "오늘": 0, "내일": 1, "모레": 2, "내일모레": 2, "글피": 3,
}  # fmt: skip
_WEEKS = {"this": 0, "next": 1, "이번": 0, "다음": 1, "다다음": 2}
_SHORT = r"(\d{1,2})/(\d{1,2})"
_NUMERIC = r"(?P<date>\d{1,2}[-./]\d{1,2}[-./]\d{4})"


def find_days(text: str, today: dt.date) -> list[Span]:
    """Find the words that say when; days that are past are what the work is about."""
    patterns = [Pattern(words, partial(meaning, today)) for words, meaning in _PATTERNS]
    return [
        span
        for span in find_spans(text, "due", patterns)
        if span.value >= today
        and not _ABOUT.search(text[: span.start])
        and not _ABOUT_KOREAN.match(text[span.end :])
    ]


def doubtful_days(text: str) -> Iterator[Message]:
    """Name what could be two days, and is left as it is."""
    for match in find_words(_NUMERIC, text):
        try:
            read_date(match["date"])
        except Unreadable as error:
            yield error.message
    for match in find_words(_SHORT, text):
        first, second = int(match[1]), int(match[2])
        if first != second and 1 <= first <= 12 and 1 <= second <= 12:
            yield Message("%(value)s could be two days.", value=match[0])


def _near(today: dt.date, match: re.Match[str]) -> dt.date:
    return _later(today, _TODAY[match["word"].casefold()])


def _after(today: dt.date, match: re.Match[str]) -> dt.date:
    number, unit = match["number"].casefold(), _UNITS[match["unit"].casefold()]
    steps: dict[str, Any] = {unit: _ONES.get(number) or int(number)}
    day: dt.date = today + relativedelta(**steps)
    return day


def _weekday(today: dt.date, match: re.Match[str]) -> dt.date:
    day, week = read_weekdays(match["days"])[0], match.groupdict().get("week")
    if week is None:
        return _later(today, (day - today.weekday() - 1) % 7 + 1)
    named = _later(_monday(today, _WEEKS[week.casefold()]), day)
    # "This Monday" on a Friday is the one that comes.
    return named if named >= today else _later(named, 7)


def _next_week(today: dt.date, _match: re.Match[str]) -> dt.date:
    return _monday(today, 1)


def _next_month(today: dt.date, _match: re.Match[str]) -> dt.date:
    return _later(today.replace(day=28), 4).replace(day=1)


def _month_end(today: dt.date, match: re.Match[str]) -> dt.date:
    return _later(_next_month(today, match), -1)


def _weekend(today: dt.date, match: re.Match[str]) -> dt.date:
    saturday = _later(_monday(today, _WEEKS[match["week"].casefold()]), 5)
    # On its Sunday, this weekend is today.
    return max(saturday, today)


def _calendar(today: dt.date, match: re.Match[str]) -> dt.date:
    month = int(match["month"]) if match["month"].isdigit() else MONTHS[match["month"].casefold()]
    return _in_year(match["year"], month, int(match["day"]), today)


def _written(_today: dt.date, match: re.Match[str]) -> dt.date | None:
    try:
        return read_date(match["date"].rstrip("."))
    except Unreadable:
        return None


def _in_year(year: str | None, month: int, day: int, today: dt.date) -> dt.date:
    """Return the day, without a year the next one there is."""
    if year is not None:
        return dt.date(int(year), month, day)
    # 2004 has 29 February too; it may be eight years to the next one.
    dt.date(2004, month, day)
    days = (_date_or_none(year, month, day) for year in range(today.year, today.year + 9))
    return next(found for found in days if found is not None and found >= today)


def _date_or_none(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _monday(today: dt.date, weeks: int) -> dt.date:
    return _later(today, 7 * weeks - today.weekday())


def _later(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


_ISO = r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{4}\.\s?\d{1,2}\.\s?\d{1,2}\.?)"
_KOREAN_DATE = r"(?:(?P<year>\d{4})년\s?)?(?P<month>\d{1,2})월\s?(?P<day>\d{1,2})일"
_SPAN = r"(?P<number>\d{1,3})\s?(?P<unit>일|주일|주|개월|달|년)\s?(?:뒤|후)"
_PATTERNS: tuple[tuple[str, Callable[[dt.date, re.Match[str]], dt.date | None]], ...] = (
    (rf"{_LEAD}(?P<word>(?:the\s)?day\safter\stomorrow|today|tonight|tomorrow)", _near),
    (r"(?:in|within)\s+(?P<number>\d{1,3}|an?|one)\s+(?P<unit>day|week|month|year)s?", _after),
    (rf"{_LEAD}next\s+week", _next_week),
    (rf"{_LEAD}next\s+month", _next_month),
    (r"(?:at|by|due|until|till)\s+(?:the\s+)?end\s+of\s+(?:(?:the|this)\s+)?month", _month_end),
    (rf"{_LEAD}(?P<week>this|next)\s+weekend", _weekend),
    (rf"{_LEAD}(?P<week>this|next)\s+(?P<days>{ENGLISH_DAY})", _weekday),
    (rf"(?:on|by|due|until|till|before)\s+(?P<days>{ENGLISH_DAY})", _weekday),
    (rf"(?P<days>{_ALONE})", _weekday),
    (rf"{_LEAD}(?:the\s+)?{_NTH}\s+(?:of\s+)?{_MONTH}{_YEAR}", _calendar),
    (rf"{_LEAD}{_MONTH}\s+{_NTH}{_YEAR}", _calendar),
    (rf"{_LEAD}{_ISO}", _written),
    (rf"{_LEAD}{_NUMERIC}", _written),
    (rf"(?P<word>오늘|내일모레|내일|모레|글피){_NEXT_TO}", _near),
    (rf"{_SPAN}{_NEXT_TO}", _after),
    (rf"(?P<number>일|한)\s?(?P<unit>주일|달)\s?(?:뒤|후){_NEXT_TO}", _after),
    (rf"(?P<week>이번|다음|다다음)\s?주\s?(?P<days>{KOREAN_DAY}요일){_NEXT_TO}", _weekday),
    (rf"(?P<days>{KOREAN_DAY}요일){_NEXT_TO}", _weekday),
    (rf"다음\s?주{_NEXT_TO}", _next_week),
    (rf"다음\s?달{_NEXT_TO}", _next_month),
    (r"(?:이번\s?달\s?말|월말)까지", _month_end),
    (rf"(?P<week>이번|다음)\s?주말{_NEXT_TO}", _weekend),
    (rf"{_KOREAN_DATE}{_NEXT_TO}", _calendar),
)
