from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from app.forms import BaseForm, EmailField, LineField, PasswordField


class SignInForm(BaseForm):
    """A name, a password, and where to go on afterwards."""

    name = StringField(
        _("Username or email"),
        [InputRequired(_("Enter your username or email."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(_("Password"))
    next = HiddenField()
    kept = HiddenField()


class FirstRunForm(BaseForm):
    """The first account."""

    username = LineField(
        _("Username"),
        needed=_("Enter a username."),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    email = EmailField(_("Email (optional)"), render_kw={"autocomplete": "email"})
    password = PasswordField(_("Password"), new=True)


class EmailForm(BaseForm):
    """One's own email address."""

    email = EmailField(_("Email"), render_kw={"autocomplete": "email"})


class PasswordForm(BaseForm):
    """One's own new password, and the present one as a proof."""

    current = PasswordField(_("Present password"))
    password = PasswordField(_("New password"), new=True)
