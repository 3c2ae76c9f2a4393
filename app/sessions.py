"""The database session of a request or a command."""

from contextlib import suppress
from typing import Any

from flask import current_app, has_request_context, request
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from app.database import give_up, read_only
from app.services.outages import explain

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class RequestSession(Session):
    """A session that cannot write while the request is one that must change nothing."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Choose the engine: the read-only one for GET, HEAD and OPTIONS."""
        known = self.info.get("reading")
        if known is not None and has_request_context() and request.method in SAFE_METHODS:
            chosen: Engine = known
            return chosen
        engine = super().get_bind(*args, **kwargs)
        if not isinstance(engine, Engine):
            return engine
        if not has_request_context() or request.method not in SAFE_METHODS:
            return engine
        # One engine object: the session keeps its connections by engine, and to make one costs as
        # much as a query.
        made: dict[Engine, Engine] = current_app.extensions.setdefault("reading_engines", {})
        if engine not in made:
            made[engine] = read_only(engine)
        self.info["reading"] = made[engine]
        return made[engine]


def end_session(error: BaseException | None = None) -> None:
    """End the database session, also on a connection whose rollback fails."""
    sessions = current_app.extensions["sqlalchemy"].session
    if not sessions.registry.has():
        return
    session = sessions()
    try:
        if error is not None and explain(error):
            give_up(session)
        else:
            session.close()
    except Exception:
        current_app.logger.warning("database: a connection could not be given back")
        with suppress(Exception):
            session.invalidate()
    finally:
        sessions.registry.clear()
