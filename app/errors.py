"""Error pages: in the frame for people, as problem details for programs.

None of them touches the database when the database is what failed.
"""

import secrets
import sqlite3
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, render_template, request
from flask.json import dumps
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException, SecurityError, UnprocessableEntity
from werkzeug.http import HTTP_STATUS_CODES

from app.language import translate
from app.services.importing.open_imports import ImportClosed
from app.services.messages import Message, ServiceError
from app.services.outages import AWAY, BUSY, explain
from app.services.register import CannotUndo, DuplicateRecord, StaleRecord
from app.sessions import end_session

CONFLICTS = (StaleRecord, DuplicateRecord, CannotUndo, ImportClosed)
SECONDS_UNTIL_RETRY = 5


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(ServiceError, _show_refusal)
    app.register_error_handler(StaleDataError, _show_lost_race)
    for kind in (SQLAlchemyError, sqlite3.Error, OSError):
        app.register_error_handler(kind, _show_outage)
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        # Loading it takes a quarter of the time in which a command on SQLite starts.
        from psycopg import Error

        app.register_error_handler(Error, _show_outage)


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an HTTP error; redirects, which are exceptions too, pass through."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        # No address can be built for a host that is not ours, so there is no frame.
        return Response("This is not the address of this Casebook.\n", 400, mimetype="text/plain")
    try:
        _know_user(load=error.code < 500)
    except Exception as failure:
        if explain(failure) is None:
            raise
        return _show_outage(failure)
    if error.code == 500:
        return _answer(500, reference=_note_reference())
    answer = _answer(error.code, error=error, text=_own_words(error))
    with suppress(TypeError):
        # Allow, Retry-After and their like; the content's type and length are ours.
        for name, value in error.get_headers(request.environ):
            if name.lower() not in ("content-type", "content-length"):
                answer.headers[name] = value
    return answer


def wants_json() -> bool:
    """Tell whether the request asks for JSON, by its address or by its Accept header."""
    if request.path.endswith(".json"):
        return True
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/json", "application/problem+json"]
    )
    return best is not None and best.endswith("json")


def _show_refusal(error: ServiceError) -> ResponseReturnValue:
    kind = Conflict if isinstance(error, CONFLICTS) else UnprocessableEntity
    return show_error(kind(description=translate(error.message)))


def _show_lost_race(_error: StaleDataError) -> ResponseReturnValue:
    end_session()
    text = Message("Somebody else changed this while you were working on it. Nothing was saved.")
    return show_error(Conflict(description=translate(text)))


def _show_outage(error: Exception) -> ResponseReturnValue:
    message = explain(error)
    if message is None:
        raise error
    current_app.logger.warning("database: %s (%s)", message, type(error).__name__)
    end_session(error)
    _know_user(load=False)
    answer = _answer(
        503, text=translate(message), busy=message is BUSY, passing=message in (AWAY, BUSY)
    )
    answer.headers["Retry-After"] = str(SECONDS_UNTIL_RETRY)
    return answer


def _answer(code: int, **context: Any) -> Response:
    if wants_json():
        return _problem(code, context)
    outlived = isinstance(context.get("error"), CSRFError)
    typed = _typed_fields() if outlived or code == 503 else None
    page = render_template(
        "errors/error.html", code=code, outlived=outlived, typed=typed, **context
    )
    return Response(page, code)


def _typed_fields() -> list[tuple[str, str]] | None:
    """List what was typed, to be sent again by a button; None when that would not be right.

    Only a form of our own pages is offered again: another site's, with our token added, would be
    the very forgery the token keeps out. Passwords and files have to be given anew.
    """
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    own = request.headers.get("Sec-Fetch-Site") == "same-origin" or origin == request.host
    if request.method != "POST" or not own:
        return None
    with suppress(HTTPException):
        names = [*request.form, *request.files]
        if not request.files and not any("password" in name for name in names):
            fields = request.form.items(multi=True)
            return [(name, value) for name, value in fields if name != "csrf_token"]
    return None


def _problem(code: int, context: dict[str, Any]) -> Response:
    """Answer with problem details (RFC 9457)."""
    problem = {"title": HTTP_STATUS_CODES.get(code, "Error"), "status": code}
    if context.get("text"):
        problem["detail"] = context["text"]
    if context.get("reference"):
        problem["reference"] = context["reference"]
    return Response(dumps(problem), code, mimetype="application/problem+json")


def _own_words(error: HTTPException) -> str:
    """Return what the one who raised the error said, not werkzeug's standing text."""
    said = error.description or ""
    return "" if said == type(error).description else str(said)


def _note_reference() -> str:
    reference = secrets.token_hex(4)
    current_app.logger.error("reference %s: %s %s", reference, request.method, request.endpoint)
    return reference


def _know_user(*, load: bool) -> None:
    """Settle who is asking, so that the page need not ask the database."""
    if "_login_user" in g and not _is_forgotten(g._login_user):
        return
    g.pop("_login_user", None)
    if load:
        # Whatever is asked of the user loads it.
        bool(current_user.is_authenticated)
    else:
        g.user_unknown = True
        manager = current_app.login_manager  # type: ignore[attr-defined]
        g._login_user = manager.anonymous_user()


def _is_forgotten(user: object) -> bool:
    """Tell whether a commit or a rollback expired the user, and the session has ended since."""
    state = inspect(user, raiseerr=False)
    return state is not None and state.detached and bool(state.expired_attributes)
