"""The addresses that a page of the list leads to."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import current_app, request, url_for

from app.frame import address_of
from app.services.records_list.asked import (
    END,
    ListedCountry,
    Place,
    RecordQuery,
    SortKey,
    complete,
)
from app.services.records_list.flags import filter_of


def address(base: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return an address with these parameters, readable: commas stay as they are."""
    parameters = urlencode(list(pairs), safe=",")
    return f"{base}?{parameters}" if parameters else base


class Addresses:
    """Makes addresses for one list; url_for is asked once for each kind, not for each row."""

    def __init__(self, query: RecordQuery) -> None:
        self._query = query
        self.all = address_of("records.index")
        self.record = _beginning("records.show", "id")
        self.country = _beginning("countries.show", "slug")
        # A page has ten addresses that differ in their countries alone.
        pairs = query.at(None).pairs()
        self._without_countries = address("", (pair for pair in pairs if pair[0] != "country"))

    def list(self, query: RecordQuery) -> str:
        """Return the address of a list."""
        return address(self.all, query.pairs())

    def place(self, place: Place | None) -> str:
        """Return the address of this list at another place."""
        return self.list(self._query.at(place))

    def first(self) -> str:
        """Return the address of this list's first page."""
        return self.place(None)

    def last(self) -> str:
        """Return the address of this list's last page."""
        return self.place(END)

    def file(self, ending: str) -> str:
        """Return the address of this list as a file."""
        return address(f"{self.all}.{ending}", self._query.at(None).pairs())

    def sorted_by(self, name: str) -> str:
        """Return the address of this list sorted by a column, turned round when it is already."""
        first = self._query.sort[0]
        # Numbers and days are looked at from the top, names from A.
        descending = not first.descending if first.name == name else name != "country"
        keys = complete((SortKey(name, descending),))
        return self.list(replace(self._query, sort=keys, place=None))

    def with_country(self, country: ListedCountry) -> str:
        """Return the address of the list with a country more or, if it is there, less."""
        chosen = [one.slug for one in self._query.countries]
        others = [slug for slug in chosen if slug != country.slug]
        slugs = others if len(others) < len(chosen) else [*chosen, country.slug]
        parts = [f"country={quote_plus(slug)}" for slug in slugs]
        if self._without_countries:
            parts.append(self._without_countries[1:])
        return f"{self.all}?{'&'.join(parts)}" if parts else self.all

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
