"""One's own account."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import db
from app.accounts import bp
from app.accounts.forms import EmailForm, PasswordForm
from app.auth import requires, session_token
from app.language import translate
from app.messages import say
from app.services import accounts, sign_in, user_sessions
from app.services.passwords import WeakPassword, check_strength
from app.services.sign_in import WrongPassword
from app.services.tries import TooManyTries


@bp.get("/account")
@requires("reader")
def show() -> str:
    """Show one's account and where it is signed in."""
    token = session_token()
    return render_template(
        "accounts/show.html",
        sessions=user_sessions.list_user_sessions(db.session(), current_user),
        this=user_sessions.hash_token(token) if token else None,
    )


@bp.route("/account/email", methods=["GET", "POST"])
@requires("reader")
def change_email() -> ResponseReturnValue:
    """Change one's email address."""
    form = EmailForm(obj=current_user)
    if form.validate_on_submit():
        try:
            accounts.set_email(db.session(), current_user, form.email.data)
        except accounts.AccountRefused as refusal:
            form.email.errors = [translate(refusal.message)]
        else:
            db.session.commit()
            say(_("Your email address is saved."))
            return redirect(url_for(".show"), code=303)
    return render_template("accounts/email.html", form=form), form.status


@bp.route("/account/password", methods=["GET", "POST"])
@requires("reader")
def change_password() -> ResponseReturnValue:
    """Change one's password, which signs out every other browser."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            _change_password(form.current.data, form.password.data)
        except WeakPassword as refusal:
            form.password.errors = [translate(refusal.message)]
        except (TooManyTries, WrongPassword) as refusal:
            form.current.errors = [translate(refusal.message)]
        else:
            say(_("Your password is changed. All other browsers are signed out."))
            return redirect(url_for(".show"), code=303)
    return render_template("accounts/password.html", form=form), form.status


@bp.post("/account/sign-out-elsewhere")
@requires("reader")
def sign_out_elsewhere() -> ResponseReturnValue:
    """End all sessions of one's account but this one."""
    user_sessions.end_user_sessions(db.session(), current_user, keep=session_token())
    db.session.commit()
    say(_("All other browsers are signed out."))
    return redirect(url_for(".show"), code=303)


def _change_password(current: str, new: str) -> None:
    """Change the password if `current` is right; tries are counted as those of a sign-in are."""
    session = db.session()
    check_strength(new, names=(current_user.username, current_user.email))
    attempt = sign_in.begin_sign_in(session, current_user.username, request.remote_addr or "")
    session.commit()
    if not sign_in.password_matches(attempt, current):
        raise WrongPassword
    accounts.set_password(session, current_user, new, keep=session_token())
    session.commit()
