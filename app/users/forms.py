from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from app.forms import BaseForm, ChoiceField, EmailField, LineField, PasswordField
from app.models.user import ROLES


def _role(**kwargs: Any) -> RadioField:
    # Their words stand in macros/roles.html, beside a sentence each.
    choices = [SelectChoice(role, role) for role in ROLES]
    return RadioField(_("Role"), choices=choices, **kwargs)


class NewUserForm(BaseForm):
    """A new user."""

    username = LineField(
        _("Username"),
        needed=_("Enter a username."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    email = EmailField(_("Email (optional)"), render_kw={"autocomplete": "off"})
    role = _role(default="reader")
    password = PasswordField(_("Password"), new=True)


class UserForm(BaseForm):
    """What an admin may change of a user."""

    role = _role()
    email = EmailField(_("Email (optional)"), render_kw={"autocomplete": "off"})
    person_id = ChoiceField(_("Person (optional)"), blank=_("Nobody of the directory"))


class NewPasswordForm(BaseForm):
    """A new password for somebody who lost theirs."""

    password = PasswordField(_("Password"), new=True)
