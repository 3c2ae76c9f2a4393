from flask_babel import lazy_gettext as _

from app.forms import EmailField, EntryForm, LineField


class PersonForm(EntryForm):
    """A person, as typed."""

    name = LineField(_("Name"), needed=_("Write the person's name."))
    organisation = LineField(_("Organisation"))
    email = EmailField(_("Email"))
