"""The pages on which admins decide who may sign in."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import db
from app.auth import requires
from app.forms import BaseForm
from app.language import translate
from app.messages import say, warn
from app.models import User
from app.services import accounts
from app.services.accounts import AccountRefused, LastAdmin
from app.services.passwords import WeakPassword
from app.services.people import list_people
from app.users import bp
from app.users.forms import NewPasswordForm, NewUserForm, UserForm


@bp.get("")
@requires("admin")
def index() -> str:
    """List all users."""
    return render_template("users/index.html", users=accounts.list_users(db.session()))


@bp.route("/new", methods=["GET", "POST"])
@requires("admin")
def create() -> ResponseReturnValue:
    """Add a user."""
    form = NewUserForm()
    if form.validate_on_submit():
        try:
            user = accounts.create_user(db.session(), **form.values())
        except (AccountRefused, WeakPassword) as refusal:
            _show_refusal(form, refusal)
        else:
            db.session.commit()
            say(_("%(name)s can sign in now. Tell them the password.", name=user.username))
            return redirect(url_for(".index"), code=303)
    return render_template("users/new.html", form=form), form.status


@bp.route("/<username>", methods=["GET", "POST"])
@requires("admin")
def show(username: str) -> ResponseReturnValue:
    """Show a user, and change their role, email address and person."""
    user = _find_or_404(username)
    form = UserForm(obj=user)
    form.person_id.offer((person.id, person.name) for person in list_people(db.session()))
    if form.validate_on_submit():
        try:
            accounts.set_email(db.session(), user, form.email.data)
            accounts.set_person(db.session(), user, form.person_id.data)
            accounts.set_role(db.session(), user, form.role.data)
        except (AccountRefused, LastAdmin) as refusal:
            db.session.rollback()
            _show_refusal(form, refusal)
        else:
            db.session.commit()
            say(_("%(name)s is saved.", name=user.username))
            return redirect(url_for(".index"), code=303)
    return render_template("users/show.html", form=form, user=user), form.status


@bp.route("/<username>/password", methods=["GET", "POST"])
@requires("admin")
def change_password(username: str) -> ResponseReturnValue:
    """Give a user another password, which signs them out everywhere."""
    user, form = _find_or_404(username), NewPasswordForm()
    if user.id == current_user.id:
        # One's own takes the present one, also of an admin whose browser stands open.
        return redirect(url_for("accounts.change_password"), code=303)
    if form.validate_on_submit():
        try:
            accounts.set_password(db.session(), user, form.password.data)
        except WeakPassword as refusal:
            _show_refusal(form, refusal)
        else:
            db.session.commit()
            say(_("%(name)s has a new password. Tell them.", name=user.username))
            return redirect(url_for(".show", username=user.username), code=303)
    return render_template("users/password.html", form=form, user=user), form.status


@bp.post("/<username>/disable")
@requires("admin")
def disable(username: str) -> ResponseReturnValue:
    """Let a user sign in no more, from now on."""
    user = _find_or_404(username)
    try:
        accounts.disable(db.session(), user)
    except LastAdmin as refusal:
        warn(translate(refusal.message))
    else:
        db.session.commit()
        back = url_for(".enable", username=user.username)
        say(_("%(name)s can sign in no more.", name=user.username), undo_at=back)
    return redirect(url_for(".show", username=user.username), code=303)


@bp.post("/<username>/enable")
@requires("admin")
def enable(username: str) -> ResponseReturnValue:
    """Let a disabled or locked-out user sign in again."""
    user = _find_or_404(username)
    accounts.enable(db.session(), user)
    db.session.commit()
    say(_("%(name)s can sign in.", name=user.username))
    return redirect(url_for(".show", username=user.username), code=303)


def _find_or_404(username: str) -> User:
    user = accounts.find_user(db.session(), username)
    # Only the username is an address; an email address would be a second one for the same page.
    if user is None or "@" in username:
        abort(404)
    return user


def _show_refusal(form: BaseForm, refusal: Any) -> None:
    field = {WeakPassword: "password", LastAdmin: "role"}.get(type(refusal))
    form[field or refusal.field].errors = [translate(refusal.message)]
