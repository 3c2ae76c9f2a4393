import re
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import StopValidation

from app import db
from app.forms import (
    A_DAY,
    BaseForm,
    ChoiceField,
    DateField,
    EntryForm,
    LineField,
    NotesField,
    ReadField,
)
from app.models import Import, Record
from app.services import todos
from app.services.cells import Unreadable
from app.services.countries import country_choices
from app.services.messages import Message
from app.services.people import people_for_work
from app.todos.filters import TodoFilter
from app.todos.words import PRIORITIES, repeat_in_words


class NumberField(ReadField):
    """Something with a page of its own, by its number or by its whole address."""

    keyboard = "url"
    exists: Callable[[int], bool]

    def __init__(self, label: Any, path: str, *, unread: Any, missing: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.pattern = re.compile(rf"(?:.*/{path}/)?#?(\d{{1,9}})", re.ASCII)
        self.unread = unread
        self.missing = missing

    def read(self, text: str) -> int:
        """Read the number."""
        number = self.pattern.fullmatch(text.strip())
        if number is None:
            raise Unreadable(self.unread)
        return int(number[1])

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is not there."""
        if self.data is not None and not self.exists(self.data):
            raise StopValidation(str(self.missing))


class CommentForm(BaseForm):
    """What somebody says about a to-do."""

    text = NotesField(_("Comment"), needed=_("Write what there is to say."))


class RepeatField(ReadField):
    """How often a to-do comes again, in the words that its quick line understands."""

    render_kw: dict[str, Any] | None = {"list": "repeats"}  # noqa: RUF012  (never written to)

    def read(self, text: str) -> str:
        """Read the words into the rule that is stored."""
        return todos.read_repeat(text).rule

    def write(self, value: str) -> str:
        """Write the rule in words."""
        return repeat_in_words(value)


class QuickForm(BaseForm):
    """A to-do in one line."""

    line = LineField(
        _("New to-do"),
        most=todos.MOST_LINE,
        needed=_("Write what is to be done."),
        description=_("For example: Ring Hanoi about 12 April tomorrow p1 @mina #viet-nam"),
    )


class TodoForm(EntryForm):
    """A to-do, as typed."""

    title = LineField(_("What is to be done"), most=300, needed=_("Write what is to be done."))
    notes = NotesField(_("Notes"))
    due = DateField(_("Due"), description=A_DAY)
    priority = ChoiceField(_("Priority"), default=3)
    assignee_id = ChoiceField(_("Person"), blank=_("Nobody yet"))
    country_id = ChoiceField(_("Country"), blank=_("No country"))
    repeat = RepeatField(
        _("Repeats"), description=_("For example every Friday, every 2 weeks, every month.")
    )
    record_id = NumberField(
        _("Record"),
        "records",
        description=_("Its address or number, if the to-do is about one record."),
        unread=Message("Copy the record's address, or leave this empty."),
        missing=_("There is no such record."),
    )
    import_id = NumberField(
        _("Import"),
        "imports",
        description=_("Its address or number, if the to-do is about a file."),
        unread=Message("Copy the import's address, or leave this empty."),
        missing=_("There is no such import."),
    )


def offer_choices(form: BaseForm) -> None:
    """Offer the people, countries and priorities there are."""
    session = db.session()
    if isinstance(form, TodoFilter):
        form.offer()
        return
    form["priority"].offer(PRIORITIES.items())
    # Whoever has it already stays offered; object_data is what is stored, not what was typed.
    people = people_for_work(session, form["assignee_id"].object_data)
    form["assignee_id"].offer((person.id, person.name) for person in people)
    form["country_id"].offer(country_choices(session))
    form["record_id"].exists = lambda id: session.get(Record, id) is not None
    form["import_id"].exists = lambda id: session.get(Import, id) is not None
