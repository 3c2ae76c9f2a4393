"""The rows of the list's table, written fast: they are most of what the page costs."""

from collections.abc import Callable, Iterable

from flask import current_app, render_template
from flask_babel import get_locale
from markupsafe import Markup, escape

from app.filters import count, percent, signed
from app.records.addresses import Addresses
from app.services.records_list.asked import RecordQuery
from app.services.records_list.rows import ListedRecord

# Below this many cases a share of them says nothing.
LEAST_CASES_FOR_FATALITY = 10

Filling = tuple[object, ...]


def table_rows(query: RecordQuery, addresses: Addresses, rows: Iterable[ListedRecord]) -> Markup:
    """Return the rows of the table: a pattern from a template, filled in for each record.

    Every text goes through escape(); the rest are numbers and days, which need none.
    """
    pattern = _pattern(query.columns, addresses)
    blank = str(escape(count(None)))
    fill = [_FILLINGS[column] for column in query.columns]
    written = [
        pattern % tuple(part for filling in fill for part in filling(row, blank)) for row in rows
    ]
    return Markup("".join(written))  # noqa: S704  (the pattern is a template's, its values are escaped)


def _pattern(columns: tuple[str, ...], addresses: Addresses) -> str:
    known: dict[object, str] = current_app.extensions.setdefault("record_row_patterns", {})
    key = str(get_locale()), columns, addresses.record, addresses.country
    if key not in known or current_app.jinja_env.auto_reload:
        known[key] = render_template(
            "records/_row.html",
            columns=columns,
            record=addresses.record.replace("%", "%%"),
            country=addresses.country.replace("%", "%%"),
        )
    return known[key]


def _date(row: ListedRecord, _blank: str) -> Filling:
    day = row.date.isoformat()
    return row.id, day[:2], day[2:]


def _country(row: ListedRecord, _blank: str) -> Filling:
    return escape(row.slug), escape(row.country)


def _new(row: ListedRecord, blank: str) -> Filling:
    return (blank if row.new is None else signed(row.new),)


def _fatality(row: ListedRecord, blank: str) -> Filling:
    if row.cases is None or row.deaths is None or row.cases < LEAST_CASES_FOR_FATALITY:
        return (blank,)
    return (percent(row.deaths / row.cases),)


def _changed(row: ListedRecord, _blank: str) -> Filling:
    if row.changed_at is None:
        return "", "", ""
    moment = row.changed_at.isoformat(timespec="seconds")
    return moment, f"{moment[:10]} {moment[11:16]}", escape(row.changed_by)


def _metric(name: str) -> Callable[[ListedRecord, str], Filling]:
    def fill(row: ListedRecord, blank: str) -> Filling:
        value = getattr(row, name)
        return (blank if value is None else f"{value:,}",)

    return fill


_FILLINGS: dict[str, Callable[[ListedRecord, str], Filling]] = {
    "date": _date,
    "country": _country,
    "cases": _metric("cases"),
    "deaths": _metric("deaths"),
    "recoveries": _metric("recoveries"),
    "new": _new,
    "fatality": _fatality,
    "changed": _changed,
}
