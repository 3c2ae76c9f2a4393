from flask_babel import lazy_gettext as _

from app import db
from app.forms import (
    A_DAY,
    BaseForm,
    ChoiceField,
    DateField,
    EntryForm,
    LineField,
    LinkField,
    NotesField,
)
from app.services.countries import country_choices


class VideoForm(EntryForm):
    """A video, as typed."""

    name = LineField(_("Name"), needed=_("Write the video's name."))
    link = LinkField(_("Link"), needed=_("Copy the video's link."))
    description = NotesField(_("Description"))
    date = DateField(_("Day"), description=A_DAY)
    country_id = ChoiceField(_("Country"), blank=_("No country"))


def offer_countries(form: BaseForm) -> None:
    """Let the form choose among the register's countries."""
    if "country_id" in form:
        form["country_id"].offer(country_choices(db.session()))
