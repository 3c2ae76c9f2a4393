"""How to-dos are put into words."""

import datetime as dt
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app import db
from app.language import day_in_words
from app.models import Record, Todo
from app.services import closing

PRIORITIES = {1: _("Urgent"), 2: _("High"), 3: _("Normal"), 4: _("Low")}
BUCKETS = {
    "overdue": _("Overdue"),
    "today": _("Today"),
    "week": _("This week"),
    "later": _("Later"),
    "none": _("No date"),
    "done": _("Done"),
}
# More are seen in the review's own list.
MOST_FINDINGS = 50


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


def about_todo(todo: Todo) -> dict[str, Any]:
    """Return what a to-do's page shows beside it: the record and the findings it is about."""
    session = db.session()
    counted = closing.count_findings(session, todo.id)
    return {
        "record": session.get(Record, todo.record_id) if todo.record_id else None,
        "counted": counted,
        "findings": closing.list_findings(session, todo.id, MOST_FINDINGS) if counted.total else [],
    }
