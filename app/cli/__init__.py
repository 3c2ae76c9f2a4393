"""The commands of `flask`, one module per group of commands."""

from flask import Flask

from app.cli import shell
from app.later import Later

COMMANDS = {
    "check": "app.cli.check:check",
    "demo": "app.cli.demo:demo",
    "first-run": "app.cli.users:print_first_run_link",
    "import-csv": "app.cli.imports:import_csv",
    "users": "app.cli.users:users",
    "worker": "app.cli.worker:work",
}


def init_app(app: Flask) -> None:
    """Add every command of ours to `flask`."""
    for name, where in COMMANDS.items():
        app.cli.add_command(Later(name, where))
    shell.init_app(app)
