"""How to-dos are put into words."""

import datetime as dt
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.filters import count
from app.language import day_in_words
from app.services import todos

PRIORITIES = {1: _("Urgent"), 2: _("High"), 3: _("Normal"), 4: _("Low")}
COLUMNS = {
    "title": _("What is to be done"),
    "notes": _("Notes"),
    "due": _("Due"),
    "priority": _("Priority"),
    "assignee_id": _("Person"),
    "country_id": _("Country"),
    "record_id": _("Record"),
    "import_id": _("Import"),
    "repeat": _("Repeats"),
}
BUCKETS = {
    "overdue": _("Overdue"),
    "today": _("Today"),
    "week": _("This week"),
    "later": _("Later"),
    "none": _("No date"),
    "done": _("Done"),
}


def due_in_words(due: dt.date, today: dt.date) -> str:
    """Say when a to-do is due: 2 days late, today, tomorrow, in 3 days, or the day."""
    days = (due - today).days
    if days < 0:
        return str(ngettext("%(num)s day late", "%(num)s days late", -days))
    if days > 13:
        return day_in_words(due)
    words = {0: gettext("today"), 1: gettext("tomorrow")}
    return str(words.get(days) or ngettext("in %(num)s day", "in %(num)s days", days))


def due_heading(bucket: str) -> str:
    """Return the heading of the to-dos of a bucket."""
    return str(BUCKETS[bucket])


def priority_in_words(priority: int) -> str:
    """Return the word for a priority."""
    return str(PRIORITIES[priority])


def column_in_words(column: str) -> str:
    """Return what a column of the log is called on the to-do's form."""
    return str(COLUMNS.get(column, column))


def said_in_words(change: todos.Change, value: Any) -> str | Markup:
    """Write what a column of the log said."""
    if value is None or value == "":
        return count(None)
    if change.column == "priority" and value in PRIORITIES:
        return priority_in_words(value)
    return str(value)
