"""How a country reports: late, less at weekends, and with corrections."""

import datetime as dt
from random import Random
from typing import NamedTuple

from app.services.simulation.draws import draw_binomial
from app.services.simulation.epidemic import Day

_SATURDAY = 5
# Share of what is known that a ministry counts on an ordinary day, and at a weekend.
_SHARE_COUNTED = (0.25, 0.6)
_WEEKEND_SHARE = 0.35
_SILENT_AT_WEEKENDS = 0.3
_MISSED_REPORT = 0.01
# Chance of a day on which cases are struck off instead of added, and the largest share of them.
_CORRECTION = 0.02
_MOST_CORRECTED = 0.04


class Row(NamedTuple):
    """A report: what a country has counted since the outbreak began."""

    date: dt.date
    country: str
    cases: int
    deaths: int
    recoveries: int


class Ministry:
    """A country's office that counts and reports."""

    def __init__(self, country: str, random: Random) -> None:
        self._country = country
        self._random = random
        self._share = random.uniform(*_SHARE_COUNTED)
        self._silent = random.random() < _SILENT_AT_WEEKENDS
        self._waiting = [0, 0, 0]
        self._counted = [0, 0, 0]

    def report(self, date: dt.date, day: Day) -> Row | None:
        """Take in what happened and report; None before the first case and on silent days."""
        for metric, people in enumerate((day.cases, day.deaths, day.recoveries)):
            self._waiting[metric] += people
        weekend = date.weekday() >= _SATURDAY
        if (weekend and self._silent) or self._random.random() < _MISSED_REPORT:
            return None
        if self._random.random() < _CORRECTION:
            self._correct()
        else:
            self._count(self._share * (_WEEKEND_SHARE if weekend else 1))
        cases, deaths, recoveries = self._counted
        return Row(date, self._country, cases, deaths, recoveries) if cases else None

    def _count(self, share: float) -> None:
        for metric in range(3):
            counted = draw_binomial(self._random, self._waiting[metric], share)
            if metric:
                # Nobody is counted as dead or recovered before they are counted as ill.
                counted = min(counted, self._still_ill())
            self._waiting[metric] -= counted
            self._counted[metric] += counted

    def _correct(self) -> None:
        most = min(self._still_ill(), round(self._counted[0] * _MOST_CORRECTED))
        self._counted[0] -= self._random.randint(0, most)

    def _still_ill(self) -> int:
        cases, deaths, recoveries = self._counted
        return cases - deaths - recoveries
