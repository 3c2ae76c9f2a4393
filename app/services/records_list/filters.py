"""Which records a list holds, as conditions on their columns."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, false, or_, select

from app.models import Changeset, CountryAlias, Record
from app.models.names import fold_country
from app.services.records_list.asked import RecordQuery

record = Record.__table__.c
alias = CountryAlias.__table__.c
changeset = Changeset.__table__.c


def conditions(query: RecordQuery) -> list[ColumnElement[bool]]:
    """Return what is true of every record in the list."""
    return [
        record.outbreak_id == query.outbreak.id,
        *on_countries(query),
        *on_days(query),
        *on_metrics(query),
        *on_changesets(query),
        *on_text(query),
    ]


def on_countries(query: RecordQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the condition on the country, if there is one."""
    if len(query.countries) == 1:
        yield record.country_id == query.countries[0].id
    elif query.countries:
        yield record.country_id.in_([country.id for country in query.countries])


def on_days(query: RecordQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the day."""
    if query.first:
        yield record.date >= query.first
    if query.last:
        yield record.date <= query.last


def on_metrics(query: RecordQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the counts; what was not reported is within no bounds."""
    for metric in query.metrics:
        span = query.span(metric)
        if span.least is not None:
            yield record[metric] >= span.least
        if span.most is not None:
            yield record[metric] <= span.most


def on_changesets(query: RecordQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on who or what wrote a record's present state."""
    if query.imported is not None:
        yield record.changeset_id.in_(
            select(changeset.id).where(changeset.import_id == query.imported)
        )
    if query.changed_by:
        yield record.changeset_id.in_(
            select(changeset.id).where(changeset.user_id == query.changed_by.id)
        )


def on_text(query: RecordQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the condition on the text: in a name of the country, or in the record's note."""
    if not query.text:
        return
    folded = fold_country(query.text)
    named = (
        record.country_id.in_(
            select(alias.country_id).where(alias.alias.contains(folded, autoescape=True))
        )
        if folded
        else false()
    )
    yield or_(named, record.note.icontains(query.text, autoescape=True))
