"""What the template of the records list is given."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from app.models import METRICS
from app.records.addresses import Addresses
from app.records.words import Days, chips, order_in_words, place_in_words, records, sentence, title
from app.services.messages import Message
from app.services.records_list import surroundings
from app.services.records_list.asked import COLUMNS, PAGE_SIZES, SORTS, RecordQuery
from app.services.records_list.pages import Page

LABELS = {
    "date": lazy_gettext("Date"),
    "country": lazy_gettext("Country"),
    "cases": lazy_gettext("Cases"),
    "deaths": lazy_gettext("Deaths"),
    "recoveries": lazy_gettext("Recoveries"),
    "new": lazy_gettext("New cases"),
    "fatality": lazy_gettext("Fatality"),
    "changed": lazy_gettext("Changed"),
}
RANGES = (
    ("cases", lazy_gettext("Least cases"), lazy_gettext("Most cases")),
    ("deaths", lazy_gettext("Least deaths"), lazy_gettext("Most deaths")),
    ("recoveries", lazy_gettext("Least recoveries"), lazy_gettext("Most recoveries")),
)
WAYS_OUT = {
    "days": lazy_gettext("On any day"),
    "countries": lazy_gettext("In any country"),
    "cases": lazy_gettext("With any number of cases"),
    "deaths": lazy_gettext("With any number of deaths"),
    "recoveries": lazy_gettext("With any number of recoveries"),
    "text": lazy_gettext("With any text"),
    "imported": lazy_gettext("From any source"),
    "changed_by": lazy_gettext("Changed by anybody"),
}


def context(session: Session, page: Page, warnings: Sequence[Message]) -> dict[str, Any]:
    """Return everything the page of a list shows."""
    query = page.query
    known_days = surroundings.span_of_days(session, query)
    return {
        "query": query,
        "page": page,
        "warnings": [*warnings, *page.warnings],
        "title": title(query),
        "sentence": sentence(query, page, known_days),
        "addresses": Addresses(query),
        "chips": list(chips(query)),
        "facets": surroundings.commonest_countries(session, query.outbreak.id),
        "choices": surroundings.countries_to_choose(session, query.outbreak.id),
        "hidden": hidden(query),
        "ranges": RANGES,
        **_table(query, page),
        **({} if page.rows else _nothing(session, query, known_days)),
    }


def hidden(query: RecordQuery) -> dict[str, list[tuple[str, str]]]:
    """Return what each form of the page sends along: the parts of the address it leaves alone."""
    kept = ("country", "imported", "changed_by")
    filters = list(query.filter_pairs())
    view = list(query.view_pairs())
    return {
        "filters": [pair for pair in filters if pair[0] in kept] + view,
        "view": filters + [pair for pair in view if pair[0] not in ("cols", "per")],
        "place": filters + view,
    }


def _table(query: RecordQuery, page: Page) -> dict[str, Any]:
    first = query.sort[0]
    addresses = Addresses(query)
    place = place_in_words(page)
    return {
        "all_columns": COLUMNS,
        "page_sizes": PAGE_SIZES,
        "labels": LABELS,
        "sorted": SORTS,
        "metrics": METRICS,
        "directions": {first.name: "descending" if first.descending else "ascending"},
        "caption": f"{place}, {order_in_words(query.sort)}",
        "place": place,
        "pages": {
            "first": addresses.first() if page.previous else "",
            "previous": addresses.place(page.previous) if page.previous else "",
            "next": addresses.place(page.next) if page.next else "",
            "last": addresses.last() if page.next else "",
        },
    }


def _nothing(session: Session, query: RecordQuery, known_days: Days) -> dict[str, Any]:
    names = [country.name for country in query.countries]
    return {
        "known_days": known_days,
        "who": ", ".join(names) or gettext("The register"),
        "ways_out": list(surroundings.ways_out(session, query)),
        "ways": WAYS_OUT,
        "records": records,
    }
