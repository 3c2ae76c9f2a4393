"""The first account of a register, made through a one-time link from the command line."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.accounts import bp
from app.accounts.forms import FirstRunForm
from app.auth import keep_session
from app.language import translate
from app.messages import say
from app.services import accounts, user_sessions
from app.services import first_run as service
from app.services.passwords import WeakPassword


@bp.route("/first-run", methods=["GET", "POST"])
def first_run() -> ResponseReturnValue:
    """Create the admin of a register that has no user, and sign them in."""
    if accounts.has_users(db.session()):
        return render_template("accounts/first_run_over.html", used=True), 410
    if not service.code_is_good(str(current_app.secret_key), request.args.get("code", "")):
        return render_template("accounts/first_run_over.html", used=False), 410
    form = FirstRunForm()
    if not form.validate_on_submit():
        return render_template("accounts/first_run.html", form=form), form.status
    try:
        _create_admin(form)
    except service.AlreadySetUp:
        return render_template("accounts/first_run_over.html", used=True), 410
    except accounts.AccountRefused as refusal:
        form[refusal.field].errors = [translate(refusal.message)]
    except WeakPassword as refusal:
        form.password.errors = [translate(refusal.message)]
    else:
        say(_("Casebook is set up, and you are signed in as its admin."))
        return redirect(url_for("overview.index"), code=303)
    return render_template("accounts/first_run.html", form=form), form.status


def _create_admin(form: FirstRunForm) -> None:
    session = db.session()
    user = service.create_first_admin(
        session, form.username.data or "", form.password.data or "", form.email.data
    )
    token = user_sessions.open_user_session(session, user)
    session.commit()
    keep_session(user, token)
