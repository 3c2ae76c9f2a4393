"""Faults planted into clean reports, each the kind that real files have."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from app.services.simulation.reporting import Row

# A row's place in the reports: index of the day, index within the day.
Place = tuple[int, int]
Reports = list[list[Row]]

# Few cases hide a fault: it would look like any other small number.
_LEAST_CASES = 40
_GAP_DAYS = 8
_EACH = 2


@dataclass(frozen=True)
class Fault:
    """A planted fault: what kind, and the report it is in."""

    kind: str
    date: dt.date
    country: str


def plant_faults(reports: Reports, random: Random) -> list[Fault]:
    """Plant a few faults of each kind and list them; each in a country of its own if possible."""
    faults: list[Fault] = []
    spoilt: set[str] = set()
    for kind, (plant, times) in _KINDS.items():
        for _ in range(times):
            places = _places(reports, spoilt) or _places(reports, set())
            if not places:
                continue
            day, index = random.choice(places)
            row = reports[day][index]
            if plant(reports, (day, index), random):
                faults.append(Fault(kind, row.date, row.country))
                spoilt.add(row.country)
    return sorted(faults, key=lambda fault: (fault.date, fault.kind))


def _places(reports: Reports, spoilt: set[str]) -> list[Place]:
    """List the reports in the middle of the outbreak that are large enough to spoil."""
    return [
        (day, index)
        for day in range(len(reports) // 3, len(reports) - 2)
        for index, row in enumerate(reports[day])
        if row.cases >= _LEAST_CASES and row.deaths < row.recoveries and row.country not in spoilt
    ]


def _mislabel(reports: Reports, place: Place, random: Random) -> bool:
    """Label another country's report with this country's name: two rows with one key."""
    day, index = place
    others = [
        other
        for other, row in enumerate(reports[day])
        if other != index and row.cases >= _LEAST_CASES
    ]
    if not others:
        return False
    other = random.choice(others)
    reports[day][other] = reports[day][other]._replace(country=reports[day][index].country)
    return True


def _exceed(reports: Reports, place: Place, random: Random) -> bool:
    """Let deaths and recoveries together exceed the cases."""
    day, index = place
    row = reports[day][index]
    too_many = row.cases - row.deaths + random.randint(1, 9)
    reports[day][index] = row._replace(recoveries=too_many)
    return True


def _fall(reports: Reports, place: Place, random: Random) -> bool:
    """Let the cases fall for a day."""
    day, index = place
    row = reports[day][index]
    reports[day][index] = row._replace(cases=round(row.cases * random.uniform(0.6, 0.9)))
    return True


def _silence(reports: Reports, place: Place, _random: Random) -> bool:
    """Take the country's reports away for some days."""
    day, index = place
    country = reports[day][index].country
    for later in range(day, min(day + _GAP_DAYS, len(reports))):
        reports[later] = [row for row in reports[later] if row.country != country]
    return True


def _copy_forward(reports: Reports, place: Place, _random: Random) -> bool:
    """Give every country the numbers it had the day before."""
    day = place[0]
    before = {row.country: row for row in reports[day - 1]}
    reports[day] = [before.get(row.country, row)._replace(date=row.date) for row in reports[day]]
    return day > 0


def _swap(reports: Reports, place: Place, _random: Random) -> bool:
    """Swap deaths and recoveries."""
    day, index = place
    row = reports[day][index]
    reports[day][index] = row._replace(deaths=row.recoveries, recoveries=row.deaths)
    return True


# Kind -> how it is planted, and how often. The copied day comes first: it would undo the others.
_KINDS: dict[str, tuple[Callable[[Reports, Place, Random], bool], int]] = {
    "day copied forward": (_copy_forward, 1),
    "gap": (_silence, _EACH),
    "mislabelled": (_mislabel, _EACH),
    "sum": (_exceed, _EACH),
    "fall": (_fall, _EACH),
    "columns swapped": (_swap, _EACH),
}
