"""Which column of a file is which: the heading row, its delimiter and its names."""

import csv
import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.importing.options import FIELDS, IGNORED
from app.services.importing.questions import Choice, Question
from app.services.importing.report import ImportRefused, shorten
from app.services.messages import Message

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

# A file without recoveries is usual, and leaves them "not reported".
_NEEDED = ("date", "country", "cases", "deaths")

# How public data sets head their columns, folded by _fold: the names of the first SARS register,
# Johns Hopkins, WHO, ECDC, Our World in Data and Kaggle. New counts are never cumulative ones.
_ALIASES = {
    "date": (
        "date", "day", "report date", "date reported", "date of report", "reporting date",
        "observation date", "observationdate", "daterep", "last update", "lastupdate",
    ),
    "country": (
        "country", "country name", "country region", "country or region", "country area",
        "country or area", "countriesandterritories", "countries and territories", "location",
    ),
    "cases": (
        "cases", "confirmed", "confirmed cases", "total cases", "cumulative cases",
        "number of cases", "cumulative number of case s", "cumulative number of cases",
    ),
    "deaths": (
        "deaths", "dead", "died", "total deaths", "cumulative deaths", "number of deaths",
        "fatalities", "cumulative number of deaths",
    ),
    "recoveries": (
        "recoveries", "recovered", "total recovered", "total recoveries", "cumulative recovered",
        "cumulative recoveries", "number recovered", "number of recoveries",
    ),
}  # fmt: skip
_FIELD_OF = {alias: field for field, aliases in _ALIASES.items() for alias in aliases}
# So many columns no register has; looking for alike headings among more would take long.
_MOST_COLUMNS = 1000
# Two headings as alike as this are probably meant to be the same.
_ALIKE = 0.75


@dataclass(frozen=True)
class Heading:
    """What the heading row says; `places` tells at which place each field stands."""

    delimiter: str
    names: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def ignored(self) -> list[str]:
        """Name the columns that are not imported."""
        used = set(self.places.values())
        return [name for place, name in enumerate(self.names) if place not in used]

    def name_of(self, field: str) -> str:
        """Return what the file calls a field."""
        return self.names[self.places[field]] if field in self.places else field


def read_heading(line: str, asked: Mapping[str, str], delimiter: str | None = None) -> Heading:
    """Read the heading row; ImportRefused when a column is missing, doubled or blank."""
    choices = [read_delimiter(delimiter)] if delimiter else list(DELIMITERS)
    readings = {choice: _cells(line, choice) for choice in choices}
    # The delimiter that gives the most columns we know, then the most columns.
    best = max(choices, key=lambda choice: _score(readings[choice], asked))
    if len(readings[best]) > _MOST_COLUMNS:
        text = "The heading row has more than %(most)s columns. Leave out those not needed."
        raise ImportRefused(Message(text, most=f"{_MOST_COLUMNS:,}"))
    names = _distinct(readings[best])
    places = _places(names, list(map(_field_of, readings[best])), asked)
    try:
        _refuse_missing(names, places, asked)
    except ImportRefused as error:
        if len(names) == 1 and not delimiter:
            error.question = _ask_delimiter(line)
        raise
    return Heading(best, tuple(names), places)


def _distinct(names: Sequence[str]) -> list[str]:
    """Number headings that stand there twice, so that each can be named."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return found


def _ask_delimiter(line: str) -> Question:
    marks = Counter(mark for mark in line if not mark.isalnum() and mark not in "\"'_().-")
    choices = []
    for mark, _ in marks.most_common(5):
        label = Message("%(delimiter)s", delimiter=DELIMITERS.get(mark, mark))
        choices.append(Choice(mark, label, tuple(map(_tidy, line.split(mark)[:10]))))
    return Question("delimiter", tuple(choices))


def _ask_columns(names: Sequence[str], places: Mapping[str, int]) -> Question:
    field_of = {place: field for field, place in places.items()}
    choices = []
    for place, name in enumerate(names):
        if place in field_of:
            label = Message("%(name)s, taken for %(field)s", name=name, field=field_of[place])
        else:
            label = Message("%(name)s", name=name)
        choices.append(Choice(name, label))
    taken = {field: names[place] for field, place in places.items()}
    missing = tuple(field for field in _NEEDED if field not in places)
    return Question("columns", tuple(choices), taken, missing)


def read_delimiter(text: str) -> str:
    """Return the character that is meant by a delimiter's name or by itself."""
    named = {name: mark for mark, name in DELIMITERS.items()}
    mark = named.get(text.casefold(), text.replace("\\t", "\t"))
    if len(mark) != 1 or mark in '"\r\n':
        text = "The delimiter must be one character, or comma, semicolon, tab or pipe."
        raise ImportRefused(Message(text))
    return mark


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        row = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        text = "The heading row cannot be read (%(why)s). Check its quotes."
        raise ImportRefused(Message(text, why=error)) from error
    return [_tidy(cell) for cell in row]


