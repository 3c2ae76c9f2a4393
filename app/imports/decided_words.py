"""What was decided about an import and how it was read, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from app.filters import count
from app.imports import choices
from app.imports.words import DELIMITERS, FIELDS, problem_name
from app.models import Import, ImportRow
from app.services.importing.choosing import Overtaken

# New countries are named up to this many in a sentence.
MOST_NAMED = 8


def decision_in_words(kind: str, key: str, value: Mapping[str, Any]) -> str:
    """Say what was decided: "Line 385: country Viet Nam"."""
    if kind == "row":
        return f"{gettext('Line %(line)s', line=key)}: {_row_in_words(value)}"
    if kind == "name":
        if "country" in value:
            return gettext("“%(name)s” is %(country)s", name=key, country=value["country"])
        return gettext("“%(name)s” is a country of its own", name=key)
    choices = {
        "leave_out": gettext("leave these rows out"),
        "first": gettext("keep the first row"),
        "last": gettext("keep the last row"),
        "suggestion": gettext("use the country that fits"),
        "hold": gettext("hold the rows"),
    }
    return f"{problem_name(key)}: {choices.get(value.get('choice', ''), '')}"


def _row_in_words(value: Mapping[str, Any]) -> str:
    if value.get("leave_out"):
        return str(gettext("leave out"))
    if value.get("existing") == "register":
        return str(gettext("keep the register’s counts"))
    if value.get("existing") == "file":
        return str(gettext("take the file’s counts"))
    cells = [
        f"{str(FIELDS[name]).lower()} {value[name] or '–'}" for name in FIELDS if name in value
    ]
    return ", ".join(cells) or str(gettext("as the file has it"))


def new_countries(found: Mapping[str, Any]) -> str:
    """Say which are new: "2 countries new to the register: Laos, Peru"."""
    number, names = found["count"], found["names"][:MOST_NAMED]
    listed = ", ".join(names)
    if number > len(names):
        more = count(number - len(names))
        listed = gettext("%(names)s and %(more)s more", names=listed, more=more)
    text = ngettext(
        "%(count)s country new to the register: %(names)s",
        "%(count)s countries new to the register: %(names)s",
        number,
        count=count(number),
        names=listed,
    )
    return str(text)


def subject(kind: str, key: str) -> str:
    """Say what a decision is about."""
    if kind == "row":
        return str(gettext("line %(line)s", line=key))
    return f"“{key}”" if kind == "name" else problem_name(key)


def overtaken(one: Overtaken) -> str:
    """Say whose decision gave way to one just made."""
    what = subject(one.kind, one.key)
    return str(
        gettext(
            "%(who)s had decided about %(what)s meanwhile. Yours counts.", who=one.actor, what=what
        )
    )


def row_in_words(row: ImportRow) -> str:
    """Name a line and the first reason why it is not stored."""
    line = gettext("line %(line)s", line=row.line)
    reason = row.reasons[0] if row.reasons else None
    if reason is None:
        return str(line)
    column = f"{reason['column']}: " if reason["column"] else ""
    return f"{line}, {column}{reason['reason']}"


def unmet(offer: Import) -> Iterator[str]:
    """Yield what was decided and could not be carried out, each with why."""
    for one in offer.options.get("unmet") or ():
        if one["kind"] == "name":
            text = gettext("No row has the name “%(name)s” any more.", name=one["key"])
        elif one["why"] == "missing":
            text = gettext("The file has no row on line %(line)s.", line=one["key"])
        else:
            text = gettext(
                "Line %(line)s says something else than when it was decided.", line=one["key"]
            )
        yield str(text)


def how_read(offer: Import) -> Iterator[tuple[str, str]]:
    """Yield how a file was read and which policies it followed, each with its label."""
    understood = offer.options
    if understood.get("member"):
        yield gettext("Read from"), str(understood["member"])
    if understood.get("encoding"):
        yield gettext("Encoding"), str(understood["encoding"])
    if understood.get("delimiter"):
        delimiter = understood["delimiter"]
        yield gettext("Between cells"), str(DELIMITERS.get(delimiter, repr(delimiter)))
    if understood.get("date_format"):
        yield gettext("Dates"), str(understood["date_format"])
    columns = understood.get("columns") or {}
    if columns:
        taken = (f"{heading} → {str(FIELDS[name]).lower()}" for name, heading in columns.items())
        yield gettext("Columns"), ", ".join(taken)
    ignored = understood.get("ignored") or ()
    if ignored:
        yield gettext("Ignored columns"), ", ".join(ignored)
    yield from _asked(offer)
    if understood.get("recipe"):
        number = understood["recipe"]
        yield gettext("Settings"), str(gettext("as import %(number)s was", number=number))


def _asked(offer: Import) -> Iterator[tuple[str, str]]:
    """Yield what somebody asked for and is not told by what was understood."""
    named = {name: (label, dict(offered)) for name, label, offered in choices.policies()}
    for name, label, _hint, offered in choices.readings(offer):
        named[name] = label, dict(offered)
    for name, value in offer.wishes.items():
        if name in named and name not in ("encoding", "delimiter", "date_format"):
            label, texts = named[name]
            yield str(label), str(texts.get(str(value), value))
