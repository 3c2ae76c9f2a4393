"""The rows of the list's table, written fast: they are most of what the page costs."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain

from markupsafe import Markup, escape

from app.filters import count, percent, signed
from app.fragments import fragment
from app.models import METRICS
from app.records.addresses import Addresses
from app.records.flags import Flagged
from app.services.records_list.rows import ListedRecord

# Below this many cases a share of them says nothing.
LEAST_CASES_FOR_FATALITY = 10

Rows = Sequence[ListedRecord]
# What stands in one place of the pattern, row by row.
Parts = Iterable[object]


def table_rows(
    columns: tuple[str, ...], addresses: Addresses, rows: Rows, flagged: Flagged
) -> Markup:
    """Return the rows of the table: a pattern from a template, filled in for all rows at once.

    Every text goes through escape(); the rest are numbers and days, which need none.
    """
    pattern = _pattern(columns, addresses) * len(rows)
    blank = str(escape(count(None)))
    parts_of = {**_PARTS, "flags": lambda rows, _: ([flagged.get(row.id, "") for row in rows],)}
    parts = [part for column in columns for part in parts_of[column](rows, blank)]
    written = pattern % tuple(chain.from_iterable(zip(*parts, strict=True)))
    return Markup(written)  # noqa: S704  (the pattern is a template's, its values are escaped)


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    return str(escape(text))


def _pattern(columns: tuple[str, ...], addresses: Addresses) -> str:
    pattern = fragment(
        "records/_row.html",
        columns,
        columns=columns,
        record=addresses.record.replace("%", "%%"),
        country=addresses.country.replace("%", "%%"),
    )
    return str(pattern)


def _date(rows: Rows, _blank: str) -> Sequence[Parts]:
    days = [row.date.isoformat() for row in rows]
    return [row.id for row in rows], [day[:2] for day in days], [day[2:] for day in days]


def _country(rows: Rows, _blank: str) -> Sequence[Parts]:
    return [_escaped(row.slug) for row in rows], [_escaped(row.country) for row in rows]


def _new(rows: Rows, blank: str) -> Sequence[Parts]:
    return ([blank if row.new is None else signed(row.new) for row in rows],)


def _fatality(rows: Rows, blank: str) -> Sequence[Parts]:
    return (
        [
            blank
            if row.cases is None or row.deaths is None or row.cases < LEAST_CASES_FOR_FATALITY
            else percent(row.deaths / row.cases)
            for row in rows
        ],
    )


def _changed(rows: Rows, _blank: str) -> Sequence[Parts]:
    # A page's rows come from few changesets.
    known = {row.changeset_id: row for row in rows}
    written = {
        id: (*_moment(row.changed_at), _escaped(row.changed_by)) for id, row in known.items()
    }
    return tuple(zip(*(written[row.changeset_id] for row in rows), strict=True))


def _moment(moment: dt.datetime | None) -> tuple[str, str]:
    if moment is None:
        return "", ""
    return moment.isoformat(timespec="seconds"), f"{moment:%Y-%m-%d %H:%M}"


def _metric(number: int) -> Callable[[Rows, str], Sequence[Parts]]:
    def parts(rows: Rows, blank: str) -> Sequence[Parts]:
        return ([blank if row[number] is None else f"{row[number]:,}" for row in rows],)

    return parts


_PARTS: dict[str, Callable[[Rows, str], Sequence[Parts]]] = {
    "date": _date,
    "country": _country,
    **{metric: _metric(ListedRecord._fields.index(metric)) for metric in METRICS},
    "new": _new,
    "fatality": _fatality,
    "changed": _changed,
}
