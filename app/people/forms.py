from flask_babel import lazy_gettext as _

from app.forms import EmailField, EntryForm, LineField, NameField


class PersonForm(EntryForm):
    """A person, as typed."""

    name = NameField(_("Name"), needed=_("Write the person's name."))
    organisation = LineField(_("Organisation"))
    email = EmailField(_("Email"))
