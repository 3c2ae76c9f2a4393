"""Where values and days stand on paper."""

import math
from dataclasses import dataclass
from typing import Protocol


class Upwards(Protocol):
    """What gives a value its height on paper."""

    def place(self, value: float) -> float:
        """Return how far down a value stands; one beyond the axis stands at its end."""


@dataclass(frozen=True)
class Linear:
    """An axis on which equal steps are equal differences."""

    low: float
    high: float
    bottom: float
    top: float

    def place(self, value: float) -> float:
        """Return how far down a value stands; one beyond the axis stands at its end."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.bottom + (self.top - self.bottom) * min(max(share, 0), 1)


@dataclass(frozen=True)
class Logarithmic:
    """An axis on which equal steps are equal growth; it has no zero and nothing beneath."""

    low: float
    high: float
    bottom: float
    top: float

    def place(self, value: float) -> float:
        """Return how far down a positive value stands; one beyond the axis stands at its end."""
        low, high = math.log(self.low), math.log(self.high)
        share = (math.log(max(value, self.low)) - low) / ((high - low) or 1)
        return self.bottom + (self.top - self.bottom) * min(max(share, 0), 1)


@dataclass(frozen=True)
class Across:
    """The axis of days; each has a strip of its own, so that one day alone has room too."""

    first: int
    last: int
    left: float
    right: float

    @property
    def strip(self) -> float:
        """The width of a day."""
        return (self.right - self.left) / (self.last - self.first + 1)

    def place(self, day: int) -> float:
        """Return where the middle of a day stands."""
        return self.left + (day - self.first + 0.5) * self.strip
