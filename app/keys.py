"""The keys that pages listen to, and how a browser turns them off (WCAG 2.1.4)."""

from flask import Flask, Response, current_app, request
from flask_babel import lazy_gettext as _

KEYS_COOKIE = "casebook_keys"
ONE_YEAR = 365 * 24 * 3600
# What walks through the review, and what decides there, which only editors may.
WALKING = {
    "j": _("next finding or group"),
    "k": _("previous finding or group"),
    "o": _("open it"),
}
DECIDING = {
    "a": _("accept it with a reason; open it again where it is accepted"),
    "e": _("correct it"),
    "t": _("make a to-do"),
    "d": _("not a problem: turn the rule off for this country"),
}


def init_app(app: Flask) -> None:
    """Let templates tell the keys and whether they are on."""
    app.jinja_env.globals.update(
        keys_are_on=keys_are_on, walking_keys=WALKING, deciding_keys=DECIDING
    )


def keys_are_on() -> bool:
    """Tell whether this browser listens to keys."""
    return request.cookies.get(KEYS_COOKIE) != "off"


def keep_keys(answer: Response, *, on: bool) -> None:
    """Let this browser listen to keys or not, whoever signs in."""
    answer.set_cookie(
        KEYS_COOKIE,
        "on" if on else "off",
        max_age=ONE_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
