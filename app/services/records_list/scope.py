"""Which records a list holds: its filters, looked up and turned into conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, false, or_, select
from sqlalchemy.orm import Session

from app.models import Changeset, CountryAlias, Record
from app.models.names import fold_country
from app.services.messages import Message
from app.services.records_list import limits
from app.services.records_list.asked import RecordQuery

record = Record.__table__
alias = CountryAlias.__table__
changeset = Changeset.__table__


@dataclass(frozen=True)
class Scope:
    """The records of a list: those of `countries` and those that `noted` names, if narrowed."""

    query: RecordQuery
    # Ids; None is any country.
    countries: tuple[int, ...] | None = None
    # Ids of records whose note has the text.
    noted: tuple[int, ...] = ()
    # Instead of countries, where the text is in the names of too many to list.
    widely_named: bool = False
    warnings: tuple[Message, ...] = ()

    @property
    def outbreak_id(self) -> int:
        """The outbreak that is listed."""
        return self.query.outbreak.id

    @property
    def is_plain(self) -> bool:
        """Tell whether country and day alone decide what is listed."""
        return not (self.query.metrics or self.has_authors or self.noted or self.widely_named)

    @property
    def has_days(self) -> bool:
        """Tell whether the list is narrowed to days."""
        return bool(self.query.first or self.query.last)

    @property
    def has_authors(self) -> bool:
        """Tell whether the list is narrowed to an import or a user's changes."""
        return self.query.imported is not None or self.query.changed_by is not None


def look_up(session: Session, query: RecordQuery) -> Scope:
    """Look up what the filters name."""
    chosen = tuple(sorted(country.id for country in query.countries)) or None
    if not query.text:
        return Scope(query, chosen)
    named = session.scalars(_named(query).distinct().limit(limits.COUNTRIES + 1)).all()
    widely = len(named) > limits.COUNTRIES
    noted, warnings = _look_up_notes(session, query, chosen)
    if widely:
        return Scope(query, chosen, noted, widely_named=True, warnings=warnings)
    countries = tuple(sorted(id for id in named if chosen is None or id in chosen))
    return Scope(query, countries, noted, warnings=warnings)


def _named(query: RecordQuery) -> Select[Any]:
    """Select the countries that have the text in one of their names."""
    folded = fold_country(query.text)
    # What folds to nothing, such as an accent by itself, is in no name.
    found = alias.c.alias.contains(folded, autoescape=True) if folded else false()
    return select(alias.c.country_id).where(found)


def _look_up_notes(
    session: Session, query: RecordQuery, chosen: tuple[int, ...] | None
) -> tuple[tuple[int, ...], tuple[Message, ...]]:
    notes = (
        select(record.c.id, record.c.country_id, record.c.note)
        .where(record.c.outbreak_id == query.outbreak.id, record.c.note.is_not(None))
        .order_by(record.c.id.desc())
        .limit(limits.NOTES)
        .subquery()
    )
    statement = select(notes.c.id).where(notes.c.note.icontains(query.text, autoescape=True))
    if chosen is not None:
        statement = statement.where(notes.c.country_id.in_(chosen))
    found = session.scalars(statement.limit(limits.NOTED + 1)).all()
    if len(found) <= limits.NOTED:
        return tuple(found), ()
    many = Message("More than %(most)s notes have the text: not all are listed.", most=limits.NOTED)
    return tuple(found[: limits.NOTED]), (many,)


def conditions(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield what is true of every record in the list."""
    yield records.c.outbreak_id == scope.outbreak_id
    yield from on_countries(scope, records)
    yield from on_days(scope, records)
    for metric in scope.query.metrics:
        yield from on_metric(scope, records, metric)
    yield from on_authors(scope, records)


def on_countries(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the country, and on the notes that match in its stead."""
    if scope.widely_named:
        yield or_(records.c.country_id.in_(_named(scope.query)), records.c.id.in_(scope.noted))
    if scope.countries is None:
        return
    column = records.c.country_id
    one = len(scope.countries) == 1
    among = column == scope.countries[0] if one else column.in_(scope.countries)
    if scope.noted and not scope.widely_named:
        among = or_(among, records.c.id.in_(scope.noted))
    yield among


def on_days(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the day."""
    if scope.query.first:
        yield records.c.date >= scope.query.first
    if scope.query.last:
        yield records.c.date <= scope.query.last


def on_metric(scope: Scope, records: FromClause, metric: str) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on a count; what was not reported is within no bounds."""
    span = scope.query.span(metric)
    if span.least is not None:
        yield records.c[metric] >= span.least
    if span.most is not None:
        yield records.c[metric] <= span.most


def on_authors(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on who or what wrote a record's present state."""
    query = scope.query
    if query.imported is not None:
        imported = select(changeset.c.id).where(changeset.c.import_id == query.imported)
        yield records.c.changeset_id.in_(imported)
    if query.changed_by:
        theirs = select(changeset.c.id).where(changeset.c.user_id == query.changed_by.id)
        yield records.c.changeset_id.in_(theirs)
