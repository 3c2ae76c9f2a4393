"""The commands of `flask`."""

from flask import Flask

from app import db, models


def init_app(app: Flask) -> None:
    """Give `flask shell` the names people reach for first."""
    app.shell_context_processor(_shell_names)


def _shell_names() -> dict[str, object]:
    from sqlalchemy import select

    classes = {name: getattr(models, name) for name in models.__all__}
    return {"db": db, "session": db.session, "select": select, **classes}
