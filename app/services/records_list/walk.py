"""A way through a list, and the stretches of the register that it leads along.

A page is read stretch by stretch until it is full, each stretch through one index, so that
neither sorting nor looking for matches touches more of the register than a page needs.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause

from app.services.records_list import limits
from app.services.records_list.asked import SortKey
from app.services.records_list.order import Cut, Values
from app.services.records_list.scope import Scope

Where = tuple[ColumnElement[bool], ...]
Order = tuple[ColumnElement[Any], ...]
ReadAs = Literal["values", "details", "csv", "json"]


@dataclass(frozen=True)
class Stretch:
    """All records between two points of a list that `where` finds, or the first `most` of them.

    Stretches with one `shape` are found by the same conditions and differ in `values` only.
    """

    shape: Hashable
    where: Callable[[], Where]
    values: Mapping[str, Any] = field(default_factory=dict)
    order: Callable[[], Order] = tuple
    # What they are read from, where that is more than the records alone.
    source: Callable[[], FromClause] | None = None
    # Whether `where` and `order` alone make it begin at the way's point, in the list's order.
    in_order: bool = False
    most: int = limits.FENCE
    # The point where it ends, when the list may go on behind it, or how to find that.
    end: Values = ()
    find_end: Callable[[], Values] | None = None
    # About how many records are read.
    size: int = 0
    # Whether its records have to be found before anything else is asked about them.
    fenced: bool = True

    def ending(self) -> Values:
        """Return the point where it ends, empty where the list does not go on."""
        return self.find_end() if self.find_end else self.end


@dataclass(frozen=True)
class Walk:
    """A way through a list: from where, in which direction, for how many rows."""

    scope: Scope
    cut: Cut
    need: int
    # What is read of each record: its values, "details" from elsewhere too, or text for a file.
    read_as: ReadAs = "values"

    @property
    def keys(self) -> tuple[SortKey, ...]:
        """What the list is sorted by."""
        return self.scope.query.sort

    @property
    def start(self) -> Any:
        """The first key's value at the point the way starts from; None at the list's end."""
        return self.cut.values[0] if self.cut.values else None

    @property
    def second(self) -> Any:
        """The second key's value at that point, where it names one."""
        return self.cut.values[1] if len(self.cut.values) > 1 else None

    @property
    def with_start(self) -> bool:
        """Tell whether the row that names the start lies on the way."""
        return self.cut.past == self.cut.backward

    @property
    def shape(self) -> Hashable:
        """What the conditions of this way look like."""
        query = self.scope.query
        read = self.read_as, query.outbreak.counting, query.columns
        return self.scope.shape, self.keys, self.cut.shape, read

    def down(self, key: int = 0) -> bool:
        """Tell whether a key's values fall on this way."""
        return self.keys[key].descending != self.cut.backward

    def sorted(self, *columns: ColumnElement[Any], key: int = 0) -> Order:
        """Return the ORDER BY of columns that go the way of a key."""
        return tuple(column.desc() if self.down(key) else column.asc() for column in columns)

    def onward(
        self, column: ColumnElement[Any], value: Any, *, with_it: bool = True, key: int = 0
    ) -> ColumnElement[bool]:
        """Say that a column's values come after this one or, `with_it`, are the same."""
        further: ColumnElement[bool] = column < value if self.down(key) else column > value
        same_too: ColumnElement[bool] = column <= value if self.down(key) else column >= value
        return same_too if with_it else further

    def as_far_as(
        self, column: ColumnElement[Any], value: Any, *, key: int = 0
    ) -> ColumnElement[bool]:
        """Say that a column's values come before this one or are the same."""
        nearer: ColumnElement[bool] = column >= value if self.down(key) else column <= value
        return nearer


def stages(need: int) -> list[int]:
    """Return how many records to have searched first, then and at last: most pages need few."""
    return sorted({max(need, limits.SEARCH // share) for share in (12, 3, 1)})


def is_enough(held: int, need: int, searched: int) -> bool:
    """Tell whether to search so many records next, after so many; they come by whole days."""
    wanted = next((stage for stage in stages(need) if stage > searched), 2 * searched) - searched
    return 4 * held >= 3 * wanted


def first_batch(need: int) -> int:
    """Return how many days or countries to ask for first: most have more than one record."""
    return need // 2 + 2
