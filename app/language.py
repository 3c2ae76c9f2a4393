"""The language of a page: ?lang, then the cookie, then the browser's wish."""

import datetime as dt

from flask import Flask, request
from flask_babel import Babel, format_date, get_locale, gettext

from app.services.messages import Message

# Code and the language's own name for itself. Korean joins with its catalogue.
LANGUAGES = {"en": "English"}
LANGUAGE_COOKIE = "casebook_language"

babel = Babel()


def init_app(app: Flask) -> None:
    """Translate pages into the language a request asks for."""
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "UTC")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "../translations")
    babel.init_app(app, locale_selector=choose_language)
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES)


def choose_language() -> str:
    """Return the code of the language this request is answered in."""
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def translate(message: Message) -> str:
    """Say a service's message in the request's language, its days in words."""
    values = {
        name: format_date(value, "d MMMM y") if isinstance(value, dt.date) else value
        for name, value in message.values.items()
    }
    return gettext(message.text, **values)
