"""Signing in and out."""

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import db
from app.accounts import bp
from app.accounts.forms import SignInForm
from app.accounts.kept import keep_form, read_kept
from app.addresses import own_address
from app.auth import forget_session, keep_session, login_manager, session_token
from app.database import utc_now
from app.errors import wants_json
from app.language import translate
from app.messages import say
from app.services import sign_in as service
from app.services import user_sessions
from app.services.tries import TooManyTries


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in by username or email, and go on where one came from."""
    if request.method == "GET" and current_user.is_authenticated:
        return go_on(request.args.get("next"))
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _page(form), form.status
    try:
        welcome = _check_password(form.name.data, form.password.data)
    except TooManyTries as refusal:
        form.form_errors.append(translate(refusal.message))
        wait = int((refusal.until - utc_now()).total_seconds()) + 1
        return _page(form), 429, {"Retry-After": str(wait)}
    if not welcome:
        form.form_errors.append(_("That username and password do not match."))
        return _page(form), form.status
    kept = read_kept(form.next.data, form.kept.data)
    if kept is not None:
        return render_template("accounts/kept.html", kept=kept)
    return go_on(form.next.data)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    token = session_token()
    if token:
        user_sessions.end_user_session(db.session(), token)
        db.session.commit()
    forget_session()
    say(_("You are signed out."))
    return go_on(None)


@login_manager.unauthorized_handler
def ask_to_sign_in() -> ResponseReturnValue:
    """Answer a visitor who asked for more than visitors may: sign in, and nothing typed is lost."""
    if wants_json():
        abort(401)
    address = request.full_path.rstrip("?")
    if request.method in ("GET", "HEAD") or request.files:
        if request.files:
            say(_("Your file was not received: sign in first. Choose your file again after that."))
        return redirect(url_for("accounts.sign_in", next=own_address(address)), code=303)
    # Nothing of what was sent belongs to the sign-in form itself.
    form = SignInForm(formdata=None, next=address, kept=keep_form())
    return _page(form), 401


def go_on(address: str | None) -> ResponseReturnValue:
    """Lead to a page of ours, or to the first page."""
    own = own_address(address)
    return redirect(request.script_root + own if own else url_for("overview.index"), code=303)


def _page(form: SignInForm) -> str:
    cookies_fail = current_app.config["SESSION_COOKIE_SECURE"] and not request.is_secure
    return render_template("accounts/sign_in.html", form=form, cookies_fail=cookies_fail)


def _check_password(name: str, password: str) -> bool:
    """Sign this browser in if the password is right; TooManyTries when none is looked at."""
    session = db.session()
    attempt = service.begin_sign_in(session, name, request.remote_addr or "")
    # The try is counted for all workers, and no lock is held, before the slow part begins.
    session.commit()
    matched = service.password_matches(attempt, password)
    signed_in = service.finish_sign_in(session, attempt, password) if matched else None
    if signed_in is None:
        _note_failure(attempt)
        return False
    token = session_token()
    if token:
        user_sessions.end_user_session(session, token)
    session.commit()
    keep_session(*signed_in)
    return True


def _note_failure(attempt: service.Attempt) -> None:
    # A name that nobody has may be a password typed into the wrong field: it is not written down.
    name = ascii(attempt.username) if attempt.username else "a name nobody has"
    current_app.logger.warning("sign-in failed: %s from %s", name, ascii(request.remote_addr))
