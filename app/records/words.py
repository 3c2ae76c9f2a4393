"""What a list holds, in words: its title, its sentence, its chips."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from flask_babel import lazy_gettext

from app.filters import day_in_words
from app.language import gettext, ngettext, spoken, translate
from app.models import METRICS
from app.services.records_list.asked import RecordQuery, SortKey, Span
from app.services.records_list.flags import filter_of
from app.services.records_list.numbers import Count
from app.services.records_list.pages import Page
from app.services.records_list.surroundings import Days
from app.services.rules.wording import rule_title

FLAG_WORDS = {
    "any": lazy_gettext("with findings"),
    "none": lazy_gettext("without findings"),
    "open": lazy_gettext("with open findings"),
    "accepted": lazy_gettext("with accepted findings"),
}
# More names than this make a sentence nobody reads.
MOST_NAMES = 3


@dataclass(frozen=True)
class Chip:
    """One filter of the list, and the list without it."""

    text: str
    without: RecordQuery


def title(query: RecordQuery) -> str:
    """Return the page's title: "Records: Canada, April 2003"."""
    parts = [*_names(query), *_days_in_words(query.first, query.last)]
    return f"{gettext('Records')}: {', '.join(parts)}" if parts else gettext("Records")


def sentence(query: RecordQuery, page: Page, known_days: Days) -> str:
    """Say what is listed: "96 of 2,538 records: Canada, 17 March to 11 July 2003, newest first"."""
    first, last = _shown_days(query, known_days)
    parts = [
        *_names(query),
        *_days_in_words(first, last),
        *(_span_in_words(metric, query.span(metric)) for metric in query.metrics),
        *(_other_filters(query)),
        order_in_words(query.sort),
    ]
    number = _share(page.total, page.reports.all) if query.is_filtered else records(page.total)
    return f"{number}: {', '.join(parts)}"


def _share(count: Count | None, every: int) -> str:
    if count is None:
        return records(None)
    values = {"number": f"{count.number:,}", "all": f"{every:,}"}
    if count.kind == "more":
        return gettext("More than %(number)s of %(all)s records", **values)
    return ngettext(
        "%(number)s of %(all)s record", "%(number)s of %(all)s records", every, **values
    )


def records(count: Count | None) -> str:
    """Write a number of records: "96 records", "more than 10,000 records"."""
    if count is None:
        return gettext("Records")
    number = f"{count.number:,}"
    if count.kind == "more":
        return gettext("More than %(number)s records", number=number)
    return ngettext("%(number)s record", "%(number)s records", count.number, number=number)


def place_in_words(page: Page) -> str:
    """Say where a page stands: "Rows 51–100 of 2,538"."""
    number = len(page.rows)
    if page.total is None or page.before is None:
        return ngettext("%(number)s row", "%(number)s rows", number, number=number)
    before, total = page.before.number, f"{page.total.number:,}"
    if page.before.kind == "more":
        values = {"number": number, "before": f"{before:,}"}
        return gettext("%(number)s rows after more than %(before)s", **values)
    values = {"first": f"{before + 1:,}", "last": f"{before + number:,}", "total": total}
    if page.before.kind == "about":
        return gettext("About rows %(first)s–%(last)s of %(total)s", **values)
    if page.total.kind == "more":
        return gettext("Rows %(first)s–%(last)s of more than %(total)s", **values)
    return gettext("Rows %(first)s–%(last)s of %(total)s", **values)


def chips(query: RecordQuery) -> Iterator[Chip]:
    """Yield a chip for each filter."""
    query = query.at(None)
    for country in query.countries:
        others = tuple(one for one in query.countries if one != country)
        yield Chip(country.name, replace(query, countries=others))
    if query.first or query.last:
        words = ", ".join(_days_in_words(query.first, query.last))
        yield Chip(words, replace(query, first=None, last=None))
    for metric in query.metrics:
        words = _span_in_words(metric, query.span(metric))
        yield Chip(words, query.with_span(metric, Span()))
    if query.text:
        yield Chip(gettext("text “%(text)s”", text=query.text), replace(query, text=""))
    if query.imported is not None:
        words = gettext("import %(number)s", number=query.imported)
        yield Chip(words, replace(query, imported=None))
    if query.changed_by:
        words = gettext("changed by %(name)s", name=query.changed_by.username)
        yield Chip(words, replace(query, changed_by=None))
    for word in query.flags.words:
        rest = filter_of([other for other in query.flags.words if other != word])
        yield Chip(flag_in_words(word), replace(query, flags=rest))


