"""What stands around a list: its days, the countries to choose from, hints when it is empty."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from app.models import Country, CountryTotal
from app.services.records_list.asked import FlagFilter, ListedCountry, RecordQuery, Span
from app.services.records_list.numbers import Count, read_reports
from app.services.records_list.pages import Page, count_list
from app.services.records_list.prepared import run
from app.services.records_list.scope import Scope, in_outbreak

country = Country.__table__
country_total = CountryTotal.__table__

FACETS = 10
# A longer list is no choice any more: the name is typed instead.
MOST_CHOICES = 300


@dataclass(frozen=True)
class Facet:
    """A country of the register and its number of records."""

    country: ListedCountry
    reports: int


@dataclass(frozen=True)
class Choices:
    """The countries of a register to choose from."""

    # Those with the most records.
    facets: list[Facet]
    # Slug and name of each, a tab between them, a line each, in no order; blank when they are too
    # many for a list. No name has tabs or lines (app.models.names.tidy).
    all: str = ""


@dataclass(frozen=True)
class Way:
    """A wider list that is not empty: `left_out` names the filter it does without."""

    left_out: str
    query: RecordQuery
    count: Count


Days = tuple[dt.date | None, dt.date | None]


def days_of(session: Session, page: Page) -> Days:
    """Return the first and the last day with records of the page's countries.

    Without countries, that is within the days the page is narrowed to.
    """
    if not page.query.countries:
        return page.reports.first, page.reports.last
    return days_on_record(session, page.query)


def days_on_record(session: Session, query: RecordQuery) -> Days:
    """Return the first and the last day with records of a list's countries, or of any."""
    if not query.countries:
        reports = read_reports(session, Scope(query.without_filters()))
        return reports.first, reports.last
    ids = [country.id for country in query.countries]
    values = {"outbreak": query.outbreak.id, "countries": ids}
    first, last = run(session, _ends, _ends, values).one()
    return first, last


def _ends() -> Select[Any]:
    ends = func.min(country_total.c.first_date), func.max(country_total.c.last_date)
    among = country_total.c.country_id.in_(bindparam("countries", expanding=True))
    return select(*ends).where(in_outbreak(country_total), among)


def read_choices(session: Session, outbreak_id: int) -> Choices:
    """Read the countries that the filters offer."""
    found = run(session, "choices", _choices, {"outbreak": outbreak_id}).all()
    facets = [Facet(ListedCountry(id, slug, name), reports) for id, slug, name, reports, _ in found]
    return Choices(facets, (found[0][-1] or "") if found else "")


def _choices() -> Select[Any]:
    """Select the countries with the most records, each beside the names of all in one text.

    To fetch and sort hundreds of rows for every page would take longer than all the rest of it.
    """
    reporting = select(country_total.c.country_id).where(in_outbreak(country_total))
    some = reporting.limit(MOST_CHOICES + 1).subquery()
    line = country.c.slug + "\t" + country.c.name
    among = country.c.id.in_(reporting)
    names = select(func.aggregate_strings(line, "\n")).where(among).scalar_subquery()
    few_enough = select(func.count()).select_from(some).scalar_subquery() <= MOST_CHOICES
    return (
        select(
            country.c.id,
            country.c.slug,
            country.c.name,
            country_total.c.reports,
            case((few_enough, names)),
        )
        .join_from(country_total, country, country.c.id == country_total.c.country_id)
        .where(in_outbreak(country_total))
        .order_by(country_total.c.reports.desc(), country_total.c.country_id.desc())
        .limit(FACETS)
    )


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
    if query.flags:
        yield "flags", replace(query, flags=FlagFilter())
