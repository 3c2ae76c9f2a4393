"""The rules over the register: what changed since they last looked, or all of an outbreak.

Edits are checked in their own transaction. Large writes leave word in `unchecked_series` and are
checked after their commit, portion by portion, so that the register is locked only while findings
are written and a process that dies in between loses nothing.
"""

import datetime as dt
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.database import begin_unlocked, lock_afresh
from app.models import Changeset, CountryTotal, Finding, Outbreak, UncheckedSeries
from app.services.changesets import lock_outbreak, newest_changeset
from app.services.rules.engine import Engine
from app.services.rules.facts import Facts, read_facts
from app.services.rules.keeping import Kept, Scope, keep, settle
from app.services.rules.moving import OtherCountries
from app.services.rules.rule import Sighting
from app.services.rules.series_reader import SeriesReader, read_breaks
from app.services.rules.settings import Settings, read_settings

# So many sightings are kept in memory, and written under one lock.
MOST_SIGHTINGS = 5_000
# As many are kept in memory where the whole outbreak is looked at.
MOST_SEEN = 20_000
_MOST_COUNTRIES = 500


@dataclass
class Checked:
    """What came of looking at series, and whether some are left to look at."""

    opened: int = 0
    reopened: int = 0
    resolved: int = 0
    left: bool = False


@dataclass
class _Portion:
    """Series that were looked at without a lock: the changeset that each was left by."""

    engine: Engine
    changesets: dict[int, int] = field(default_factory=dict)
    sightings: dict[int, list[Sighting]] = field(default_factory=dict)
    # Of the outbreak as a whole, where no series is left; None where some are.
    survey: list[Sighting] | None = None


@dataclass(frozen=True)
class _Grounds:
    """All that sightings follow from, the records by the newest changeset."""

    latest: int | None
    facts: Facts
    settings: Settings
    breaks: Mapping[int, frozenset[dt.date]]


@dataclass
class _Seen:
    """What was seen in all series without a lock, by country."""

    grounds: _Grounds
    sightings: dict[int | None, list[Sighting]] = field(default_factory=dict)

    def among(self, countries: Collection[int]) -> Iterator[Sighting]:
        """Go through what was seen of these countries."""
        return chain.from_iterable(self.sightings.get(one, ()) for one in countries)


def check_unchecked(session: Session, outbreak_id: int) -> Checked:
    """Look at series that changed since the rules last did, and write what was found.

    As many as one lock is worth; `left` says that there are more. In a session that has not begun
    a transaction the write lock is taken only when they have been looked at; a series that was
    changed in between is looked at again. The caller commits.
    """
    began = begin_unlocked(session)
    waiting = _waiting(session, outbreak_id)
    if not waiting:
        return Checked()
    settings = read_settings(session, outbreak_id)
    portion = _look(session, outbreak_id, settings, waiting)
    if began:
        lock_afresh(session)
    lock_outbreak(session, outbreak_id)
    if read_settings(session, outbreak_id) != settings:
        return Checked(left=True)
    kept = _keep_portion(session, outbreak_id, portion)
    left = select(exists().where(UncheckedSeries.outbreak_id == outbreak_id))
    return _done(session, kept, left=bool(session.scalar(left)))


def check_series(
    session: Session, outbreak_id: int, country_ids: Collection[int], changeset_id: int | None
) -> Checked:
    """Look at a few series of a locked outbreak, within the transaction that changed them."""
    all_series = list(SeriesReader(session, outbreak_id).read_all(country_ids))
    # Comparing names takes longer than the rest: only where a country may have come or gone.
    names = any(len(series.dates) < 2 for series in all_series)
    engine = _engine(session, outbreak_id, names=names)
    others = OtherCountries(session, outbreak_id)
    sightings = [
        seen for series in all_series for seen in others.suggest(series, engine.look_at(series))
    ]
    scope = Scope(outbreak_id, country_ids, engine.series_rules, changeset_id=changeset_id)
    kept = keep(session, scope, sightings)
    kept += _keep_survey(session, outbreak_id, engine, engine.survey(), changeset_id)
    _forget(session, outbreak_id, country_ids)
    return _done(session, kept)


def check_changed(session: Session, changeset: Changeset) -> Checked:
    """Look at the few series that a changeset left word of, within its transaction."""
    marked = select(UncheckedSeries.country_id).where(UncheckedSeries.changeset_id == changeset.id)
    countries = list(session.scalars(marked.order_by(UncheckedSeries.country_id)))
    return check_series(session, changeset.outbreak_id, countries, changeset.id)


def check_outbreak(
    session: Session, outbreak_id: int, rules: Collection[str] | None = None
) -> Checked:
    """Look at all series of an outbreak, by all rules or by some.

    In a session that has not begun a transaction the write lock is taken only when they have been
    looked at; should what was seen rest on anything that changed meanwhile, or be too much to be
    kept in memory, they are looked at again. The caller commits.
    """
    began = begin_unlocked(session)
    seen = _look_at_all(session, outbreak_id, rules) if began else None
    if began:
        lock_afresh(session)
    lock_outbreak(session, outbreak_id)
    engine = _engine(session, outbreak_id, only=rules, names=True)
    if seen is not None and seen.grounds != _read_grounds(session, outbreak_id, engine):
        seen = None
    kept, others = Kept(), OtherCountries(session, outbreak_id)
    for countries in _batches(_countries(session, outbreak_id)):
        sightings = (
            seen.among(countries)
            if seen is not None
            else _see(session, outbreak_id, engine, others, countries)
        )
        kept += keep(session, Scope(outbreak_id, countries, engine.series_rules), sightings)
        if rules is None:
            _forget(session, outbreak_id, countries)
    kept += _keep_survey(session, outbreak_id, engine, engine.survey(), None)
    return _done(session, kept)