def order_in_words(keys: tuple[SortKey, ...]) -> str:
    """Say what the list is sorted by: "newest first", "most cases first"."""
    return _orders(spoken())[keys[0].name, keys[0].descending]


@lru_cache(maxsize=16)
def _orders(_locale: Locale) -> dict[tuple[str, bool], str]:
    return {
        ("date", False): gettext("oldest first"),
        ("date", True): gettext("newest first"),
        ("country", False): gettext("by country"),
        ("country", True): gettext("by country, from Z to A"),
        ("cases", False): gettext("fewest cases first"),
        ("cases", True): gettext("most cases first"),
        ("deaths", False): gettext("fewest deaths first"),
        ("deaths", True): gettext("most deaths first"),
        ("recoveries", False): gettext("fewest recoveries first"),
        ("recoveries", True): gettext("most recoveries first"),
    }


def metric_name(metric: str) -> str:
    """Return what a metric is called within a sentence."""
    names = dict(
        zip(METRICS, (gettext("cases"), gettext("deaths"), gettext("recoveries")), strict=True)
    )
    return names[metric]


def _shown_days(query: RecordQuery, known_days: Days) -> Days:
    """Return the days the list spans, as far as they are known without reading it all."""
    if query.metrics or query.text or query.imported is not None or query.changed_by or query.flags:
        return query.first, query.last
    first, last = known_days
    if first is None or last is None:
        return query.first, query.last
    return max(first, query.first or first), min(last, query.last or last)


def _names(query: RecordQuery) -> list[str]:
    names = [country.name for country in query.countries]
    if len(names) <= MOST_NAMES:
        return names
    return [gettext("%(number)s countries", number=len(names))]


def _days_in_words(first: dt.date | None, last: dt.date | None) -> Iterator[str]:
    if first and last:
        yield _span_of_days(first, last)
    elif first:
        yield gettext("from %(day)s on", day=day_in_words(first))
    elif last:
        yield gettext("until %(day)s", day=day_in_words(last))


def _span_of_days(first: dt.date, last: dt.date) -> str:
    if first == last:
        return str(day_in_words(first))
    whole_months = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if whole_months and (first.year, first.month) == (last.year, last.month):
        return _written(first, "MMMM y", spoken())
    if whole_months and (first.year, first.month, last.month) == (last.year, 1, 12):
        return str(first.year)
    pattern = "d MMMM y"
    if first.year == last.year:
        pattern = "d" if first.month == last.month else "d MMMM"
    beginning = _written(first, pattern, spoken())
    return gettext("%(first)s to %(last)s", first=beginning, last=day_in_words(last))


@lru_cache(maxsize=1024)
def _written(day: dt.date, pattern: str, locale: Locale) -> str:
    return str(format_date(day, pattern, locale=locale))


def _span_in_words(metric: str, span: Span) -> str:
    values = {"metric": metric_name(metric), "least": f"{span.least or 0:,}"}
    if span.most is None:
        return gettext("at least %(least)s %(metric)s", **values)
    values["most"] = f"{span.most:,}"
    if span.least is None:
        return gettext("at most %(most)s %(metric)s", **values)
    return gettext("%(least)s to %(most)s %(metric)s", **values)


def _other_filters(query: RecordQuery) -> Iterator[str]:
    if query.text:
        yield gettext("with “%(text)s”", text=query.text)
    if query.imported is not None:
        yield gettext("from import %(number)s", number=query.imported)
    if query.changed_by:
        yield gettext("changed by %(name)s", name=query.changed_by.username)
    yield from map(flag_in_words, query.flags.words)


def flag_in_words(word: str) -> str:
    """Say what a flag of the address asks for: "with findings", "falling counts"."""
    if word in FLAG_WORDS:
        return str(FLAG_WORDS[word])
    title = translate(rule_title(word))
    return title[:1].lower() + title[1:]
