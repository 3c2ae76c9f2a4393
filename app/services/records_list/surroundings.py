"""What stands around a list: its days, the countries to choose from, hints when it is empty."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Country, CountryTotal, DailyTotal
from app.services.records_list.asked import ListedCountry, RecordQuery, Span
from app.services.records_list.counting import Count
from app.services.records_list.pages import count_list

country = Country.__table__
country_total = CountryTotal.__table__
daily_total = DailyTotal.__table__

FACETS = 10
# A longer list is no choice any more: the name is typed instead.
MOST_CHOICES = 300


@dataclass(frozen=True)
class Facet:
    """A country of the register and its number of records."""

    country: ListedCountry
    reports: int


@dataclass(frozen=True)
class Way:
    """A wider list that is not empty: `left_out` names the filter it does without."""

    left_out: str
    query: RecordQuery
    count: Count


def span_of_days(session: Session, query: RecordQuery) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day with records of the list's countries."""
    ids = [country.id for country in query.countries]
    if ids:
        statement = select(
            func.min(country_total.c.first_date), func.max(country_total.c.last_date)
        ).where(
            country_total.c.outbreak_id == query.outbreak.id, country_total.c.country_id.in_(ids)
        )
    else:
        days = select(daily_total.c.date).where(daily_total.c.outbreak_id == query.outbreak.id)
        first = days.order_by(daily_total.c.date).limit(1).scalar_subquery()
        last = days.order_by(daily_total.c.date.desc()).limit(1).scalar_subquery()
        statement = select(first, last)
    first_day, last_day = session.execute(statement).one()
    return first_day, last_day


def commonest_countries(session: Session, outbreak_id: int) -> list[Facet]:
    """List the countries with the most records, at most ten."""
    statement = (
        select(country.c.id, country.c.slug, country.c.name, country_total.c.reports)
        .join_from(country_total, country, country.c.id == country_total.c.country_id)
        .where(country_total.c.outbreak_id == outbreak_id)
        .order_by(country_total.c.reports.desc(), country_total.c.country_id)
        .limit(FACETS)
    )
    return [
        Facet(ListedCountry(id, slug, name), reports)
        for id, slug, name, reports in session.execute(statement)
    ]


def countries_to_choose(session: Session, outbreak_id: int) -> list[ListedCountry]:
    """List the countries with records by name; none when they are too many for a list."""
    statement = (
        select(country.c.id, country.c.slug, country.c.name)
        .join_from(country_total, country, country.c.id == country_total.c.country_id)
        .where(country_total.c.outbreak_id == outbreak_id)
        .limit(MOST_CHOICES + 1)
    )
    found = [ListedCountry(*row) for row in session.execute(statement)]
    found.sort(key=lambda country: country.slug)
    return found if len(found) <= MOST_CHOICES else []


def ways_out(session: Session, query: RecordQuery) -> Iterator[Way]:
    """Yield the lists with one filter less that have records."""
    for left_out, wider in _wider(query):
        count = count_list(session, wider)
        if count is not None and count.number:
            yield Way(left_out, wider, count)


def _wider(query: RecordQuery) -> Iterator[tuple[str, RecordQuery]]:
    query = query.at(None)
    if query.first or query.last:
        yield "days", replace(query, first=None, last=None)
    if query.countries:
        yield "countries", replace(query, countries=())
    for metric in query.metrics:
        yield metric, query.with_span(metric, Span())
    if query.text:
        yield "text", replace(query, text="")
    if query.imported is not None:
        yield "imported", replace(query, imported=None)
    if query.changed_by:
        yield "changed_by", replace(query, changed_by=None)
