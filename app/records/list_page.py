"""What the template of the records list is given."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.fragments import fragment
from app.language import gettext, spoken
from app.models import METRICS
from app.records import flags
from app.records.addresses import Addresses
from app.records.flags import Flagged
from app.records.rows import table_rows
from app.records.words import chips, order_in_words, place_in_words, records, sentence, title
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
    "flags": lazy_gettext("Flags"),
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
    "flags": lazy_gettext("With or without findings"),
}


def context(session: Session, page: Page, warnings: Sequence[Message]) -> dict[str, Any]:
    """Return everything the page of a list shows."""
    query = page.query
    known_days = surroundings.days_of(session, page)
    choices = surroundings.read_choices(session, query.outbreak.id)
    addresses = Addresses(query)
    return {
        **_texts(spoken()),
        "query": query,
        "page": page,
        "warnings": [*warnings, *page.warnings],
        "title": title(query),
        "sentence": sentence(query, page, known_days),
        "addresses": addresses,
        "chips": list(chips(query)),
        "facets": choices.facets,
        "flags": flags.choices(session, query),
        "options": options(choices.all),
        "hidden": hidden(query),
        **_table(query, page, addresses, flags.of_page(session, page)),
        **({} if page.rows else _nothing(session, query)),
    }


@lru_cache(maxsize=16)
def _texts(_locale: Locale) -> dict[str, Any]:
    """Return the texts that are the same on every page, looked up once for each language."""
    return {
        "labels": {name: str(text) for name, text in LABELS.items()},
        "ranges": [(metric, str(least), str(most)) for metric, least, most in RANGES],
    }


@lru_cache(maxsize=16)
def options(countries: str) -> Markup:
    """Return the countries as the options of a select, made anew only when one has changed."""
    option = Markup('<option value="{}">{}</option>')
    pairs = sorted(line.split("\t") for line in filter(None, countries.split("\n")))
    return Markup("").join(option.format(slug, name) for slug, name in pairs)


def hidden(query: RecordQuery) -> dict[str, list[tuple[str, str]]]:
    """Return what each form of the page sends along: the parts of the address it leaves alone."""
    kept = ("country", "imported", "changed_by")
    filters = list(query.filter_pairs())
    view = list(query.view_pairs())
    # The form's select stands for the last of them.
    flags_before = [("flag", word) for word in query.flags.words[:-1]]
    return {
        "filters": [pair for pair in filters if pair[0] in kept] + flags_before + view,
        "view": filters + [pair for pair in view if pair[0] not in ("cols", "per")],
        "place": filters + view,
    }


def _table(
    query: RecordQuery, page: Page, addresses: Addresses, flagged: Flagged
) -> dict[str, Any]:
    first = query.sort[0]
    place = place_in_words(page)
    return {
        "columns": query.shown_columns,
        "shown": _shown(query),
        "sorted": SORTS,
        "metrics": METRICS,
        "directions": {first.name: "descending" if first.descending else "ascending"},
        "rows": table_rows(query.shown_columns, addresses, page.rows, flagged),
        "caption": f"{place}, {order_in_words(query.sort)}",
        "place": place,
        "pages": {
            "first": addresses.first() if page.previous else "",
            "previous": addresses.place(page.previous) if page.previous else "",
            "next": addresses.place(page.next) if page.next else "",
            "last": addresses.last() if page.next else "",
        },
    }


def _shown(query: RecordQuery) -> Markup:
    columns, per = frozenset(query.columns), query.per
    return fragment(
        "records/_shown.html",
        (columns, per),
        columns=columns,
        per=per,
        all_columns=COLUMNS,
        page_sizes=PAGE_SIZES,
        labels=LABELS,
    )


def _nothing(session: Session, query: RecordQuery) -> dict[str, Any]:
    names = [country.name for country in query.countries]
    return {
        "known_days": surroundings.days_on_record(session, query),
        "who": ", ".join(names) or gettext("The register"),
        "ways_out": list(surroundings.ways_out(session, query)),
        "ways": WAYS_OUT,
        "records": records,
    }
