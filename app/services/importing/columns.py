"""Which column of a file is which: the heading row, its delimiter and its names."""

import csv
import difflib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.importing.headings import (
    MEANINGS,
    Counting,
    Meaning,
    fold,
    is_part,
    names_for,
    told_counting,
)
from app.services.importing.options import FIELDS, IGNORED
from app.services.importing.questions import Choice, Question
from app.services.importing.report import ImportRefused, shorten
from app.services.messages import Message

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

# A file without recoveries is usual, and leaves them "not reported".
_NEEDED = ("date", "country", "cases", "deaths")

# So many columns no register has; looking for alike headings among more would take long.
_MOST_COLUMNS = 1000
# Two headings as alike as this are probably meant to be the same.
_ALIKE = 0.75


class NoHeading(ImportRefused):
    """A line names no column that we know: it is a title, a remark or a row."""


@dataclass(frozen=True)
class Heading:
    """What the heading row says; `places` tells at which place each field stands."""

    delimiter: str
    names: tuple[str, ...]
    places: Mapping[str, int]
    # Where the columns stand that name parts of a country, such as provinces.
    parts: tuple[int, ...] = ()
    # What the headings, or the person who was asked, say of the counts.
    counting: Counting | None = None

    @property
    def ignored(self) -> list[str]:
        """Name the columns that are not imported."""
        used = set(self.places.values())
        return [name for place, name in enumerate(self.names) if place not in used]

    def name_of(self, field: str) -> str:
        """Return what the file calls a field."""
        return self.names[self.places[field]] if field in self.places else field


def read_heading(
    line: str,
    asked: Mapping[str, str],
    delimiter: str | None = None,
    counting: Counting | None = None,
) -> Heading:
    """Read the heading row; ImportRefused when a column is missing, doubled or blank."""
    choices = [read_delimiter(delimiter)] if delimiter else list(DELIMITERS)
    readings = _read_each_way(line, choices)
    # The delimiter that gives the most columns we know, then the most columns.
    best = max(readings, key=lambda choice: _score(readings[choice], asked))
    if len(readings[best]) > _MOST_COLUMNS:
        text = "The heading row has more than %(most)s columns. Leave out those not needed."
        raise ImportRefused(Message(text, most=f"{_MOST_COLUMNS:,}"))
    names = _distinct(readings[best])
    folded = list(map(fold, readings[best]))
    counting = counting or told_counting(folded)
    places = _places(names, [_meaning(name, counting) for name in folded], asked)
    try:
        if places and not set(_NEEDED).issubset(asked.values()):
            _refuse_blank(names, places)
        _refuse_missing(names, places, asked)
    except ImportRefused as error:
        if len(names) == 1 and not delimiter:
            error.question = _ask_delimiter(line)
        raise
    parts = tuple(
        place for place, name in enumerate(folded) if is_part(name) and place not in places.values()
    )
    return Heading(best, tuple(names), places, parts, counting)


def _read_each_way(line: str, choices: Sequence[str]) -> dict[str, list[str]]:
    readings: dict[str, list[str]] = {}
    why = ""
    for choice in choices:
        try:
            readings[choice] = _cells(line, choice)
        except csv.Error as error:
            why = why or str(error)
    if not readings:
        text = "The heading row cannot be read (%(why)s). Check its quotes."
        raise ImportRefused(Message(text, why=why))
    return readings


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
    row = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    return [_tidy(cell) for cell in row]


def _tidy(name: str) -> str:
    visible = (char for char in name if unicodedata.category(char) not in {"Cf", "Cc"})
    return shorten(" ".join("".join(visible).split()))


def _meaning(folded: str, counting: Counting | None) -> Meaning | None:
    """Return what a heading means in a file that counts so."""
    meaning = MEANINGS.get(folded)
    if meaning and meaning.counting not in (None, counting or "cumulative"):
        return None
    return meaning


def _score(names: Sequence[str], asked: Mapping[str, str]) -> tuple[int, int]:
    known = sum(1 for name in names if name in asked or fold(name) in MEANINGS)
    return known, len(names)


def _places(
    names: Sequence[str], meanings: Sequence[Meaning | None], asked: Mapping[str, str]
) -> dict[str, int]:
    if any(meanings) or not set(names).isdisjoint(asked):
        _refuse_unknown_wishes(names, asked)
    wished = set(asked.values()) - {IGNORED}
    found: dict[str, list[tuple[int, int]]] = {}
    for place, (name, meaning) in enumerate(zip(names, meanings, strict=True)):
        if name in asked:
            found.setdefault(asked[name], []).append((0, place))
        elif meaning and meaning.field not in wished:
            found.setdefault(meaning.field, []).append((meaning.rank, place))
    found.pop(IGNORED, None)
    places = {field: min(ranked)[1] for field, ranked in found.items()}
    for field, ranked in found.items():
        (rank, one), *rest = sorted(ranked)
        if rest and rest[0][0] == rank:
            _refuse_doubled(field, one, rest[0][1], names, places)
    return places


def _refuse_doubled(
    field: str, one: int, other: int, names: Sequence[str], places: Mapping[str, int]
) -> None:
    text = (
        "The columns %(one)s and %(other)s could both be %(field)s. Rename one of them, or "
        "say which is meant."
    )
    message = Message(text, one=repr(names[one]), other=repr(names[other]), field=field)
    raise ImportRefused(message, _ask_columns(names, places))


def _refuse_blank(names: Sequence[str], places: Mapping[str, int]) -> None:
    blank = [str(place) for place, name in enumerate(names, start=1) if not name]
    if blank and any(names):
        text = "Column %(places)s has no heading. Name it, or delete the column."
        message = Message(text, places=", ".join(blank[:20]))
        raise ImportRefused(message, _ask_columns(names, places))


def _refuse_unknown_wishes(names: Sequence[str], asked: Mapping[str, str]) -> None:
    for name, field in asked.items():
        if field not in (*FIELDS, IGNORED):
            text = "%(field)s is no field of a record. The fields are %(fields)s."
            raise ImportRefused(Message(text, field=shorten(field), fields=", ".join(FIELDS)))
        if name not in names:
            text = "There is no column %(name)s. The columns are %(names)s."
            raise ImportRefused(Message(text, name=repr(shorten(name)), names=_list(names)))


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
        raise NoHeading(Message(text, names=_list(names)), _ask_columns(names, places))
    hints = "".join(f" {name!r} looks like {field}." for field, name in alike.items())
    text = (
        "No column for %(missing)s. The columns are %(names)s.%(hints)s Rename the column, or say "
        "which one is meant."
    )
    if missing == ["deaths"]:
        text = (
            "No column for %(missing)s. The columns are %(names)s.%(hints)s Rename the column, say "
            "which one is meant, or add an empty one if deaths were not reported."
        )
    message = Message(text, missing=" and ".join(missing), names=_list(names), hints=hints)
    raise ImportRefused(message, _ask_columns(names, places))


def _look_alike(field: str, names: Sequence[str]) -> str | None:
    for name in names:
        if difflib.get_close_matches(fold(name), names_for(field), n=1, cutoff=_ALIKE):
            return name
    return None


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown
