"""A country's counts in the order of their days, as the rules look at them."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.models import METRICS, Annotation, Record
from app.services.rules.reading import as_stored, fetch, read_day

Count = int | None
Counts = tuple[Count, ...]

_record = Record.metadata.tables[Record.__tablename__]
_READ = (
    select(
        as_stored(_record.c.date),
        *(_record.c[metric] for metric in METRICS),
    )
    .where(
        _record.c.outbreak_id == bindparam("outbreak"),
        _record.c.country_id == bindparam("country"),
    )
    .order_by(_record.c.date)
)


@dataclass(frozen=True)
class Series:
    """The reports of one country: days that rise, and what each says; None is "not reported"."""

    country_id: int
    dates: tuple[dt.date, ...] = ()
    cases: Counts = ()
    deaths: Counts = ()
    recoveries: Counts = ()
    # Days from which something is counted in another way.
    breaks: frozenset[dt.date] = frozenset()

    def counts(self, metric: str) -> Counts:
        """Return what each report says of a metric."""
        counts: Counts = getattr(self, metric)
        return counts

    def reported(self, metric: str) -> tuple[Sequence[int], Sequence[int]]:
        """Return where a metric is reported, as places in the series, and the counts there."""
        return self._reported[metric]

    @cached_property
    def _reported(self) -> dict[str, tuple[Sequence[int], Sequence[int]]]:
        reported: dict[str, tuple[Sequence[int], Sequence[int]]] = {}
        for metric in METRICS:
            counts = self.counts(metric)
            if None not in counts:
                reported[metric] = range(len(counts)), counts  # type: ignore[assignment]
                continue
            stated = [(place, count) for place, count in enumerate(counts) if count is not None]
            reported[metric] = [place for place, _ in stated], [count for _, count in stated]
        return reported

    def report(self, place: int) -> dict[str, str | Count]:
        """Return a report as findings keep it."""
        said = {metric: self.counts(metric)[place] for metric in METRICS}
        return {"date": self.dates[place].isoformat(), **said}

    def around(self, place: int) -> list[dict[str, str | Count]]:
        """Return the report before, this one and the one after, as far as there are such."""
        places = range(max(place - 1, 0), min(place + 2, len(self.dates)))
        return [self.report(near) for near in places]

    def saying(self, date: dt.date, counts: Sequence[Count] | None) -> "Series":
        """Return the series with other counts on a day, or without a report of that day."""
        rows: dict[dt.date, Sequence[Count]] = {row[0]: row[1:] for row in self.rows()}
        rows.pop(date, None)
        if counts is not None:
            rows[date] = counts
        days = sorted(rows)
        cases, deaths, recoveries = (tuple(rows[day][at] for day in days) for at in range(3))
        return replace(self, dates=tuple(days), cases=cases, deaths=deaths, recoveries=recoveries)

    def breaks_off(self, before: int, place: int) -> bool:
        """Tell whether the series has a break after one report and not after another.

        People mark the day that was announced, on which a country may not have reported.
        """
        return any(self.dates[before] < day <= self.dates[place] for day in self.breaks)

    def rows(self) -> Iterator[tuple[dt.date, Count, Count, Count]]:
        """Go through the reports: day, cases, deaths, recoveries."""
        return zip(self.dates, self.cases, self.deaths, self.recoveries, strict=True)


def read_series(
    session: Session, outbreak_id: int, country_id: int, breaks: frozenset[dt.date] = frozenset()
) -> Series:
    """Read a country's series, empty when it has no reports, and give it these breaks."""
    rows = fetch(session, _READ, {"outbreak": outbreak_id, "country": country_id})
    if not rows:
        return Series(country_id, breaks=breaks)
    days, cases, deaths, recoveries = zip(*rows, strict=True)
    return Series(country_id, tuple(map(read_day, days)), cases, deaths, recoveries, breaks)


@dataclass
class SeriesReader:
    """Reads series of an outbreak one at a time: one query each, no objects."""

    session: Session
    outbreak_id: int
    _breaks: dict[int, frozenset[dt.date]] | None = None

    def read(self, country_id: int) -> Series:
        """Read a country's series; one without reports is empty."""
        breaks = self._breaks_of(country_id)
        return read_series(self.session, self.outbreak_id, country_id, breaks)

    def read_all(self, country_ids: Collection[int]) -> Iterator[Series]:
        """Read the series of these countries, one after the other."""
        return map(self.read, country_ids)

    def _breaks_of(self, country_id: int) -> frozenset[dt.date]:
        if self._breaks is None:
            found: dict[int, set[dt.date]] = {}
            marked = select(Annotation.country_id, Annotation.date).where(
                Annotation.outbreak_id == self.outbreak_id, Annotation.kind == "break"
            )
            for country, date in self.session.execute(marked):
                found.setdefault(country, set()).add(date)
            self._breaks = {country: frozenset(days) for country, days in found.items()}
        return self._breaks.get(country_id, frozenset())
