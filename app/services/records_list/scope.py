"""Which records a list holds: its filters, looked up and turned into conditions."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, CountryAlias, Record
from app.models.names import fold_country
from app.services.messages import Message
from app.services.records_list import limits
from app.services.records_list.asked import RecordQuery
from app.services.records_list.flags import flag_values, on_flags
from app.services.records_list.prepared import run

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
        query = self.query
        by_text = self.noted or self.widely_named
        return not (query.metrics or self.has_authors or by_text or query.flags)

    @property
    def has_days(self) -> bool:
        """Tell whether the list is narrowed to days."""
        return bool(self.query.first or self.query.last)

    @property
    def has_authors(self) -> bool:
        """Tell whether the list is narrowed to an import or a user's changes."""
        return self.query.imported is not None or self.query.changed_by is not None

    @property
    def is_simple(self) -> bool:
        """Tell whether at most one condition, whose matches are counted alone, makes the list."""
        query = self.query
        authors = query.imported is not None, query.changed_by is not None
        kinds = self.countries is not None, self.has_days, *authors, bool(query.flags)
        by_text = self.noted or self.widely_named
        return not by_text and sum(kinds) + len(query.metrics) <= 1

    @cached_property
    def shape(self) -> Hashable:
        """What the conditions look like; scopes of one shape differ in `values` only."""
        query = self.query
        spans = (query.cases, query.deaths, query.recoveries)
        return (
            self.countries is None,
            bool(self.noted),
            self.widely_named,
            query.first is None,
            query.last is None,
            *(bound is None for span in spans for bound in (span.least, span.most)),
            query.imported is None,
            query.changed_by is None,
            (bool(query.flags), query.flags.none, bool(query.flags.rules)),
        )

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """What the conditions' parameters stand for."""
        query = self.query
        values: dict[str, Any] = {"outbreak": query.outbreak.id}
        if self.countries is not None:
            values["countries"] = self.countries
        if self.noted or self.widely_named:
            values["noted"] = self.noted
        if self.widely_named:
            values["named"] = _pattern(query.text)
        values |= {"first": query.first} if query.first else {}
        values |= {"last": query.last} if query.last else {}
        for metric in query.metrics:
            span = query.span(metric)
            values |= {f"least_{metric}": span.least, f"most_{metric}": span.most}
        values |= {"imported": query.imported} if query.imported is not None else {}
        values |= {"changed_by": query.changed_by.id} if query.changed_by else {}
        values |= flag_values(query.flags)
        return {name: value for name, value in values.items() if value is not None}


def look_up(session: Session, query: RecordQuery) -> Scope:
    """Look up what the filters name."""
    chosen = tuple(sorted(country.id for country in query.countries)) or None
    if not query.text:
        return Scope(query, chosen)
    named = _look_up_names(session, query.text)
    noted, warnings = _look_up_notes(session, query, chosen)
    if len(named) > limits.COUNTRIES:
        return Scope(query, chosen, noted, widely_named=True, warnings=warnings)
    countries = tuple(sorted(id for id in named if chosen is None or id in chosen))
    return Scope(query, countries, noted, warnings=warnings)


def _look_up_names(session: Session, text: str) -> Sequence[int]:
    if not fold_country(text):
        return ()

    def build() -> Select[Any]:
        # Fenced, for to have each only once SQLite would look the names up by country.
        named = _named().limit(limits.FENCE).subquery("named")
        return select(named.c.country_id).distinct().limit(bindparam("most"))

    values = {"named": _pattern(text), "most": limits.COUNTRIES + 1}
    return run(session, "named", build, values).scalars().all()


def _named() -> Select[Any]:
    """Select the countries that have the text in one of their names."""
    named = alias.c.alias.like(bindparam("named"), escape="/")
    return select(alias.c.country_id).where(named)


def _pattern(text: str) -> str:
    return _contains(fold_country(text))


def _contains(text: str) -> str:
    """Return what LIKE finds a text by, anywhere, with "/" before signs that mean something."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return f"%{text}%"


def _look_up_notes(
    session: Session, query: RecordQuery, chosen: tuple[int, ...] | None
) -> tuple[tuple[int, ...], tuple[Message, ...]]:
    def build() -> Select[Any]:
        notes = (
            select(record.c.id, record.c.country_id, record.c.note)
            .where(in_outbreak(), record.c.note.is_not(None))
            .order_by(record.c.id.desc())
            .limit(bindparam("notes"))
            .subquery()
        )
        has_text = notes.c.note.ilike(bindparam("text"), escape="/")
        statement = select(notes.c.id).where(has_text).limit(bindparam("most"))
        if chosen is None:
            return statement
        return statement.where(notes.c.country_id.in_(bindparam("countries", expanding=True)))

    values = {
        "outbreak": query.outbreak.id,
        "notes": limits.NOTES,
        "text": _contains(query.text),
        "most": limits.NOTED + 1,
        "countries": chosen,
    }
    found = run(session, ("noted", chosen is None), build, values).scalars().all()
    if len(found) <= limits.NOTED:
        return tuple(found), ()
    many = Message("More than %(most)s notes have the text: not all are listed.", most=limits.NOTED)
    return tuple(found[: limits.NOTED]), (many,)


def conditions(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield what is true of every record in the list; it depends on the scope's shape alone."""
    yield in_outbreak(records)
    yield from on_countries(scope, records)
    yield from on_days(scope, records)
    for metric in METRICS:
        yield from on_metric(scope, records, metric)
    yield from _by_authors(scope, records)
    yield from on_flags(scope.query.flags, records)


def in_outbreak(records: FromClause = record) -> ColumnElement[bool]:
    """Say that a record is of the list's outbreak, which most indexes begin with."""
    return records.c.outbreak_id == bindparam("outbreak")


def on_countries(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the country, and on the notes that match in its stead."""
    noted = records.c.id.in_(bindparam("noted", expanding=True))
    if scope.widely_named:
        yield or_(records.c.country_id.in_(_named()), noted)
    if scope.countries is None:
        return
    among = records.c.country_id.in_(bindparam("countries", expanding=True))
    yield or_(among, noted) if scope.noted and not scope.widely_named else among


def on_days(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the day."""
    if scope.query.first:
        yield records.c.date >= bindparam("first")
    if scope.query.last:
        yield records.c.date <= bindparam("last")


def on_metric(scope: Scope, records: FromClause, metric: str) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on a count; what was not reported is within no bounds."""
    span = scope.query.span(metric)
    if span.least is not None:
        yield records.c[metric] >= bindparam(f"least_{metric}")
    if span.most is not None:
        yield records.c[metric] <= bindparam(f"most_{metric}")


def on_authors(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on who or what wrote a record's present state, for an index."""
    for name, column in (("imported", changeset.c.import_id), ("changed_by", changeset.c.user_id)):
        if getattr(scope.query, name) is not None:
            written = select(changeset.c.id).where(column == bindparam(name))
            yield records.c.changeset_id.in_(written)


def _by_authors(scope: Scope, records: FromClause) -> Iterator[ColumnElement[bool]]:
    """Yield the same conditions as questions about each record, whose order they leave alone."""
    writer = changeset.alias("writer")
    for name, column in (("imported", writer.c.import_id), ("changed_by", writer.c.user_id)):
        if getattr(scope.query, name) is not None:
            its = select(column).where(writer.c.id == records.c.changeset_id).correlate(records)
            yield its.scalar_subquery() == bindparam(name)