def _tidy(name: str) -> str:
    visible = (char for char in name if unicodedata.category(char) not in {"Cf", "Cc"})
    return shorten(" ".join("".join(visible).split()))


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", " ", plain).strip()


def _field_of(name: str) -> str | None:
    return _FIELD_OF.get(_fold(name))


def _score(names: Sequence[str], asked: Mapping[str, str]) -> tuple[int, int]:
    known = sum(1 for name in names if name in asked or _field_of(name))
    return known, len(names)


def _places(
    names: Sequence[str], meant: Sequence[str | None], asked: Mapping[str, str]
) -> dict[str, int]:
    _refuse_unknown_wishes(names, asked)
    wished = set(asked.values()) - {IGNORED}
    if not wished.issuperset(_NEEDED):
        _refuse_blank(names)
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        field = asked.get(name, meant[place])
        if field is None or field == IGNORED or (field in wished and name not in asked):
            continue
        if field in places:
            text = (
                "The columns %(one)s and %(other)s could both be %(field)s. Rename one of them, or "
                "say which is meant."
            )
            message = Message(text, one=repr(names[places[field]]), other=repr(name), field=field)
            raise ImportRefused(message, _ask_columns(names, places))
        places[field] = place
    return places


def _refuse_blank(names: Sequence[str]) -> None:
    blank = [str(place) for place, name in enumerate(names, start=1) if not name]
    if blank and any(names):
        text = "Column %(places)s has no heading. Name it, or delete the column."
        raise ImportRefused(Message(text, places=", ".join(blank[:20])))


def _refuse_unknown_wishes(names: Sequence[str], asked: Mapping[str, str]) -> None:
    for name, field in asked.items():
        if field not in (*FIELDS, IGNORED):
            text = "%(field)s is no field of a record. The fields are %(fields)s."
            raise ImportRefused(Message(text, field=field, fields=", ".join(FIELDS)))
        if name not in names:
            text = "There is no column %(name)s. The columns are %(names)s."
            raise ImportRefused(Message(text, name=repr(name), names=_list(names)))


def _refuse_missing(
    names: Sequence[str], places: Mapping[str, int], asked: Mapping[str, str]
) -> None:
    free = [name for place, name in enumerate(names) if place not in places.values()]
    free = [name for name in free if asked.get(name) != IGNORED]
    alike = {
        field: name
        for field in FIELDS
        if field not in places and (name := _look_alike(field, free))
    }
    missing = [
        field for field in FIELDS if field not in places and (field in _NEEDED or field in alike)
    ]
    if not missing:
        return
    if len(places) == 0:
        text = (
            "The first line names no column of a register: %(names)s. It must name date, country, "
            "cases, deaths and recoveries."
        )
        raise ImportRefused(Message(text, names=_list(names)), _ask_columns(names, places))
    hints = "".join(f" {name!r} looks like {field}." for field, name in alike.items())
    text = (
        "No column for %(missing)s. The columns are %(names)s.%(hints)s Rename the column, or say "
        "which one is meant."
    )
    message = Message(text, missing=" and ".join(missing), names=_list(names), hints=hints)
    raise ImportRefused(message, _ask_columns(names, places))


def _look_alike(field: str, names: Sequence[str]) -> str | None:
    for name in names:
        if difflib.get_close_matches(_fold(name), _ALIASES[field], n=1, cutoff=_ALIKE):
            return name
    return None


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown
