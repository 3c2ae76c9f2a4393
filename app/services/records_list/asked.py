"""What the records list can be asked for, as values; grammar.py reads them from an address."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from app.models import METRICS

COLUMNS = ("date", "country", *METRICS, "new", "fatality", "flags", "changed")
SORTS = ("date", "country", *METRICS)
# The states of a finding that flag a record.
FLAGGED = ("open", "accepted")
PAGE_SIZES = (25, 50, 100, 200)
PAGE_SIZE = 50

Pairs = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class ListedOutbreak:
    """The outbreak that is listed; id 0 where the register has none yet."""

    id: int = 0
    slug: str = ""
    name: str = ""
    counting: str = "cumulative"
    is_default: bool = True
    simulated: bool = False
    has_flags: bool = False


@dataclass(frozen=True)
class ListedCountry:
    """A country that the list is narrowed to."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class Author:
    """The user whose changes the list is narrowed to."""

    id: int
    username: str


@dataclass(frozen=True)
class Span:
    """The least and the most a count may be; None leaves that side open."""

    least: int | None = None
    most: int | None = None

    def __bool__(self) -> bool:
        return self.least is not None or self.most is not None


@dataclass(frozen=True)
class SortKey:
    """One thing the list is sorted by."""

    name: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


@dataclass(frozen=True)
class FlagFilter:
    """Which findings the list's records have, by state and rule; or that they have `none`."""

    any: bool = False
    none: bool = False
    states: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.any or self.none or self.states or self.rules)

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of an address that mean this."""
        if self.none:
            return ("none",)
        return (*self.states, *self.rules) or (("any",) if self.any else ())


NEWEST_FIRST = (SortKey("date", descending=True), SortKey("country"))


@dataclass(frozen=True)
class Place:
    """Where in the list a page is: beside the row that `key` names, in words of its address.

    `after` and `before` name the row just outside the page, `at` a day to begin with; the list's
    last page is `before` the key "end".
    """

    side: Literal["after", "before", "at"]
    key: str


END = Place("before", "end")


@dataclass(frozen=True)
class RecordQuery:
    """Everything an address of the records list asks for."""

    outbreak: ListedOutbreak
    countries: tuple[ListedCountry, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    cases: Span = Span()
    deaths: Span = Span()
    recoveries: Span = Span()
    text: str = ""
    imported: int | None = None
    changed_by: Author | None = None
    flags: FlagFilter = FlagFilter()
    sort: tuple[SortKey, ...] = NEWEST_FIRST
    per: int = PAGE_SIZE
    columns: tuple[str, ...] = COLUMNS
    place: Place | None = None

    def span(self, metric: str) -> Span:
        """Return what a metric is narrowed to."""
        span: Span = getattr(self, metric)
        return span

    def with_span(self, metric: str, span: Span) -> "RecordQuery":
        """Return the same list with a metric narrowed otherwise."""
        spans = {name: self.span(name) for name in METRICS} | {metric: span}
        return replace(
            self, cases=spans["cases"], deaths=spans["deaths"], recoveries=spans["recoveries"]
        )

    @property
    def metrics(self) -> tuple[str, ...]:
        """Name the metrics that the list is narrowed by."""
        return tuple(metric for metric in METRICS if self.span(metric))

    @property
    def is_filtered(self) -> bool:
        """Tell whether the list leaves any record of its outbreak out."""
        return any(True for _ in self.filter_pairs())

    def without_filters(self) -> "RecordQuery":
        """Return the same view of all records of the outbreak."""
        return RecordQuery(self.outbreak, sort=self.sort, per=self.per, columns=self.columns)

    def pairs(self) -> Pairs:
        """Yield the address's names and values; what is the default is left out."""
        yield from self.filter_pairs()
        yield from self.view_pairs()
        if self.place:
            yield self.place.side, self.place.key

    def filter_pairs(self) -> Pairs:
        """Yield the part of the address that says which records."""
        for country in self.countries:
            yield "country", country.slug
        for name, day in (("from", self.first), ("to", self.last)):
            if day is not None:
                yield name, day.isoformat()
        for metric in METRICS:
            span = self.span(metric)
            for bound, count in (("min", span.least), ("max", span.most)):
                if count is not None:
                    yield f"{metric}_{bound}", str(count)
        if self.text:
            yield "q", self.text
        if self.imported is not None:
            yield "imported", str(self.imported)
        if self.changed_by:
            yield "changed_by", self.changed_by.username
        yield from (("flag", word) for word in self.flags.words)

    def view_pairs(self) -> Pairs:
        """Yield the part of the address that says how they are shown."""
        if not self.outbreak.is_default:
            yield "outbreak", self.outbreak.slug
        if self.sort != NEWEST_FIRST:
            yield "sort", ",".join(map(str, written_sort(self.sort)))
        if self.per != PAGE_SIZE:
            yield "per", str(self.per)
        if self.columns != COLUMNS:
            yield "cols", ",".join(self.columns)

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Return the columns of the page: where nothing is flagged, none says so by default."""
        if self.columns != COLUMNS or self.outbreak.has_flags:
            return self.columns
        return tuple(column for column in COLUMNS if column != "flags")

    def at(self, place: Place | None) -> "RecordQuery":
        """Return the same list at another place."""
        return replace(self, place=place)

    def sorted_by(self, *keys: SortKey) -> "RecordQuery":
        """Return the same list in another order, from its beginning."""
        return replace(self, sort=complete(keys), place=None)


def complete(keys: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
    """Return the keys with those added that make the order total, and none that change nothing.

    A day and a country name one record. Days are followed by countries, countries by their newest
    day; anything else is settled by the records' ids, in the direction of the last key.
    """
    names = [key.name for key in keys]
    if {"date", "country"} <= set(names):
        return keys[: max(names.index("date"), names.index("country")) + 1]
    if names == ["date"]:
        return (*keys, SortKey("country"))
    if names == ["country"]:
        return (*keys, SortKey("date", descending=True))
    return (*keys, SortKey("id", keys[-1].descending))


def written_sort(keys: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
    """Return the fewest keys that mean this order."""
    for length in range(1, len(keys)):
        if complete(keys[:length]) == keys:
            return keys[:length]
    return keys
