"""What a check page lets people choose from."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext

from app.imports.words import NUMBERS
from app.language import translate
from app.models import Import, ImportRow
from app.services.importing.encodings import LABELS
from app.services.importing.groups import Group, Key
from app.services.importing.questions import Choice
from app.services.importing.understanding import MOST_LINES_ABOVE

_ = lazy_gettext

# Lines of one key that get a button each; more are for the group's choice.
MOST_LINES = 6

Options = Sequence[tuple[str, Any]]

_WAIT = ("", _("decide later"))
_LEAVE_OUT = ("leave_out", _("leave out"))
_GROUP = {
    "conflict": (
        ("", _("decide on each")),
        ("suggestion", _("use the country that fits")),
        ("first", _("keep the first row")),
        ("last", _("keep the last row")),
        ("leave_out", _("leave all out")),
    ),
    "warning": (("", _("import and list for review")), ("leave_out", _("leave these rows out"))),
    "held": (("", _("decide on each")), ("leave_out", _("leave these rows out"))),
    "unreadable": (("", _("mend each")), ("leave_out", _("leave these rows out"))),
}
_ROW = {
    "exists": (_WAIT, ("file", _("take the file’s")), ("register", _("keep the register’s"))),
    "changed": (("", _("take the file’s")), ("register", _("keep the register’s"))),
    "warning": (("", _("import")), _LEAVE_OUT),
}
_DATE_FORMATS = (
    "yyyy-mm-dd",
    "dd/mm/yyyy",
    "mm/dd/yyyy",
    "dd.mm.yyyy",
    "yyyy/mm/dd",
    "yyyymmdd",
    "dd-mm-yyyy",
    "mm-dd-yyyy",
)


def for_group(group: Group) -> Options:
    """Return what can be decided about all rows of a group."""
    return _GROUP.get(group.problem) or _GROUP.get(group.outcome, ())


def for_row(group: Group) -> Options:
    """Return what can be decided about one row of a group."""
    return _ROW.get(group.problem) or _ROW.get(group.outcome) or (_WAIT, _LEAVE_OUT)


def suggestions(key: Key) -> Iterator[tuple[ImportRow, str]]:
    """Yield the lines of a key that fit one other country alone, with its name."""
    own = key.lines[0].cells.get("country", "").casefold()
    for row in key.lines:
        if len(row.candidates) == 1 and row.candidates[0].casefold() != own:
            yield row, row.candidates[0]


def has_more(key: Key) -> int:
    """Return how many lines of a key are not shown: then no button can speak of all of them."""
    return key.count - len(key.lines)


def policies() -> list[tuple[str, Any, Options]]:
    """Return the policies of an import: what it is called, its label, its choices."""
    return [
        (
            "on_problem",
            _("Rows not settled"),
            (("hold", _("import the good rows now")), ("abort", _("import all rows or none"))),
        ),
        (
            "existing",
            _("Records that differ"),
            (
                ("file", _("take the file’s")),
                ("register", _("keep the register’s")),
                ("ask", _("ask me for each")),
            ),
        ),
        (
            "blanks",
            _("Blank cells"),
            (("keep", _("leave the register’s counts")), ("overwrite", _("mean “not reported”"))),
        ),
        (
            "parts",
            _("Parts of a country"),
            (("hold", _("hold them")), ("sum", _("add them up"))),
        ),
    ]


def readings(offer: Import) -> list[tuple[str, Any, str, Options]]:
    """Return how a file can be read: option, label, what was found out, choices."""
    understood = offer.options
    counting = (("cumulative", _("totals so far")), ("new", _("what is new each day")))
    dates = tuple((name, name) for name in _DATE_FORMATS)
    found: list[tuple[str, Any, str, Options]] = [
        ("date_format", _("Dates"), understood.get("date_format") or "", dates),
        ("counting", _("Counts"), "", counting),
        ("thousands", _("Thousands"), "", (*NUMBERS.items(), ("none", _("no sign")))),
    ]
    line = understood.get("heading_line")
    told = gettext("line %(line)s", line=line) if line else ""
    found.append(("heading_line", _("Heading"), told, heading_lines()))
    if understood.get("sheets"):
        sheets = tuple((name, name) for name in understood["sheets"])
        found.insert(0, ("sheet", _("Sheet"), "", sheets))
    if understood.get("kind") != "workbook":
        found += [
            ("delimiter", _("Between cells"), understood.get("delimiter") or "", _delimiters()),
            ("encoding", _("Encoding"), understood.get("encoding") or "", _encodings()),
        ]
    return found


def heading_lines() -> Options:
    """Return the lines that may be the heading."""
    lines = range(1, MOST_LINES_ABOVE + 1)
    return tuple((str(line), _("line %(line)s", line=line)) for line in lines)


def encodings(offered: Sequence[Choice], found: str) -> Iterator[tuple[str, Any, Sequence[str]]]:
    """Yield the encodings to choose from, with names of the file read in each."""
    yield "", gettext("found out: %(what)s", what=found), ()
    if found != "UTF-8":
        yield "utf-8", "UTF-8", ()
    for choice in offered:
        yield choice.value, translate(choice.label), choice.preview


def _encodings() -> Options:
    return (("utf-8", "UTF-8"), *LABELS.items())


def _delimiters() -> Options:
    return (
        ("comma", _("commas")),
        ("semicolon", _("semicolons")),
        ("tab", _("tabs")),
        ("pipe", _("pipes")),
    )


def leave_all_out(key: Key) -> str:
    """Return what the button that leaves all lines of a key out says."""
    return gettext("Leave both out") if len(key.lines) == 2 else gettext("Leave all out")
