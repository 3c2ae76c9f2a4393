"""The forms of an import: a file that is offered, and what is decided about its rows."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import StringField, TextAreaField

from app.forms import BaseForm
from app.imports.words import PROBLEMS
from app.services.importing.options import FIELDS, THOUSANDS
from app.services.importing.understanding import MOST_LINES_ABOVE

_ = lazy_gettext

PASTED = "pasted.csv"
MOST_FILES = 20
# What a file is called, and its bytes.
Named = tuple[str, BinaryIO]
# Which wishes are one of a few words, and which are a text.
WISHES: Mapping[str, tuple[str, ...] | None] = {
    "on_problem": ("hold", "abort"),
    "existing": ("file", "register", "ask"),
    "blanks": ("keep", "overwrite"),
    "parts": ("hold", "sum"),
    "counting": ("cumulative", "new"),
    "thousands": tuple(THOUSANDS),
    "encoding": None,
    "delimiter": None,
    "heading_line": tuple(map(str, range(1, MOST_LINES_ABOVE + 1))),
    "date_format": None,
    "sheet": None,
}
ROW_CHOICES = ("leave_out", "file", "register")
GROUP_CHOICES = ("hold", "leave_out", "first", "last", "suggestion")
LONGEST = 200
LONGEST_SPELLING = 300


class OfferForm(BaseForm):
    """Files, or the text of one, or the address of one."""

    files = MultipleFileField(_("File"))
    text = TextAreaField(_("Rows, with their heading"))
    address = StringField(_("Address"))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Ask for exactly one of them."""
        good = super().validate(*args, **kwargs)
        given = [bool(self.uploads), bool(self.pasted), bool(self.typed)]
        if sum(given) == 1 and len(self.uploads) <= MOST_FILES:
            return bool(good)
        text = gettext("Choose a file, or paste its rows.")
        if sum(given) > 1:
            text = gettext("A file and something else were given. Send one of them.")
        elif sum(given) == 1:
            text = gettext("At most %(most)s files can be sent at once.", most=MOST_FILES)
        self.files.errors = [*self.files.errors, text]
        return False

    @property
    def uploads(self) -> list[FileStorage]:
        """Return the files that were chosen."""
        return [upload for upload in self.files.data or () if upload]

    @property
    def pasted(self) -> str:
        """Return the text that was pasted."""
        return (self.text.data or "").strip("\r\n \ufeff")

    @property
    def typed(self) -> str:
        """Return the address that was typed."""
        return (self.address.data or "").strip()

    def open(self) -> Iterator[Named]:
        """Yield the name and the bytes of each file that was sent."""
        for upload in self.uploads:
            yield upload.filename or "", cast(BinaryIO, upload.stream)
        if self.pasted:
            yield PASTED, io.BytesIO(self.pasted.encode("utf-8", "surrogatepass"))


@dataclass
class RowSent:
    """What was sent about one line: a choice, if one was made, and cells as they were typed."""

    choice: str | None = None
    cells: dict[str, str] = field(default_factory=dict)


@dataclass
class Sent:
    """What a person changed on the page, apart from what merely stood there."""

    rows: dict[int, RowSent] = field(default_factory=dict)
    # Spelling -> "", "new" or "as:" and a country.
    names: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    wishes: dict[str, Any] = field(default_factory=dict)
    # What the pressed button does, and to what.
    act: str = "save"
    of: str = ""

    @property
    def changes_anything(self) -> bool:
        """Tell whether anything was typed or chosen."""
        return bool(self.rows or self.names or self.problems or self.wishes)


def read_sent(sent: MultiDict[str, str], shown: Mapping[str, str]) -> Sent:
    """Tell what was changed from what the page had shown, by the names of its controls."""
    found = Sent()
    found.act, _colon, found.of = sent.get("do", "save").partition(":")
    columns: dict[str, str] = {}
    for control in sent:
        kind, colon, rest = control.partition(":")
        value = sent[control].strip()
        if not colon:
            continue
        if kind == "column":
            columns[rest] = value
        elif kind == "field" and rest in FIELDS and value:
            found.wishes.setdefault("columns", {})[value] = rest
        elif value != shown.get(control, ""):
            _note(found, kind, rest, value, sent)
    if any(value != shown.get(f"column:{name}", "") for name, value in columns.items()):
        found.wishes["columns"] = {name: value for name, value in columns.items() if value}
    if "heading_line" in found.wishes:
        # What was told of columns was told of another heading's.
        found.wishes["columns"] = None
    return found


def read_shown(text: str | None) -> dict[str, str]:
    """Read what the page's controls had shown; what is not in it was blank."""
    with suppress(ValueError, RecursionError):
        pairs = json.loads(text or "{}")
        if isinstance(pairs, dict):
            return {str(name): str(value) for name, value in pairs.items()}
    return {}


def _note(found: Sent, kind: str, rest: str, value: str, sent: MultiDict[str, str]) -> None:
    if kind == "wish" and rest in WISHES:
        words = WISHES[rest]
        if words is None or value in words or not value:
            wish = int(value) if value and rest == "heading_line" else value[:LONGEST]
            found.wishes[rest] = wish or None
    elif kind == "problem" and rest in PROBLEMS and value in ("", *GROUP_CHOICES):
        found.problems[rest] = value
    elif kind in ("name", "other") and not _is_spelling(rest):
        return
    elif kind == "name":
        found.names[rest] = f"as:{sent.get(f'other:{rest}', '')}" if value == "other" else value
    elif kind == "other" and rest not in found.names:
        # Whoever types a name need not press the button beside it.
        found.names[rest] = f"as:{value}"
    elif kind == "row" and _is_line(rest) and value in ("", *ROW_CHOICES):
        found.rows.setdefault(int(rest), RowSent()).choice = value
    elif kind == "cell":
        line, _colon, name = rest.partition(":")
        if _is_line(line) and name in FIELDS:
            found.rows.setdefault(int(line), RowSent()).cells[name] = value[:LONGEST]


def _is_spelling(text: str) -> bool:
    # No other can be the key of a decision.
    return 0 < len(text) <= LONGEST_SPELLING and "\0" not in text


def _is_line(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
