"""How the dates of a file are written: one way for the whole column."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from app.services.cells import MONTHS
from app.services.importing.questions import Choice, Question
from app.services.importing.report import ImportRefused, shorten
from app.services.messages import Message

# So many cells without any date, and the column holds none.
MOST_TRIES = 1000

# A time and a zone after the day are read over: the day that is written counts.
_TIME = r"(?:[T ]\s?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?"
_PARTS = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<year>\d{2})",
    "mm": r"(?P<month>\d{1,2})",
    "mon": r"(?P<month>[A-Za-z]{3,9})",
    "dd": r"(?P<day>\d{1,2})",
    # As Koreans write 2003. 3. 17.
    ".": r"\.\s?",
    " ": r"\s+",
}


@dataclass(frozen=True)
class DateFormat:
    """A way to write dates, such as dd/mm/yyyy; it reads 3/4/2003 as it reads 03/04/2003."""

    name: str

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.findall(r"yyyy|yy|mm|mon|dd|.", self.name)
        pattern = "".join(_PARTS.get(part) or re.escape(part) for part in parts)
        if self.name == "yyyymmdd":
            pattern = pattern.replace("{1,2}", "{2}")
        if self.name == "yyyy.mm.dd":
            pattern += r"\.?"
        if "년" in self.name:
            pattern = pattern.replace(r"\s+", r"\s?")
        return re.compile(pattern + _TIME, re.ASCII)

    def matches(self, text: str) -> bool:
        """Tell whether a cell has the format's shape, be it a day of the calendar or not."""
        return self._pattern.fullmatch(text.strip()) is not None

    def read(self, text: str) -> str | None:
        """Return the day as yyyy-mm-dd, or None where the cell is no day written so."""
        match = self._pattern.fullmatch(text.strip())
        if match is None:
            return None
        year, day = int(match["year"]), int(match["day"])
        named = "mon" in self.name
        month = MONTHS.get(match["month"].casefold(), 0) if named else int(match["month"])
        if "yyyy" not in self.name:
            # The century POSIX gives a year of two digits.
            year += 1900 if year > 68 else 2000
        try:
            return dt.date(year, month, day).isoformat()
        except ValueError:
            return None


ISO = DateFormat("yyyy-mm-dd")
# Years of two digits are read only when asked for.
FORMATS = (
    ISO,
    DateFormat("yyyymmdd"),
    *(
        DateFormat(mark.join(order))
        for mark in "/.-"
        for order in (("yyyy", "mm", "dd"), ("dd", "mm", "yyyy"), ("mm", "dd", "yyyy"))
        if (mark, order[0]) != ("-", "yyyy")
    ),
    *map(
        DateFormat,
        ("dd mon yyyy", "dd-mon-yyyy", "mon dd, yyyy", "mon dd yyyy", "yyyy년 mm월 dd일"),
    ),
)
SHORT_FORMATS = (
    *(
        DateFormat(mark.join(order))
        for mark in "/.-"
        for order in (("dd", "mm", "yy"), ("mm", "dd", "yy"), ("yy", "mm", "dd"))
    ),
    DateFormat("dd-mon-yy"),
    DateFormat("dd mon yy"),
)
_NAMES = {form.name for form in (*FORMATS, *SHORT_FORMATS)}
# As programs write formats.
_CODES = {"%Y": "yyyy", "%y": "yy", "%m": "mm", "%b": "mon", "%B": "mon", "%d": "dd"}


def read_format(text: str) -> DateFormat:
    """Read a format as somebody writes it, dd/mm/yyyy or %d/%m/%Y; ImportRefused otherwise."""
    name = text.strip()
    for code, part in (
        ("%Y", "yyyy"),
        ("%y", "yy"),
        ("%m", "mm"),
        ("%d", "dd"),
        ("%b", "mon"),
        ("%B", "mon"),
    ):
        name = name.replace(code, part)
    name = {"iso": ISO.name}.get(name.casefold(), name.casefold())
    if name in _NAMES:
        return DateFormat(name)
    marks = re.sub(r"yyyy|yy|mm|dd", "", name)
    parts = sorted(re.findall(r"yyyy|yy|mm|dd", name))
    if parts not in (["dd", "mm", "yyyy"], ["dd", "mm", "yy"]) or re.search(r"[\w%]", marks):
        text = "The date format must hold yyyy, mm and dd once each, as in dd/mm/yyyy."
        raise ImportRefused(Message(text))
    return DateFormat(name)


def find_format(cells: Iterable[str]) -> DateFormat:
    """Find the one way in which the dates of a column are written.

    Reads on until one format is left. Raises ImportRefused when two remain that read a cell as
    different days, when there is no cell, or when a thousand cells hold no date. Where fewer
    do, each is for the reader of rows to complain about.
    """
    left: list[DateFormat] = []
    unsure: ImportRefused | None = None
    tries, odd = 0, ""
    for cell in cells:
        tries += 1
        if not cell.strip():
            continue
        fitting = [form for form in left or FORMATS if form.read(cell)]
        if fitting:
            left = fitting
            if len(left) == 1:
                return left[0]
            unsure = unsure or _ambiguity(cell, left)
        elif not left:
            odd = odd or cell.strip()
            if tries > MOST_TRIES and odd:
                break
    if unsure:
        raise unsure
    if tries == 0:
        raise ImportRefused(Message("The file has a heading and no rows."))
    if tries > MOST_TRIES and not left:
        text = "No date could be read; the first cell is %(cell)s. Name the date format."
        short = [form for form in SHORT_FORMATS if form.read(odd)]
        raise ImportRefused(Message(text, cell=repr(shorten(odd))), _ask(odd, short))
    return left[0] if left else _alike(odd)


def _alike(cell: str) -> DateFormat:
    """Return the format a cell has the shape of although it is no day of the calendar."""
    return next((form for form in FORMATS if form.matches(cell)), ISO)


def _ambiguity(cell: str, left: list[DateFormat]) -> ImportRefused | None:
    readings = sorted({str(form.read(cell)) for form in left})
    if len(readings) == 1:
        return None
    text = (
        "The dates can be read in two ways: %(cell)s may be %(one)s or %(other)s. Say whether they "
        "are %(formats)s."
    )
    formats = " or ".join(form.name for form in left)
    one, other, *_ = readings
    message = Message(text, cell=cell.strip(), one=one, other=other, formats=formats)
    return ImportRefused(message, _ask(cell, left))


def _ask(cell: str, formats: Iterable[DateFormat]) -> Question:
    choices = []
    for form in formats:
        label = Message("%(cell)s is %(day)s", cell=cell.strip(), day=form.read(cell) or "")
        choices.append(Choice(form.name, label))
    return Question("date_format", tuple(choices))
