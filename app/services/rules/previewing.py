"""What other thresholds of a rule would open and close, before anybody saves them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models import CountryTotal, Finding, Outbreak
from app.services.rules.engine import Engine
from app.services.rules.facts import read_facts
from app.services.rules.rule import Sighting, Thresholds
from app.services.rules.series_reader import SeriesReader
from app.services.rules.settings import read_settings

# A page may take two seconds: so many records are looked at in one to two.
MOST_RECORDS = 1_000_000
_NONE: Final = object()


@dataclass(frozen=True)
class Effect:
    """How many findings would open and close among the countries that were looked at."""

    opened: int
    closed: int
    looked_at: int
    countries: int

    @property
    def is_whole(self) -> bool:
        """Tell whether all countries were looked at."""
        return self.looked_at == self.countries


def preview(
    session: Session,
    outbreak_id: int,
    rule: str,
    thresholds: Thresholds,
    *,
    enabled: bool = True,
    most_records: int | None = None,
) -> Effect:
    """Count the findings that other thresholds of a rule would open, and those they would close.

    Looks at no more countries than have `most_records` between them, and at one in any case.
    """
    engine = _engine(session, outbreak_id, rule, thresholds, enabled=enabled)
    reports = _reports(session, outbreak_id) if engine.series_rules else {}
    among = _first(reports, most_records)
    of_rule = (Finding.outbreak_id == outbreak_id, Finding.rule == rule)
    settled, open_ones = _accepted_before(session, *of_rule), _open(session, *of_rule)
    opened = 0
    for sighting in _sightings(session, outbreak_id, engine, among):
        is_new = open_ones.pop(sighting.key, _NONE) is _NONE
        opened += is_new and settled.get(sighting.key, _NONE) != sighting.values
    left_out = reports.keys() - set(among)
    closed = sum(country not in left_out for country in open_ones.values())
    return Effect(opened, closed, len(among), len(reports))


def _engine(
    session: Session, outbreak_id: int, rule: str, thresholds: Thresholds, *, enabled: bool
) -> Engine:
    settings = read_settings(session, outbreak_id)
    off = settings.off - {rule} if enabled else settings.off | {rule}
    asked = replace(settings, off=off, thresholds={**settings.thresholds, rule: thresholds})
    facts = read_facts(session, session.get_one(Outbreak, outbreak_id), names=True)
    return Engine(facts, asked, [rule])


def _reports(session: Session, outbreak_id: int) -> dict[int, int]:
    """Return how many records each country has, in the order of their ids."""
    statement = select(CountryTotal.country_id, CountryTotal.reports).where(
        CountryTotal.outbreak_id == outbreak_id
    )
    return dict(session.execute(statement.order_by(CountryTotal.country_id)).all())


def _first(reports: dict[int, int], most_records: int | None) -> list[int]:
    """Return as many of the countries as have so many records between them."""
    among: list[int] = []
    left = most_records
    for country_id, number in reports.items():
        if left is not None:
            left -= number
            if among and left < 0:
                break
        among.append(country_id)
    return among


def _open(session: Session, *where: ColumnElement[bool]) -> dict[str, int | None]:
    """Return the country of each open finding, by its key."""
    statement = select(Finding.key, Finding.country_id).where(*where, Finding.state == "open")
    return dict(session.execute(statement).all())


def _accepted_before(session: Session, *where: ColumnElement[bool]) -> dict[str, Any]:
    """Return the numbers that were accepted, by key: what says so again opens nothing."""
    with_reason = (Finding.state != "open", Finding.reason != "")
    statement = select(Finding.key, Finding.details).where(*where, *with_reason)
    return {key: details.get("values") for key, details in session.execute(statement)}


def _sightings(
    session: Session, outbreak_id: int, engine: Engine, among: list[int]
) -> Iterator[Sighting]:
    for series in SeriesReader(session, outbreak_id).read_all(among):
        yield from engine.look_at(series)
    yield from engine.survey()
