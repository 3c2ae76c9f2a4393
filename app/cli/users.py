"""`flask users`: who may sign in, in which role; and `flask first-run`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app import db
from app.models import User
from app.models.user import ROLES
from app.services import accounts, first_run
from app.services.messages import ServiceError
from app.services.passwords import LEAST_LENGTH

users = AppGroup("users", help="Add users, list them, change what they may do.")
role_argument = click.argument("role", type=click.Choice(ROLES))
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, one line."
)


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True)
@click.option("--email", help="An address by which the user can sign in, too.")
@password_option
def add(name: str, role: str, email: str | None, *, password_stdin: bool) -> None:
    """Add a user called NAME; the password is asked for."""
    password = _read_password(from_stdin=password_stdin)
    with _refusals_as_errors():
        user = accounts.create_user(db.session(), name, password, role, email)
        db.session.commit()
    click.echo(f"Added {user.username} ({user.role}).")


@users.command("list")
def list_all() -> None:
    """List all users: name, role, email, state."""
    for user in accounts.list_users(db.session()):
        state = "disabled" if user.disabled_at else "enabled"
        click.echo("\t".join((user.username, user.role, user.email or "-", state)))


@users.command("set-role")
@click.argument("name")
@role_argument
def set_role(name: str, role: str) -> None:
    """Give the user NAME another ROLE."""
    with _refusals_as_errors():
        user = _find(name)
        accounts.set_role(db.session(), user, role)
        db.session.commit()
    click.echo(f"{user.username} is {user.role} now.")


@users.command("set-password")
@click.argument("name")
@password_option
def set_password(name: str, *, password_stdin: bool) -> None:
    """Give the user NAME another password, which is asked for; it ends their sessions."""
    _find(name)
    # No transaction stays open, and no writer waits, while somebody types.
    db.session.rollback()
    password = _read_password(from_stdin=password_stdin)
    with _refusals_as_errors():
        user = _find(name)
        accounts.set_password(db.session(), user, password)
        db.session.commit()
    click.echo(f"{user.username} has a new password and is signed out everywhere.")


@users.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Let the user NAME sign in no more; it ends their sessions."""
    with _refusals_as_errors():
        user = _find(name)
        accounts.disable(db.session(), user)
        db.session.commit()
    click.echo(f"{user.username} can sign in no more.")


@users.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Let the disabled or locked-out user NAME sign in again."""
    with _refusals_as_errors():
        user = _find(name)
        accounts.enable(db.session(), user)
        db.session.commit()
    click.echo(f"{user.username} can sign in.")


@click.command("first-run")
@with_appcontext
def print_first_run_link() -> None:
    """Print the link that makes the first account; nothing where there are users."""
    if accounts.has_users(db.session()):
        return
    code = first_run.make_code(str(current_app.secret_key))
    click.echo("There is no user yet. Make the first account here, within a day:")
    click.echo(f"\n  {_base_address()}/first-run?code={code}\n")


def _base_address() -> str:
    scheme = "https" if current_app.config["SESSION_COOKIE_SECURE"] else "http"
    hosts = current_app.config["TRUSTED_HOSTS"]
    if hosts:
        return f"{scheme}://{hosts[0].lstrip('.')}"
    host, port = current_app.config["HOST"], current_app.config["PORT"]
    # A server that listens everywhere also listens here.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _find(name: str) -> User:
    user = accounts.find_user(db.session(), name)
    if user is None:
        raise click.ClickException(f"There is no user called {name!r}.")
    return user


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    label = f"Password ({LEAST_LENGTH} characters or more)"
    password: str = click.prompt(label, hide_input=True, confirmation_prompt=True)
    return password


@contextmanager
def _refusals_as_errors() -> Iterator[None]:
    """Let a refused act end the command with its reason and exit code 1."""
    try:
        yield
    except ServiceError as refusal:
        raise click.ClickException(str(refusal)) from None
