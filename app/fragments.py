"""Parts of pages that very many pages share, rendered once."""

from collections.abc import Hashable

from flask import Flask, current_app, render_template, request
from markupsafe import Markup, escape

from app.language import language

# There are few; strange addresses can make more.
MOST_KEPT = 1_000


def init_app(app: Flask) -> None:
    """Begin with nothing rendered."""
    app.extensions["fragments"] = {}


def fragment(template: str, key: Hashable = None, **values: object) -> Markup:
    """Return what a template makes of these values, rendered once for each `key` and language.

    The key has to tell apart whatever the template looks at.
    """
    known: dict[Hashable, Markup] = current_app.extensions["fragments"]
    place = template, language(), request.script_root, key
    if place not in known or current_app.jinja_env.auto_reload:
        if len(known) >= MOST_KEPT:
            known.clear()
        known[place] = Markup(render_template(template, **values))  # noqa: S704  (it escapes)
    return known[place]


def fill(pattern: Markup, **parts: object) -> Markup:
    """Return a fragment with parts in the places of their names, such as [[name]]."""
    for name, part in parts.items():
        pattern = pattern.replace(f"[[{name}]]", escape(part))
    return pattern
