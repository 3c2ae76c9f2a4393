"""Addresses as they come from outside, which lead on only when they are pages of ours."""

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

# These are no pages to come back to.
NEVER = ("static", "accounts.sign_in", "accounts.sign_out", "accounts.first_run")
MOST_CHARACTERS = 4000


def init_app(app: Flask) -> None:
    """Let an address with a slash at its end lead to the page that it means."""
    app.before_request(_drop_last_slash)


def own_address(text: str | None, *, method: str = "GET") -> str | None:
    """Return the address again, built anew, when one of our routes answers it; else None.

    Browsers read odd addresses (//host, /\\host, tabs, percent signs) in ways that tests of the
    text get wrong: only what the routes know is let through, and only in our own spelling.
    """
    if not text or len(text) > MOST_CHARACTERS or not text.startswith("/"):
        return None
    try:
        parts = urlsplit(text)
        path = unquote(parts.path, errors="strict")
        query = parse_qsl(parts.query, keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not _answers(path, method):
        return None
    return quote(path) + (f"?{urlencode(query)}" if query else "")


def _drop_last_slash() -> ResponseReturnValue | None:
    unknown = request.routing_exception is not None and request.method in ("GET", "HEAD")
    if not unknown or not request.path.endswith("/"):
        return None
    query = request.query_string.decode("ascii", "replace")
    address = own_address(f"{quote(request.path.rstrip('/'))}{'?' if query else ''}{query}")
    return redirect(request.script_root + address, code=301) if address else None


def _answers(path: str, method: str) -> bool:
    if path.startswith("//") or "\\" in path or not path.isprintable():
        return False
    try:
        endpoint, _arguments = current_app.url_map.bind("localhost").match(path, method=method)
    except (HTTPException, RoutingException):
        return False
    return endpoint not in NEVER
