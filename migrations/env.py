"""Runs the migrations: one transaction for all that is pending, whole or not at all."""

from alembic import context
from alembic.operations.ops import MigrationScript
from flask import current_app
from sqlalchemy import Index, text
from sqlalchemy.engine import Connection
from sqlalchemy.schema import SchemaItem

from app import models  # noqa: F401  (puts every table into the metadata)
from app.database import Base, is_on
from app.worker.queue import TABLES

# Any number of ours: upgrades started at the same time wait here for each other.
LOCK_KEY = 2_003_0412


def run_online() -> None:
    """Bring the application's database to the revision asked for."""
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _run_on_sqlite(connection)
        else:
            _run(connection)


def _run_on_sqlite(connection: Connection) -> None:
    # A batch migration drops the old table: with foreign keys on, ON DELETE CASCADE would empty
    # the tables that refer to it. The pragma only works outside a transaction.
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        _run(connection)
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _run(connection: Connection) -> None:
    dialect = connection.dialect.name
    arguments = dict(current_app.extensions["migrate"].configure_args)
    # SQLite's DDL is transactional too once the driver leaves BEGIN to us (app.database).
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=True,
        process_revision_directives=_drop_empty,
        include_name=_is_ours,
        include_object=lambda item, *_rest: _is_here(item, dialect),
        **{key: arguments[key] for key in ("compare_type",) if key in arguments},
    )
    with context.begin_transaction():
        if dialect == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        context.run_migrations()
        if dialect == "sqlite":
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise RuntimeError(f"the migration would break foreign keys: {broken[:5]}")


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the job queue's own tables alone."""
    return kind != "table" or not str(name).startswith(TABLES)


def _is_here(item: SchemaItem, dialect: str) -> bool:
    """Leave the indexes of other engines alone."""
    return not isinstance(item, Index) or is_on(dialect, item)


def _drop_empty(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    """Write no migration file where models and database agree."""
    operations = directives[0].upgrade_ops
    # `flask db check` reads what is left, `flask db revision` starts with nothing.
    asked = getattr(context.config.cmd_opts, "autogenerate", False)
    if asked and operations is not None and operations.is_empty():
        directives[:] = []


def run_offline() -> None:
    """Print the SQL of the migrations instead of running it."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
