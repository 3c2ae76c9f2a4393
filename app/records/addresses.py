"""The addresses that a page of the list leads to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import current_app, request, url_for

from app.frame import address_of
from app.services.records_list.asked import (
    END,
    NEWEST_FIRST,
    ListedCountry,
    Place,
    RecordQuery,
    SortKey,
)
from app.services.records_list.flags import filter_of

# What an address says behind all else: the order, and how much of each record is shown.
SHOWN = ("per", "cols")
AT_THE_END = ("sort", *SHOWN)


def address(base: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return an address with these parameters, readable: commas stay as they are."""
    parameters = _written(pairs)
    return f"{base}?{parameters}" if parameters else base


def _written(pairs: Iterable[tuple[str, str]]) -> str:
    return urlencode(list(pairs), safe=",")


class Addresses:
    """Makes addresses for one list: what they share is written once, not for each of thirty."""

    def __init__(self, query: RecordQuery) -> None:
        self._query = query
        self.all = address_of("records.index")
        self.record = _beginning("records.show", "id")
        self.country = _beginning("countries.show", "slug")
        pairs = [*query.filter_pairs(), *query.view_pairs()]
        self._countries = [f"country={quote_plus(one.slug)}" for one in query.countries]
        self._others = _written(pair for pair in pairs if pair[0] not in ("country", *AT_THE_END))
        self._sort, self._shown = (
            _written(pair for pair in pairs if pair[0] in names) for names in (("sort",), SHOWN)
        )

    def _list(
        self,
        *,
        ending: str = "",
        countries: Sequence[str] | None = None,
        sort: str | None = None,
        place: str = "",
    ) -> str:
        countries = self._countries if countries is None else countries
        sort = self._sort if sort is None else sort
        words = "&".join(filter(None, (*countries, self._others, sort, self._shown, place)))
        return f"{self.all}{ending}?{words}" if words else self.all + ending

    def list(self, query: RecordQuery) -> str:
        """Return the address of any list."""
        return address(self.all, query.pairs())

    def place(self, place: Place | None) -> str:
        """Return the address of this list at another place."""
        return self._list(place=_written([(place.side, place.key)]) if place else "")

    def first(self) -> str:
        """Return the address of this list's first page."""
        return self.place(None)

    def last(self) -> str:
        """Return the address of this list's last page."""
        return self.place(END)

    def file(self, ending: str) -> str:
        """Return the address of this list as a file."""
        return self._list(ending=f".{ending}")

    def sorted_by(self, name: str) -> str:
        """Return the address of this list sorted by a column, turned round when it is already."""
        first = self._query.sort[0]
        # Numbers and days are looked at from the top, names from A.
        descending = not first.descending if first.name == name else name != "country"
        key = SortKey(name, descending)
        return self._list(sort="" if key == NEWEST_FIRST[0] else f"sort={key}")

    def with_country(self, country: ListedCountry) -> str:
        """Return the address of the list with a country more or, if it is there, less."""
        asked = f"country={quote_plus(country.slug)}"
        others = [one for one in self._countries if one != asked]
        return self._list(
            countries=others if len(others) < len(self._countries) else [*others, asked]
        )

    def with_flag(self, word: str) -> str:
        """Return the address of the list with a flag more or, if it is there, less."""
        words = self._query.flags.words
        others = [other for other in words if other not in (word, "none", "any")]
        flags = filter_of(others if word in words else [*others, word])
        return self.list(replace(self._query, flags=flags, place=None))

    def everything(self) -> str:
        """Return the address of the list of all records."""
        return self.list(self._query.without_filters())


def _beginning(endpoint: str, argument: str) -> str:
    """Return what an endpoint's addresses have before their argument."""
    known: dict[object, str] = current_app.extensions.setdefault("record_addresses", {})
    key = endpoint, request.script_root
    if key not in known:
        values: dict[str, Any] = {argument: 0}
        known[key] = url_for(endpoint, **values).removesuffix("0")
    return known[key]