def unchecked_outbreaks(session: Session) -> list[int]:
    """List the outbreaks with series that changed since the rules looked at them."""
    return list(session.scalars(select(UncheckedSeries.outbreak_id).distinct()))


def _look_at_all(session: Session, outbreak_id: int, rules: Collection[str] | None) -> _Seen | None:
    """Return what is seen in all series, unless that is too much."""
    engine = _engine(session, outbreak_id, only=rules, names=True)
    # Read first: whatever changes from here on differs in the end.
    seen = _Seen(_read_grounds(session, outbreak_id, engine))
    others = OtherCountries(session, outbreak_id)
    countries = _countries(session, outbreak_id)
    with closing(_see(session, outbreak_id, engine, others, countries)) as sightings:
        for number, sighting in enumerate(sightings):
            if number >= MOST_SEEN:
                return None
            seen.sightings.setdefault(sighting.country_id, []).append(sighting)
    return seen


def _see(
    session: Session,
    outbreak_id: int,
    engine: Engine,
    others: OtherCountries,
    countries: Collection[int],
) -> Generator[Sighting]:
    with closing(SeriesReader(session, outbreak_id).read_all(countries)) as all_series:
        for series in all_series:
            yield from others.suggest(series, engine.look_at(series))


def _read_grounds(session: Session, outbreak_id: int, engine: Engine) -> _Grounds:
    latest = newest_changeset(session, outbreak_id)
    return _Grounds(latest, engine.facts, engine.settings, read_breaks(session, outbreak_id))


def _waiting(
    session: Session, outbreak_id: int, among: Collection[int] | None = None
) -> dict[int, int]:
    """Return which countries wait to be looked at, and what changed each last."""
    statement = select(UncheckedSeries.country_id, UncheckedSeries.changeset_id).where(
        UncheckedSeries.outbreak_id == outbreak_id
    )
    waiting = dict(session.execute(statement.order_by(UncheckedSeries.country_id)).all())
    return waiting if among is None else {id: waiting[id] for id in among if id in waiting}


def _look(
    session: Session, outbreak_id: int, settings: Settings, waiting: Mapping[int, int]
) -> _Portion:
    engine = _engine(session, outbreak_id, settings, names=True)
    portion = _Portion(engine)
    others = OtherCountries(session, outbreak_id)
    found = 0
    with closing(SeriesReader(session, outbreak_id).read_all(waiting)) as all_series:
        for series in all_series:
            seen = others.suggest(series, engine.look_at(series))
            portion.changesets[series.country_id] = waiting[series.country_id]
            portion.sightings[series.country_id] = seen
            found += len(seen)
            if found >= MOST_SIGHTINGS:
                break
    if len(portion.changesets) == len(waiting):
        portion.survey = engine.survey()
    return portion


def _keep_portion(session: Session, outbreak_id: int, portion: _Portion) -> Kept:
    """Write what was found, now that nobody else can change the register."""
    # Whoever is not waiting any more was looked at by somebody else meanwhile.
    waiting = _waiting(session, outbreak_id, portion.changesets)
    engine, reader = portion.engine, SeriesReader(session, outbreak_id)
    for country_id, changeset_id in waiting.items():
        if changeset_id != portion.changesets[country_id]:
            portion.sightings[country_id] = engine.look_at(reader.read(country_id))
    kept = Kept()
    for countries in _batches(list(waiting)):
        sightings = [seen for country_id in countries for seen in portion.sightings[country_id]]
        scope = Scope(outbreak_id, countries, engine.series_rules, changesets=waiting)
        kept += keep(session, scope, sightings)
        _forget(session, outbreak_id, countries)
    if portion.survey is not None:
        newest = max(waiting.values(), default=None)
        kept += _keep_survey(session, outbreak_id, engine, portion.survey, newest)
    return kept


def _keep_survey(
    session: Session,
    outbreak_id: int,
    engine: Engine,
    sightings: list[Sighting],
    changeset_id: int | None,
) -> Kept:
    if not engine.survey_rules:
        return Kept()
    scope = Scope(outbreak_id, None, engine.survey_rules, changeset_id=changeset_id)
    return keep(session, scope, sightings)


def _engine(
    session: Session,
    outbreak_id: int,
    settings: Settings | None = None,
    *,
    only: Collection[str] | None = None,
    names: bool = False,
) -> Engine:
    facts = read_facts(session, session.get_one(Outbreak, outbreak_id), names=names)
    return Engine(facts, settings or read_settings(session, outbreak_id), only)


def _countries(session: Session, outbreak_id: int) -> list[int]:
    """List the countries that report in an outbreak, or of which something was found."""
    reporting = select(CountryTotal.country_id).where(CountryTotal.outbreak_id == outbreak_id)
    found = select(Finding.country_id).where(
        Finding.outbreak_id == outbreak_id, Finding.country_id.is_not(None)
    )
    return sorted(session.scalars(reporting.union(found)))


def _batches(countries: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(countries), _MOST_COUNTRIES):
        yield countries[start : start + _MOST_COUNTRIES]


def _forget(session: Session, outbreak_id: int, country_ids: Collection[int]) -> None:
    session.execute(
        delete(UncheckedSeries).where(
            UncheckedSeries.outbreak_id == outbreak_id, UncheckedSeries.country_id.in_(country_ids)
        )
    )


def _done(session: Session, kept: Kept, *, left: bool = False) -> Checked:
    settle(session, kept)
    return Checked(kept.opened, kept.reopened, kept.resolved, left)
