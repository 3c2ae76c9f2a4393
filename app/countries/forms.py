from flask_babel import lazy_gettext as _

from app.crud import FilterForm
from app.forms import BaseForm, EntryForm, LineField
from app.services.directory import LONGEST_NAME


class CountryFilter(FilterForm):
    """What narrows the list of countries."""


class CountryForm(EntryForm):
    """A country's name, as typed."""

    name = LineField(_("Name"), most=LONGEST_NAME, needed=_("Write the country's name."))


class AliasForm(BaseForm):
    """Another name for a country, as typed."""

    alias = LineField(_("Another name"), most=LONGEST_NAME, needed=_("Write the other name."))
