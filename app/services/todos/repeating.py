"""How often a to-do comes again: a rule of RFC 5545, and the days it gives."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from dateutil import rrule

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKING_DAYS = (0, 1, 2, 3, 4)
MOST_INTERVAL = 366
_FREQUENCIES: dict[Frequency, Literal[0, 1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
# Every month has these; a later day is the month's last one where it is missing.
_SAFE_DAYS = 28


@dataclass(frozen=True)
class Repeat:
    """Every so many days, weeks, months or years; in a week on `days` (0 is Monday)."""

    frequency: Frequency
    interval: int = 1
    days: tuple[int, ...] = ()
    month_day: int | None = None

    def __post_init__(self) -> None:
        fits = 1 <= self.interval <= MOST_INTERVAL and (self.month_day or 1) in range(1, 32)
        if not fits:
            raise ValueError("no such repetition")

    @property
    def rule(self) -> str:
        """Return the rule as it is stored."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.days:
            parts.append("BYDAY=" + ",".join(WEEKDAYS[day] for day in self.days))
        if self.month_day is not None:
            days = range(min(self.month_day, _SAFE_DAYS), self.month_day + 1)
            parts.append("BYMONTHDAY=" + ",".join(map(str, days)))
            # Of the days the month has, the last.
            parts += ["BYSETPOS=-1"] if len(days) > 1 else []
        return ";".join(parts)


def read_rule(rule: str) -> Repeat:
    """Read a stored rule; ValueError for one that no words of ours make."""
    if not re.fullmatch(r"[A-Z]+=[A-Z0-9,-]+(;[A-Z]+=[A-Z0-9,-]+)*", rule):
        raise ValueError("not a rule")
    parts = dict(part.split("=") for part in rule.split(";"))
    frequency = parts.get("FREQ")
    if frequency not in _FREQUENCIES:
        raise ValueError("no frequency of ours")
    days = [WEEKDAYS.index(day) for day in parts.get("BYDAY", "").split(",") if day]
    month_days = [int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    repeat = Repeat(
        next(name for name in _FREQUENCIES if name == frequency),
        int(parts.get("INTERVAL", 1)),
        tuple(days),
        max(month_days, default=None),
    )
    if repeat.rule != rule:
        raise ValueError("not a rule of ours")
    return repeat


def anchored(repeat: Repeat, due: dt.date | None) -> Repeat:
    """Keep the day of a month's end: after 28 February comes 31 March again."""
    if repeat.frequency != "MONTHLY" or repeat.month_day or not due or due.day <= _SAFE_DAYS:
        return repeat
    return Repeat("MONTHLY", repeat.interval, month_day=due.day)


def first_due(repeat: Repeat, today: dt.date) -> dt.date:
    """Return the first day, from today on, that a rule without a beginning gives.

    "Every other Friday" begins with the next Friday, whichever week that is in.
    """
    return _after(replace(repeat, interval=1), today, today, including=True) or today


def next_due(repeat: Repeat, due: dt.date | None, today: dt.date) -> dt.date | None:
    """Return the first day after both the day it was due and today; None at the end of time."""
    begin = due or today
    return _after(repeat, begin, max(begin, today), including=False)


def _after(repeat: Repeat, begin: dt.date, day: dt.date, *, including: bool) -> dt.date | None:
    moments = rrule.rrule(
        _FREQUENCIES[repeat.frequency],
        dtstart=_moment(_closer(repeat, begin, day)),
        interval=repeat.interval,
        byweekday=repeat.days or None,
        **_days_of_month(repeat, begin),
    )
    found = moments.after(_moment(day), inc=including)
    return found.date() if found else None


def _days_of_month(repeat: Repeat, begin: dt.date) -> dict[str, Any]:
    """Say on which days of the month, so that none is left out where it is missing."""
    last = repeat.month_day
    if repeat.frequency == "YEARLY" and (begin.month, begin.day) == (2, 29):
        return {"bymonth": 2, "bymonthday": (28, 29), "bysetpos": -1}
    if repeat.frequency != "MONTHLY" or last is None:
        return {}
    return {"bymonthday": tuple(range(min(last, _SAFE_DAYS), last + 1)), "bysetpos": -1}


def _closer(repeat: Repeat, begin: dt.date, day: dt.date) -> dt.date:
    """Skip whole periods, so that a day of long ago costs no more than one of last week."""
    period = {"DAILY": 1, "WEEKLY": 7}.get(repeat.frequency, 0) * repeat.interval
    periods = (day - begin).days // period if period else 0
    return begin + dt.timedelta(days=max(periods, 0) * period)


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)
