"""Lists as CSV and JSON text, whatever they list."""

import csv
import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOM = "\ufeff"
# What a spreadsheet takes for a formula, also in its full-width form and behind our own mark.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def defuse(text: str) -> str:
    """Mark a text that a spreadsheet would run as a formula; it is shown as text then."""
    return f"'{text}" if _FORMULA.match(text) else text


def undo_defusing(text: str) -> str:
    """Return a text as it was before `defuse`."""
    return text[1:] if _DEFUSED.match(text) else text


def csv_lines(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = True
) -> Iterator[str]:
    """Write rows as CSV, line by line; texts are defused, numbers and days are not.

    The byte-order mark makes Excel read the file as UTF-8.
    """
    writer = csv.writer(_Line())
    yield (BOM if bom else "") + writer.writerow(headings)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Write rows as one JSON list, row by row."""
    before = "["
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False, default=_plain)
        before = ",\n"
    yield "]\n" if before != "[" else "[]\n"


class _Line:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return defuse(value) if isinstance(value, str) else value


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
