"""How to-dos are put into words."""

import datetime as dt
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.filters import count
from app.language import day_in_words, translate
from app.models import Country, Finding, Person
from app.services import todos
from app.services.rules import wording

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
    "next_id": _("Next one"),
}
OFTEN = (
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY",
    "FREQ=YEARLY",
)
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


def repeat_in_words(rule: str) -> str:
    """Say how often a to-do comes again, in words that its form understands."""
    repeat = todos.read_rule(rule)
    number = repeat.interval
    if repeat.days:
        return _on_days(repeat)
    if repeat.month_day is not None:
        return str(
            ngettext(
                "every month on day %(day)s",
                "every %(num)s months on day %(day)s",
                number,
                day=repeat.month_day,
            )
        )
    return str(
        {
            "DAILY": ngettext("every day", "every %(num)s days", number),
            "WEEKLY": ngettext("every week", "every %(num)s weeks", number),
            "MONTHLY": ngettext("every month", "every %(num)s months", number),
            "YEARLY": ngettext("every year", "every %(num)s years", number),
        }[repeat.frequency]
    )


def repeat_choices() -> list[str]:
    """Return how often to-dos mostly come again, to choose from."""
    return [repeat_in_words(rule) for rule in OFTEN]


def _on_days(repeat: todos.Repeat) -> str:
    if repeat.days == todos.WORKING_DAYS and repeat.interval == 1:
        return gettext("every weekday")
    names = get_day_names("wide", locale=get_locale() or "en")
    days = ", ".join(names[day] for day in repeat.days)
    one, many = "every %(days)s", "every %(num)s weeks on %(days)s"
    return str(ngettext(one, many, repeat.interval, days=days))


def column_in_words(column: str) -> str:
    """Return what a column of the log is called on the to-do's form."""
    return str(COLUMNS.get(column, column))


def said_in_words(change: todos.Change, value: Any) -> str | Markup:
    """Write what a column of the log said."""
    if value is None or value == "":
        return count(None)
    if change.column == "priority" and value in PRIORITIES:
        return priority_in_words(value)
    if change.column == "repeat":
        return repeat_in_words(value)
    return str(value)


def understood_in_words(
    understood: todos.Understood, person: Person | None, country: Country | None
) -> list[str]:
    """Say what a line says beside its title; `person` and `country` are those that it names."""
    words = []
    if understood.due is not None:
        words.append(gettext("Due %(day)s", day=day_in_words(understood.due)))
    if understood.priority is not None:
        words.append(priority_in_words(understood.priority))
    words += [named.name for named in (person, country) if named is not None]
    if understood.repeat is not None:
        words.append(repeat_in_words(understood.repeat.rule))
    return words


def finding_in_words(finding: Finding) -> str:
    """Say what a finding is about, and what was seen there."""
    places = [finding.country.name] if finding.country else []
    places += [day_in_words(finding.date)] if finding.date else []
    seen = translate(wording.headline(finding))
    return f"{', '.join(places)}: {seen}" if places else seen
