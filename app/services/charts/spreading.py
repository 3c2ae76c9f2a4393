"""Keeps labels and numbered marks from standing on each other."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Marked:
    """A numbered remark on a day; a break in the series is one."""

    number: int
    day: int
    metric: str = "cases"
    is_break: bool = False


@dataclass(frozen=True)
class Group:
    """Marks that share a place, because they would stand on each other."""

    x: float
    width: float
    first: int
    last: int
    # Where the days of the first and the last of them stand.
    begin: float
    end: float

    @property
    def text(self) -> str:
        """The numbers, as they stand on the chart."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


def spread(wanted: Sequence[float], apart: float, top: float, bottom: float) -> list[float]:
    """Return places near the wanted ones, so far apart and between two bounds, in their order.

    Where there is no room for all, they stand evenly between the bounds.
    """
    count = len(wanted)
    if count > 1:
        apart = min(apart, (bottom - top) / (count - 1))
    places = [0.0] * count
    least = top
    for place in sorted(range(count), key=lambda index: wanted[index]):
        places[place] = least = max(wanted[place], least)
        least += apart
    most = bottom
    for place in sorted(range(count), key=lambda index: -places[index]):
        places[place] = most = max(min(places[place], most), top)
        most -= apart
    return places


def group_marks(
    places: Sequence[tuple[int, float]], size: float, left: float, right: float
) -> list[Group]:
    """Put numbers at their places, joining those that would touch; `size` is that of a mark."""
    groups: list[list[tuple[int, float]]] = []
    for mark in places:
        groups.append([mark])
        while len(groups) > 1 and _touch(groups[-2], groups[-1], size, left, right):
            after = groups.pop()
            groups[-1] += after
    return [_place(group, size, left, right) for group in groups]


def _touch(
    before: list[tuple[int, float]],
    after: list[tuple[int, float]],
    size: float,
    left: float,
    right: float,
) -> bool:
    one, other = (_place(group, size, left, right) for group in (before, after))
    return one.x + one.width / 2 > other.x - other.width / 2


def _place(group: list[tuple[int, float]], size: float, left: float, right: float) -> Group:
    (first, begin), (last, end) = group[0], group[-1]
    figures = len(str(first)) if first == last else len(f"{first}–{last}")
    width = min(size + max(figures - 2, 0) * size * 0.3, right - left)
    middle = min(max((begin + end) / 2, left + width / 2), right - width / 2)
    return Group(middle, width, first, last, begin, end)
