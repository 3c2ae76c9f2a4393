"""The addresses that a page of the list leads to."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import current_app, url_for

from app.services.records_list.asked import (
    END,
    ListedCountry,
    Place,
    RecordQuery,
    SortKey,
    complete,
)


def address(base: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return an address with these parameters, readable: commas stay as they are."""
    parameters = urlencode(list(pairs), safe=",")
    return f"{base}?{parameters}" if parameters else base


class Addresses:
    """Makes addresses for one list; url_for is asked once for each kind, not for each row."""

    def __init__(self, query: RecordQuery) -> None:
        self._query = query
        self._list = url_for("records.index")
        self.record = _beginning("records.show", "id")
        self.country = _beginning("countries.show", "slug")

    def list(self, query: RecordQuery) -> str:
        """Return the address of a list."""
        return address(self._list, query.pairs())

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
        return address(f"{self._list}.{ending}", self._query.at(None).pairs())

    def sorted_by(self, name: str) -> str:
        """Return the address of this list sorted by a column, turned round when it is already."""
        first = self._query.sort[0]
        # Numbers and days are looked at from the top, names from A.
        descending = not first.descending if first.name == name else name != "country"
        keys = complete((SortKey(name, descending),))
        return self.list(replace(self._query, sort=keys, place=None))

    def with_country(self, country: ListedCountry) -> str:
        """Return the address of the list with a country more or, if it is there, less."""
        chosen = self._query.countries
        countries = (
            tuple(one for one in chosen if one.id != country.id)
            if any(one.id == country.id for one in chosen)
            else (*chosen, country)
        )
        return self.list(replace(self._query, countries=countries, place=None))

    def everything(self) -> str:
        """Return the address of the list of all records."""
        return self.list(self._query.without_filters())


def _beginning(endpoint: str, argument: str) -> str:
    """Return what an endpoint's addresses have before their argument; "" if there is none."""
    if endpoint not in current_app.view_functions:
        return ""
    values: dict[str, Any] = {argument: 0}
    return url_for(endpoint, **values).removesuffix("0")
