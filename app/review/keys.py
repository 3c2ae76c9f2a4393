"""The queue's keys, which each browser can turn off (WCAG 2.1.4)."""

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from app.auth import requires
from app.review import bp
from app.review.addresses import way_back

KEYS_COOKIE = "casebook_keys"
ONE_YEAR = 365 * 24 * 3600


def keys_are_on() -> bool:
    """Tell whether this browser listens to keys."""
    return request.cookies.get(KEYS_COOKIE) != "off"


@bp.post("/keys")
@requires("editor")
def switch_keys() -> ResponseReturnValue:
    """Turn the keys of this browser on or off."""
    answer = redirect(way_back(), code=303)
    value = "off" if request.form.get("keys") == "off" else "on"
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(
        KEYS_COOKIE, value, max_age=ONE_YEAR, secure=secure, httponly=True, samesite="Lax"
    )
    return answer
