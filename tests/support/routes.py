"""Code that builds addresses, made once in a run where every test makes an app of its own.

Werkzeug writes and compiles two functions for each route: nine tenths of what an app costs. They
follow from the route's text and take everything else from the rule they are called on.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_known: dict[tuple[Any, ...], Builder] = {}
_compile = Rule._compile_builder


def _compile_once(rule: Rule, append_unknown: bool = True) -> Builder:
    defaults = tuple((rule.defaults or {}).items())
    key = (rule.rule, rule.host, rule.subdomain, defaults, append_unknown)
    if key not in _known:
        _known[key] = _compile(rule, append_unknown)
    return _known[key]


def keep_compiled_routes() -> None:
    """Let every app that is made from now on share this code."""
    Rule._compile_builder = _compile_once
