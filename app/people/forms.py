from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select

from app.crud import FilterForm
from app.forms import (
    BaseForm,
    ChoiceField,
    EmailField,
    EntryForm,
    LineField,
    NameField,
    RevisionField,
    WordField,
)
from app.models import Person


class PersonForm(EntryForm):
    """A person, as typed."""

    name = NameField(_("Name"), needed=_("Write the person's name."))
    organisation = LineField(_("Organisation"))
    email = EmailField(_("Email"))


class MergeForm(BaseForm):
    """Whom a person is merged into, and the revisions of both that were shown."""

    into = WordField(_("The same person as"), words=[("", _("Choose"))])
    revision = RevisionField()
    into_revision = RevisionField()


class LeavingForm(EntryForm):
    """Who takes the work over of somebody who leaves."""

    heir_id = ChoiceField(_("Who takes them over"), blank=_("Nobody yet"))


class PeopleFilter(FilterForm):
    """What narrows the list of people."""

    state = WordField(
        _("State"),
        words=[("", _("Everybody")), ("active", _("Active")), ("inactive", _("Not active"))],
    )

    def narrow(self, statement: Select[Any]) -> Select[Any]:
        """Keep those who are active, or are not."""
        if not self.state.data:
            return statement
        return statement.where(Person.active == (self.state.data == "active"))
