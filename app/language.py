"""The language of a page: ?lang, then the cookie, then the browser's wish."""

import datetime as dt
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations
from markupsafe import Markup

from app.services.messages import Message

# Code and the language's own name for itself. Korean joins with its catalogue.
LANGUAGES = {"en": "English"}
LANGUAGE_COOKIE = "casebook_language"
# How sentences write a day, by language.
DAY_PATTERNS = {"en": "d MMMM y", "ko": "y년 M월 d일"}

babel = Babel()


def init_app(app: Flask) -> None:
    """Translate pages into the language a request asks for."""
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "UTC")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "../translations")
    babel.init_app(app, locale_selector=choose_language)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)
    # What Jinja makes of these goes through four calls and looks for the catalogue at each text.
    app.jinja_env.globals.update(_=look_up, gettext=look_up, ngettext=look_up_number)


def choose_language() -> str:
    """Return the code of the language this request is answered in."""
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def spoken() -> Locale:
    """Return the locale of this page; asked dozens of times, it is looked up once."""
    try:
        locale: Locale = g.spoken
    except AttributeError:
        locale = g.spoken = _known(get_locale() or Locale("en"))
    return locale


def language() -> str:
    """Return the tag of this page's language."""
    return _tag(spoken())


def gettext(text: str, /, **values: object) -> str:
    """Return a text of the page; flask_babel's own asks for the page's language each time."""
    written: str = _catalogue().ugettext(text)
    return written % values if values else written


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return a text of the page for one or for many; %(number)s is written 1,100."""
    written: str = _catalogue().ungettext(one, many, number)
    return written % {"num": number, "number": f"{number:,}", **values}


def day_in_words(value: dt.date) -> str:
    """Write a day as sentences do: 12 April 2003."""
    return _day_in_words(value, spoken())


def translate(message: Message) -> str:
    """Say a service's message in the request's language, its days in words."""
    values = {
        name: day_in_words(value) if isinstance(value, dt.date) else value
        for name, value in message.values.items()
    }
    return gettext(message.text, **values)


@lru_cache(maxsize=16)
def _known(locale: Locale) -> Locale:
    """Return one object for each locale: to compare two takes longer than most of their uses."""
    return locale


@lru_cache(maxsize=16)
def _tag(locale: Locale) -> str:
    return str(locale).replace("_", "-")


@lru_cache(maxsize=1024)
def _day_in_words(value: dt.date, locale: Locale) -> str:
    return format_date(value, DAY_PATTERNS.get(locale.language, "d MMMM y"), locale=locale)


def look_up(text: str, /, **values: object) -> Markup:
    """Return a template's text in the language of this page."""
    pattern = _pattern(_catalogue(), text)
    return pattern % values if values or "%" in pattern else pattern


def look_up_number(one: str, many: str, number: int, /, **values: object) -> Markup:
    """Return a template's text for one or for many in the language of this page."""
    text = _catalogue().ungettext(one, many, number)
    return Markup(text) % {"num": number, "number": f"{number:,}", **values}  # noqa: S704  (the texts are the templates')


@lru_cache(maxsize=4096)
def _pattern(catalogue: Any, text: str) -> Markup:
    return Markup(catalogue.ugettext(text))  # noqa: S704


def _catalogue() -> Any:
    try:
        return g.catalogue
    except AttributeError:
        g.catalogue = _catalogue_of(spoken())
        return g.catalogue


@lru_cache(maxsize=16)
def _catalogue_of(_locale: Locale) -> Any:
    return get_translations()
