"""Who is asking: the signed-in user, their role, and what it lets them do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, current_user

from app import db
from app.models import User
from app.services import user_sessions
from app.services.register import Actor

login_manager = LoginManager()
# A copied cookie is of no use once its session has ended in the database: no need to tie it to the
# browser's name and address, which change under way.
login_manager.session_protection = None
# Where Flask-Login looks in the cookie; with us it is the token of a session in the database.
SESSION_KEY = "_user_id"
# What a signed-out visitor needs even where reading is private; a calendar's link is a secret.
ALWAYS_OPEN = (
    "static",
    "favicon",
    "accounts.sign_in",
    "accounts.sign_out",
    "accounts.first_run",
    "overview.health",
    "help.shortcuts",
    "help.switch_keys",
    "people.calendar_feed",
)


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in."""

    def may(self, _role: str) -> bool:
        """Tell that a visitor has no role at all."""
        return False


class CookieInterface(SecureCookieSessionInterface):
    """The signed cookie, which never travels in the open once it was given over HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Mark the cookie as secure when the settings or the request say HTTPS."""
        return super().get_cookie_secure(app) or request.is_secure


def init_app(app: Flask) -> None:
    """Know the signed-in user on every request, and close private registers to visitors."""
    app.session_interface = CookieInterface()
    login_manager.anonymous_user = Visitor
    login_manager.init_app(app)
    app.before_request(_close_private_reading)


@login_manager.user_loader
def _load_user(token: str) -> User | None:
    return user_sessions.find_session_user(db.session(), str(token))


def session_token() -> str | None:
    """Return the token of the browser's session, if it has one."""
    token = session.get(SESSION_KEY)
    return None if token is None else str(token)


def keep_session(user: User, token: str) -> None:
    """Let this browser be the user from now on; nothing of its cookie before is kept."""
    forget_session()
    session[SESSION_KEY] = token
    session.permanent = True
    g._login_user = user


def forget_session() -> None:
    """Empty this browser's cookie."""
    session.clear()
    # Flask-WTF keeps the request's token there, which was made for the cookie before.
    g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    g.pop("_login_user", None)


def requires(role: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only users through whose role includes the one named: 403, or the sign-in page."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return to_sign_in()
            if not current_user.may(role):
                abort(403, description=role)
            answer: ResponseReturnValue = view(*args, **kwargs)
            return answer

        return guarded

    return decorate


def to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page and back here afterwards, with what was typed."""
    answer: ResponseReturnValue = login_manager.unauthorized()
    return answer


def current_actor() -> Actor:
    """Return the signed-in user as the one who writes."""
    return Actor(name=current_user.username, user_id=current_user.id)


def _close_private_reading() -> ResponseReturnValue | None:
    if current_app.config["PUBLIC_READING"] or request.endpoint in ALWAYS_OPEN:
        return None
    return None if current_user.is_authenticated else to_sign_in()
