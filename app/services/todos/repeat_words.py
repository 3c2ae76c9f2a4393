"""Words for how often something comes again, in English and Korean."""

import re
from typing import Any

from app.services.cells import Unreadable
from app.services.messages import Message
from app.services.todos.repeating import WORKING_DAYS, Frequency, Repeat
from app.services.todos.spans import Pattern, Span, find_spans

WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            ("monday", "mon"), ("tuesday", "tues", "tue"), ("wednesday", "wed"),
            ("thursday", "thurs", "thur", "thu"), ("friday", "fri"), ("saturday", "sat"),
            ("sunday", "sun"),
        )
    )
    for word in words
}  # fmt: skip
KOREAN_WEEKDAYS = "월화수목금토일"
ENGLISH_DAY = f"(?:{'|'.join(WEEKDAYS)})"
KOREAN_DAY = f"[{KOREAN_WEEKDAYS}]"

_DAYS = rf"(?P<days>{ENGLISH_DAY}s?(?:(?:\s*,\s*|\s+and\s+|\s*&\s*|\s*,\s*and\s+){ENGLISH_DAY}s?)*)"
_KOREAN_DAYS = rf"(?P<days>{KOREAN_DAY}(?:(?:요일)?[,·]?\s*{KOREAN_DAY})*요일)"
_MONTH_DAY = r"(?P<day>\d{1,2})"
_TH = r"(?:st|nd|rd|th)"
_EVERY = r"(?:every|each)\s+(?:(?P<often>\d{1,3}|other|second)\s+)?"
_MONTHS = r"(?P<often>\d{1,3})\s?(?:개월|달)"
_UNITS: dict[str, Frequency] = {
    "day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY",
    "일": "DAILY", "주": "WEEKLY", "주일": "WEEKLY", "개월": "MONTHLY", "달": "MONTHLY",
    "년": "YEARLY",
    "매일": "DAILY", "매주": "WEEKLY", "매월": "MONTHLY", "매달": "MONTHLY", "매년": "YEARLY",
    "날마다": "DAILY", "주마다": "WEEKLY", "달마다": "MONTHLY", "해마다": "YEARLY",
    "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly": "YEARLY",
    "annually": "YEARLY",
}  # fmt: skip


def find_repeats(text: str) -> list[Span]:
    """Find the words that say how often."""
    return find_spans(text, "repeat", _PATTERNS)


def read_repeat(text: str) -> Repeat:
    """Read a text that says how often and nothing else."""
    spans = find_repeats(text.strip())
    if len(spans) != 1 or (spans[0].start, spans[0].end) != (0, len(text.strip())):
        raise Unreadable(
            Message(
                "%(value)s is not understood. Write “every 2 weeks” or “every Friday”.",
                value=f"“{text.strip()[:60]}”",
            )
        )
    repeat: Repeat = spans[0].value
    return repeat


def read_weekdays(words: str) -> tuple[int, ...]:
    """Return the numbers of the weekdays that are named, Monday being 0."""
    english = re.findall(ENGLISH_DAY, words, re.IGNORECASE)
    if english:
        return tuple(sorted({WEEKDAYS[word.casefold()] for word in english}))
    korean = words.replace("요일", "")
    return tuple(sorted({KOREAN_WEEKDAYS.index(day) for day in re.findall(KOREAN_DAY, korean)}))


def _meaning(match: re.Match[str]) -> Repeat:
    found = match.groupdict()
    days = read_weekdays(found.get("days") or "")
    unit = found.get("unit")
    month_day = int(found["day"]) if found.get("day") else None
    frequency = _UNITS[unit.casefold()] if unit else "MONTHLY" if month_day else "WEEKLY"
    return Repeat(frequency, _interval(found), days, month_day)


def _interval(found: dict[str, Any]) -> int:
    often = (found.get("often") or "1").casefold()
    return 2 if often in ("other", "second", "격") else int(often)


def _working_days(_match: re.Match[str]) -> Repeat:
    return Repeat("WEEKLY", days=WORKING_DAYS)


_PATTERNS: tuple[Pattern, ...] = (
    Pattern(r"(?:every|each)\s+(?:weekday|workday|working\s+day)", _working_days),
    Pattern(rf"{_EVERY}(?P<unit>day|week|month|year)s?", _meaning),
    Pattern(rf"(?:{_EVERY}weeks?|weekly)\s+on\s+{_DAYS}", _meaning),
    Pattern(rf"(?:{_EVERY}months?|monthly)\s+on\s+(?:the\s+|day\s+)?{_MONTH_DAY}{_TH}?", _meaning),
    Pattern(rf"{_EVERY}{_DAYS}", _meaning),
    Pattern(rf"(?:every|each)\s+{_MONTH_DAY}{_TH}(?:\s+of\s+the\s+month)?", _meaning),
    # "Write the monthly report" asks for no repetition.
    Pattern(r"(?P<unit>daily|weekly|monthly|yearly|annually)", _meaning, last=True),
    Pattern(r"(?:평일마다|매\s?평일|평일\s?매일)", _working_days),
    Pattern(r"(?P<unit>매일|매주|매월|매달|매년|날마다|주마다|달마다|해마다)", _meaning),
    Pattern(r"(?P<often>\d{1,3})\s?(?P<unit>일|주일|주|개월|달|년)마다", _meaning),
    Pattern(r"(?P<often>격)주(?:로|마다)?", _meaning),
    Pattern(rf"(?:매|(?P<often>격))주\s?{_KOREAN_DAYS}(?:마다|에)?", _meaning),
    Pattern(rf"(?P<often>\d{{1,3}})\s?주마다\s?{_KOREAN_DAYS}에?", _meaning),
    Pattern(rf"{_KOREAN_DAYS}마다", _meaning),
    Pattern(rf"(?:매월|매달|{_MONTHS}마다)\s?{_MONTH_DAY}일(?:마다|에)?", _meaning),
)
