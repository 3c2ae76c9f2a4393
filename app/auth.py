"""Who is asking: the signed-in user, their role, and what it lets them do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, current_user

from app import db
from app.models import User
from app.services.register import Actor

login_manager = LoginManager()
# Pages that a signed-out visitor needs even where reading is private.
ALWAYS_OPEN = ("static", "accounts.sign_in", "accounts.first_run", "overview.health")


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in."""

    def may(self, _role: str) -> bool:
        """Tell that a visitor has no role at all."""
        return False


def init_app(app: Flask) -> None:
    """Know the signed-in user on every request, and close private registers to visitors."""
    login_manager.anonymous_user = Visitor
    login_manager.init_app(app)
    app.before_request(_close_private_reading)


@login_manager.user_loader
def _load_user(user_id: str) -> User | None:
    return db.session.get(User, int(user_id))


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
    """Lead to the sign-in page and back here afterwards."""
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), code=303)


def current_actor() -> Actor:
    """Return the signed-in user as the one who writes."""
    return Actor(name=current_user.username, user_id=current_user.id)


def _close_private_reading() -> ResponseReturnValue | None:
    if current_app.config["PUBLIC_READING"] or request.endpoint in ALWAYS_OPEN:
        return None
    return None if current_user.is_authenticated else to_sign_in()
