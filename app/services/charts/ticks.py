"""Where an axis has its ticks: round counts, powers of ten, days, months and years."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MINUS = "\u2212"
# Counts are whole; the mean of seven days is stated with one decimal.
FINEST_MEAN = 0.1
STEPS = (1, 2, 5, 10)
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6)

Kind = Literal["day", "month", "year"]


@dataclass(frozen=True)
class DayTick:
    """A tick at a day, and whether it stands for the day, its month or its year."""

    day: int
    kind: Kind


def write(value: float) -> str:
    """Write a value of an axis: 1,200, 0.5, −3."""
    text = f"{abs(value):,.1f}".removesuffix(".0")
    return f"{MINUS}{text}" if value < 0 and text != "0" else text


def nice_step(span: float, most: int, finest: float = 1) -> float:
    """Return the least of 1, 2, 5 times a power of ten that divides a span into few parts."""
    least = max(span / max(most, 1), finest)
    power = 10.0 ** math.floor(math.log10(least))
    # A hair's breadth for what floats make of 0.1 and its like.
    step = next(each * power for each in STEPS if each * power >= least * (1 - 1e-9))
    return round(step) if step >= 1 else round(step, 1)


def count_ticks(low: float, high: float, most: int, finest: float = 1) -> list[float]:
    """Return round values from below `low`, or zero, to the first that is not below `high`."""
    step = nice_step(high - low, most, finest)
    first, last = math.ceil(low / step), math.ceil(high / step)
    return [_tidy(place * step) for place in range(first, max(last, first + 1) + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return powers of ten around positive values, with their double and fivefold where few."""
    first, last = math.floor(_power(low)), math.ceil(_power(high))
    last = max(last, first + 1)
    every = math.ceil((last - first) / max(most - 1, 1))
    if every == 1 and (last - first) * 3 < most:
        fine = [_tidy(each * 10.0**power) for power in range(first, last) for each in STEPS[:3]]
        end = next((tick for tick in fine[1:] if tick >= high), _tidy(10.0**last))
        return [*(tick for tick in fine if tick < end), end]
    return [_tidy(10.0**power) for power in range(first, last + every, every)]


def day_ticks(first: int, last: int, most: int) -> list[DayTick]:
    """Return at most so many ticks from one day to another, three at least being allowed."""
    most = max(most, 3)
    for step in DAY_STEPS:
        if (last - first) // step + 1 <= most:
            # The first day of the calendar was a Monday, and is number 1.
            begin = first + (1 - first) % step
            return [DayTick(day, "day") for day in range(begin, last + 1, step)]
    for months in (*MONTH_STEPS, *_year_steps()):
        if (last - first) / (months * 31) <= most:
            ticks = [DayTick(day, _kind(months)) for day in _firsts(first, last, months)]
            if len(ticks) <= most:
                return ticks
    return []


def _kind(months: int) -> Kind:
    return "month" if months < 12 else "year"


def _year_steps() -> Iterator[int]:
    for power in range(4):
        for step in STEPS[:3]:
            yield 12 * step * 10**power


def _firsts(first: int, last: int, months: int) -> Iterator[int]:
    """Go through the first days of every so many months, counted from January of year 0."""
    begin = dt.date.fromordinal(first)
    number = begin.year * 12 + begin.month - (begin.day == 1)
    number += -number % months
    while number // 12 <= dt.MAXYEAR:
        day = dt.date(number // 12, number % 12 + 1, 1).toordinal()
        if day > last:
            return
        yield day
        number += months


def _power(value: float) -> float:
    return round(math.log10(max(value, FINEST_MEAN)), 9)


def _tidy(value: float) -> float:
    """Return a round value without what floats add to it, as a whole number where it is one."""
    return round(value) if abs(value - round(value)) < 1e-9 else round(value, 1)
