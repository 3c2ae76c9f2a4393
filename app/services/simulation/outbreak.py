"""A whole simulated outbreak: the disease, the reports, the faults."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from random import Random

from app.services.simulation.epidemic import World
from app.services.simulation.faults import Fault, plant_faults
from app.services.simulation.names import country_names
from app.services.simulation.reporting import Ministry, Row

FIRST_DAY = dt.date(2024, 1, 1)
MOST_COUNTRIES = 1_000
MOST_DAYS = 1_000


@dataclass(frozen=True)
class Simulation:
    """A simulated outbreak: its reports in the order of their days, and the planted faults."""

    rows: list[Row]
    faults: list[Fault]


def simulate(countries: int = 24, days: int = 120, seed: int = 1) -> Iterator[Row]:
    """Yield the reports of a simulated outbreak in date order; a seed always gives the same."""
    yield from simulate_outbreak(countries, days, seed).rows


def simulate_outbreak(countries: int = 24, days: int = 120, seed: int = 1) -> Simulation:
    """Simulate an outbreak, with faults planted in its reports."""
    if not 1 <= countries <= MOST_COUNTRIES:
        raise ValueError(f"countries must be 1 to {MOST_COUNTRIES:,}")
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"days must be 1 to {MOST_DAYS:,}")
    random = Random(seed)  # noqa: S311 (nothing secret)
    world = World(countries, random)
    ministries = [Ministry(name, random) for name in country_names(countries)]
    reports = []
    for number in range(days):
        date = FIRST_DAY + dt.timedelta(days=number)
        offered = [
            ministry.report(date, day)
            for ministry, day in zip(ministries, world.pass_day(), strict=True)
        ]
        reports.append([row for row in offered if row is not None])
    faults = plant_faults(reports, random)
    return Simulation(list(chain.from_iterable(reports)), faults)
