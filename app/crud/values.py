"""What the columns of an entry say, and how that is written on pages."""

from typing import Any

from markupsafe import Markup, escape

from app.database import Base
from app.filters import count, day
from app.services.entries import name_of


def value_of(entry: Any, column: str) -> Any:
    """Return what a column of an entry says; of one that names another entry, its name."""
    named = column.removesuffix("_id")
    value = getattr(entry, named if hasattr(entry, named) else column)
    return name_of(value) if isinstance(value, Base) else value


def written(value: Any, field: Any) -> str | Markup:
    """Write a value as its field's type asks."""
    if value is None or value == "":
        return count(None)
    if field.type == "LinkField":
        text = value if len(value) <= 60 else f"{value[:59]}…"
        return Markup('<a href="{}" rel="external noreferrer">{}</a>').format(value, text)
    if field.type == "EmailField":
        return Markup('<a href="mailto:{}">{}</a>').format(value, value)
    if field.type == "NotesField":
        return Markup("<br>").join(escape(line) for line in value.split("\n"))
    return value if isinstance(value, str) else day(value)
