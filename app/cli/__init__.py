"""The commands of `flask`, one module per group of commands."""

from flask import Flask

from app.cli import check, demo, imports, shell, users, worker

# Each module has init_app(app), which adds its commands.
MODULES = (check, demo, imports, shell, users, worker)


def init_app(app: Flask) -> None:
    """Add every command of ours to `flask`."""
    for module in MODULES:
        module.init_app(app)
