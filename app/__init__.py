"""Casebook, the register of an outbreak: the database handle and the application factory."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from app import migrating
from app.database import Base, engine_options, normalise_url
from app.sessions import RequestSession, end_session
from app.site import Site
from config import ROOT, Config

db = SQLAlchemy(
    metadata=Base.metadata, session_options={"class_": RequestSession, "expire_on_commit": False}
)


def create_app(config: Mapping[str, Any] | None = None) -> Site:
    """Build the application from the environment's settings, overridden by those given."""
    settings = Config()
    app = Site(
        "app",
        _add_pages,
        root_path=str(ROOT / "app"),
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        # The pages bring it.
        static_folder=None,
    )
    app.config.from_mapping(settings.as_flask())
    app.config.from_mapping(config or {})
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = settings.secret_key()
    _set_up_database(app)
    _add_commands(app)
    return app


def _set_up_database(app: Flask) -> None:
    url = normalise_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(url))
    if url.startswith("sqlite:////"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.init_app(app)
    app.teardown_appcontext(end_session)


def _add_commands(app: Flask) -> None:
    # Imported here because these modules use `db`.
    from app import cli

    migrating.init_app(app, db)
    cli.init_app(app)


def _add_pages(app: Flask) -> None:
    """Give the app all that answers requests."""
    from app import (
        addresses,
        auth,
        errors,
        filters,
        fragments,
        frame,
        headers,
        ids,
        keys,
        language,
        static_files,
        translating,
    )
    from app.blueprints import BLUEPRINTS

    for module in (
        translating,
        ids,
        static_files,
        language,
        filters,
        fragments,
        frame,
        keys,
        auth,
        errors,
        headers,
        addresses,
    ):
        module.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
