"""Series as the database hands them out: each in one row, a list of its reports in each column."""

import datetime as dt
import json
from collections import deque
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session

from app.models import METRICS, Annotation, Record
from app.services.bulk_loading import small_cache
from app.services.rules.reading import as_stored, read_day, stream
from app.services.rules.series import Count, Counts, Series

# Countries whose series are looked up by one statement.
_AT_ONCE = 50
_MOST_CALENDARS = 64

_LISTS = {"sqlite": func.json_group_array, "postgresql": func.json_agg}
_record = Record.metadata.tables[Record.__tablename__]


def read_series(
    session: Session, outbreak_id: int, country_id: int, breaks: frozenset[dt.date] = frozenset()
) -> Series:
    """Read a country's series, empty when it has no reports, and give it these breaks."""
    return SeriesReader(session, outbreak_id, {country_id: breaks}).read(country_id)


def read_breaks(session: Session, outbreak_id: int) -> dict[int, frozenset[dt.date]]:
    """Return by country the days from which something is counted in another way."""
    found: dict[int, set[dt.date]] = {}
    marked = select(Annotation.country_id, Annotation.date).where(
        Annotation.outbreak_id == outbreak_id, Annotation.kind == "break"
    )
    for country_id, date in session.execute(marked):
        found.setdefault(country_id, set()).add(date)
    return {country_id: frozenset(days) for country_id, days in found.items()}


@dataclass
class SeriesReader:
    """Reads series of an outbreak, one after the other."""

    session: Session
    outbreak_id: int
    _breaks: dict[int, frozenset[dt.date]] | None = None

    def read(self, country_id: int) -> Series:
        """Read a country's series; one without reports is empty."""
        (series,) = self.read_all([country_id])
        return series

    def read_all(self, country_ids: Collection[int]) -> Generator[Series]:
        """Read the series of these countries in the order of their ids.

        Whoever does not go through to the end has to close it.
        """
        asked = sorted(country_ids)
        # Of many series nothing is worth keeping: each is read once.
        with small_cache(self.session) if len(asked) > _AT_ONCE else nullcontext():
            for start in range(0, len(asked), _AT_ONCE):
                yield from self._look_up(asked[start : start + _AT_ONCE])

    def _look_up(self, asked: Sequence[int]) -> Iterator[Series]:
        """Yield the series of some countries, also of those without reports."""
        waiting, values = deque(asked), {"outbreak": self.outbreak_id, "countries": asked}
        with closing(stream(self.session, _read(self._dialect), values)) as rows:
            for country_id, *lists in rows:
                while waiting[0] < country_id:
                    yield self._empty(waiting.popleft())
                yield self._series(waiting.popleft(), *lists)
        yield from map(self._empty, waiting)

    def _empty(self, country_id: int) -> Series:
        return Series(country_id, breaks=self._breaks_of(country_id))

    def _series(self, country_id: int, days: str, *lists: str) -> Series:
        dates, places = _read_days(days)
        cases, deaths, recoveries = (_order(json.loads(listed), places) for listed in lists)
        breaks = self._breaks_of(country_id)
        return Series(country_id, dates, cases, deaths, recoveries, breaks)

    def _breaks_of(self, country_id: int) -> frozenset[dt.date]:
        if self._breaks is None:
            self._breaks = read_breaks(self.session, self.outbreak_id)
        return self._breaks.get(country_id, frozenset())

    @property
    def _dialect(self) -> str:
        return self.session.get_bind().dialect.name


@lru_cache
def _read(dialect: str) -> Select[Any]:
    """Select each country's days and counts, in whatever order they lie: all in SQLite's index."""
    country_id = _record.c.country_id
    columns = (as_stored(_record.c.date), *(_record.c[metric] for metric in METRICS))
    lists = (cast(_LISTS[dialect](column), Text) for column in columns)
    some = (
        _record.c.outbreak_id == bindparam("outbreak"),
        country_id.in_(bindparam("countries", expanding=True)),
    )
    return select(country_id, *lists).where(*some).group_by(country_id).order_by(country_id)


# Countries mostly report on the same days: the same list.
@lru_cache(maxsize=_MOST_CALENDARS)
def _read_days(listed: str) -> tuple[tuple[dt.date, ...], Sequence[int] | None]:
    """Return the days of a list as they rise, and their places in it, if that is another order."""
    days = json.loads(listed)
    places = None
    if days != sorted(days):
        places = sorted(range(len(days)), key=days.__getitem__)
        days = [days[place] for place in places]
    return tuple(map(read_day, days)), places


def _order(counts: list[Count], places: Sequence[int] | None) -> Counts:
    return counts if places is None else [counts[place] for place in places]
