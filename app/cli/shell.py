"""The names that `flask shell` starts with."""

from flask import Flask
from sqlalchemy import select

from app import db, models


def init_app(app: Flask) -> None:
    """Give `flask shell` the names people reach for first."""
    app.shell_context_processor(_names)


def _names() -> dict[str, object]:
    classes = {name: getattr(models, name) for name in models.__all__}
    return {"db": db, "session": db.session, "select": select, **classes}
