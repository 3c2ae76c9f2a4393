"""How values are written on pages; a list calls these some five hundred times."""

import datetime as dt
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import format_datetime
from jinja2 import Environment
from markupsafe import Markup

from app.language import day_in_words, gettext, spoken, translate

MINUS = "\u2212"
# Keeps the sign beside its number at the end of a line.
BLANK = "\u00a0"


def init_app(app: Flask) -> None:
    """Give the templates these filters under their function's name."""
    for function in (count, signed, percent, day, day_in_words, moment, translate):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    _look_globals_up_fast(app.jinja_env)


def _look_globals_up_fast(environment: Environment) -> None:
    """Let templates look names up in one dictionary, not in a chain of them.

    The chain is for globals given to a single template, and makes each import of a macro cost as
    much as a query.
    """
    chain = environment.make_globals

    def make_globals(given: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return chain(given) if given else environment.globals

    environment.make_globals = make_globals  # type: ignore[method-assign,assignment]


def count(value: int | None) -> str | Markup:
    """Write a count with thousands; a missing one as a dash that is read out as "no value"."""
    if value is None:
        return _missing(spoken())
    return f"{value:,}" if value >= 0 else f"{MINUS}{-value:,}"


def signed(value: int | None) -> str | Markup:
    """Write a difference with its sign: +3, 0, −2."""
    return f"+{value:,}" if value and value > 0 else count(value)


def percent(value: float | None) -> str | Markup:
    """Write a ratio as a percentage with one decimal."""
    if value is None:
        return count(None)
    return f"{value * 100:.1f}{BLANK}%".replace("-", MINUS)


def day(value: dt.date | None) -> str | Markup:
    """Write a day as tables and forms do: 2003-04-12."""
    return count(None) if value is None else value.isoformat()


def moment(value: dt.datetime) -> Markup:
    """Write a moment in UTC as a time element; its zone shows on hover."""
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(
        value.isoformat(timespec="seconds"),
        value.strftime("%Y-%m-%d %H:%M:%S"),
        format_datetime(value, "d MMM y, HH:mm"),
    )


@lru_cache(maxsize=16)
def _missing(_locale: Locale) -> Markup:
    said = gettext("no value")
    return Markup('<span aria-hidden="true">–</span><span class="hidden">{}</span>').format(said)
