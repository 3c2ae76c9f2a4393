"""Countries as pages show them: where each stands, what it reported, what it is called."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import METRICS, Country, CountryAlias, CountryTotal, Record, Video
from app.models.names import fold_country
from app.services.directory import DuplicateCountry, find_country, read_name
from app.services.entries import save_entry
from app.services.messages import Message, ServiceError

# Below this many cases a percentage says nothing.
LEAST_CASES_FOR_FATALITY = 10
MOST_VIDEOS = 50


class OwnName(ServiceError):
    """A country's own name cannot be taken from its aliases."""


class Counts(Protocol):
    """Whatever has counts of cases and deaths."""

    @property
    def cases(self) -> int | None:
        """The number of cases."""

    @property
    def deaths(self) -> int | None:
        """The number of deaths."""


@dataclass(frozen=True)
class Report:
    """A record and by how much it moved each count since the report before; None where unknown."""

    record: Record
    changes: dict[str, int | None]


def country_choices(session: Session) -> list[tuple[int, str]]:
    """List every country's id and name, by name."""
    statement = select(Country.id, Country.name).order_by(Country.name)
    return [(id, name) for id, name in session.execute(statement)]


def list_standings(
    session: Session, outbreak_id: int, text: str | None = None
) -> list[tuple[Country, CountryTotal]]:
    """List the countries that reported, with their latest counts, those with most cases first.

    `text` narrows the list to names that have it in any language or spelling.
    """
    statement = (
        select(Country, CountryTotal)
        .join(CountryTotal, CountryTotal.country_id == Country.id)
        .where(CountryTotal.outbreak_id == outbreak_id)
        .order_by(CountryTotal.cases.is_(None), CountryTotal.cases.desc(), Country.name, Country.id)
    )
    if text:
        named = select(CountryAlias.country_id).where(
            CountryAlias.alias.contains(fold_country(text), autoescape=True)
        )
        statement = statement.where(Country.id.in_(named))
    return [(country, total) for country, total in session.execute(statement)]


def find_total(session: Session, outbreak_id: int, country_id: int) -> CountryTotal | None:
    """Return a country's latest counts; None when it never reported."""
    return session.get(CountryTotal, (outbreak_id, country_id))


def fatality(total: Counts) -> float | None:
    """Return the deaths' share of the cases, where there are cases enough."""
    if total.deaths is None or (total.cases or 0) < LEAST_CASES_FOR_FATALITY:
        return None
    return total.deaths / (total.cases or 1)


def closed_fatality(total: CountryTotal) -> float | None:
    """Return the deaths' share of the cases that ended, in death or recovery."""
    if total.deaths is None or total.recoveries is None or fatality(total) is None:
        return None
    closed = total.deaths + total.recoveries
    return total.deaths / closed if closed else None


def latest_reports(session: Session, outbreak_id: int, country_id: int, limit: int) -> list[Report]:
    """List a country's newest reports, each with its changes since the report before."""
    statement = (
        select(Record)
        .where(Record.outbreak_id == outbreak_id, Record.country_id == country_id)
        .order_by(Record.date.desc())
        # One more, to say by how much the last of them moved the counts.
        .limit(limit + 1)
    )
    records = list(session.scalars(statement))
    pairs = zip(records, [*records[1:], None], strict=False)
    return [Report(record, _changes(record, before)) for record, before in pairs][:limit]


def videos_of(session: Session, country_id: int) -> list[Video]:
    """List a country's videos, newest first."""
    statement = (
        select(Video)
        .where(Video.country_id == country_id)
        .order_by(Video.date.is_(None), Video.date.desc(), Video.id.desc())
        .limit(MOST_VIDEOS)
    )
    return list(session.scalars(statement))


def rename_country(session: Session, country: Country, name: str, *, revision: int) -> None:
    """Give a country another name; the one it had stays an alias, and no record is rewritten.

    Raises DuplicateCountry when another country has the name, StaleEntry when the country has
    another revision than the one that was read.
    """
    name, before = read_name(name), country.name
    _refuse_known(session, country, name)
    save_entry(session, country, {"name": name}, revision=revision)
    for spelling in (before, name):
        add_alias(session, country, spelling)


def add_alias(session: Session, country: Country, alias: str) -> None:
    """Let a name stand for a country from now on; DuplicateCountry when it is another's."""
    alias = read_name(alias)
    _refuse_known(session, country, alias)
    row = CountryAlias(alias=alias, country_id=country.id)
    if session.scalar(select(CountryAlias).where(CountryAlias.alias == row.alias)):
        return
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        # Somebody else gave it away between the question and the answer.
        other = find_country(session, alias)
        raise DuplicateCountry(other or country) from error


def remove_alias(session: Session, country: Country, alias_id: int) -> str | None:
    """Take an alias from a country and return it; None when it is not there any more."""
    alias = session.get(CountryAlias, alias_id)
    if alias is None or alias.country_id != country.id:
        return None
    if alias.alias == fold_country(country.name):
        raise OwnName(Message("%(name)s is the country's own name.", name=country.name))
    session.delete(alias)
    session.flush()
    return alias.alias


def _refuse_known(session: Session, country: Country, name: str) -> None:
    other = find_country(session, name)
    if other is not None and other.id != country.id:
        raise DuplicateCountry(other)


def _changes(record: Record, before: Record | None) -> dict[str, int | None]:
    changes: dict[str, int | None] = {}
    for metric in METRICS:
        now, then = getattr(record, metric), getattr(before, metric, None)
        changes[metric] = None if now is None or then is None else now - then
    return changes
