"""How an invented disease spreads: a stochastic compartment model for each country.

Susceptible, exposed, infectious, removed (Kermack and McKendrick 1927, with a latent stage), in
steps of a day, with travellers who carry it abroad. docs/simulation.md tells more.
"""

from dataclasses import dataclass
from random import Random

from app.services.simulation.draws import draw_binomial, draw_poisson

LATENT_DAYS = 5.0
INFECTIOUS_DAYS = 7.0
# Share of the infectious who travel abroad in a day.
_TRAVEL = 0.004
# Infections so far from which people take care; they infect so much less when they fully do.
_ALARM = 150
_LEAST_CONTACT = 0.2
_DAYS_TO_ACT = 25
_FIRST_EXPOSED = 40


@dataclass(frozen=True)
class Day:
    """What happened in a country on a day: people who fell ill, died, recovered."""

    cases: int
    deaths: int
    recoveries: int


class Epidemic:
    """The disease in one country."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._susceptible = round(10 ** random.uniform(5.6, 7.6))
        self._population = self._susceptible
        self._exposed = 0
        self.infectious = 0
        self._infected = 0
        self._contacts = random.uniform(2.0, 3.4) / INFECTIOUS_DAYS
        self._fatality = random.uniform(0.04, 0.14)
        self._days_alarmed = 0

    def arrive(self, people: int) -> None:
        """Let exposed people arrive from abroad."""
        self._exposed += people

    def pass_day(self) -> Day:
        """Let a day pass and say what happened."""
        draw = self._random
        force = self._contacts * self._care() * self.infectious / self._population
        exposed = min(self._susceptible, draw_poisson(draw, force * self._susceptible))
        ill = draw_binomial(draw, self._exposed, 1 / LATENT_DAYS)
        removed = draw_binomial(draw, self.infectious, 1 / INFECTIOUS_DAYS)
        deaths = draw_binomial(draw, removed, self._fatality)
        self._susceptible -= exposed
        self._exposed += exposed - ill
        self.infectious += ill - removed
        self._infected += ill
        return Day(ill, deaths, removed - deaths)

    def _care(self) -> float:
        """Return the share of contacts that is left as people take care."""
        if self._infected >= _ALARM:
            self._days_alarmed += 1
        acted = min(1.0, self._days_alarmed / _DAYS_TO_ACT)
        return 1 - (1 - _LEAST_CONTACT) * acted


class World:
    """The disease in all countries; it begins in the first."""

    def __init__(self, countries: int, random: Random) -> None:
        self._random = random
        self.epidemics = [Epidemic(random) for _ in range(countries)]
        if self.epidemics:
            self.epidemics[0].arrive(_FIRST_EXPOSED)

    def pass_day(self) -> list[Day]:
        """Let a day pass everywhere and say what happened in each country."""
        days = [epidemic.pass_day() for epidemic in self.epidemics]
        travelling = sum(epidemic.infectious for epidemic in self.epidemics) * _TRAVEL
        for _ in range(draw_poisson(self._random, travelling)):
            self._random.choice(self.epidemics).arrive(1)
        return days
