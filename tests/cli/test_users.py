from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.users import users
from app.models import User
from app.services import accounts, passwords, user_sessions
from tests.support.sign_in import PASSWORD

Run = Callable[..., Result]
Reload = Callable[[], Session]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run `flask users` with these arguments, this standard input."""

    def invoke(*arguments: str, typed: str = f"{PASSWORD}\n") -> Result:
        return app.test_cli_runner().invoke(args=["users", *arguments], input=typed)

    return invoke


@pytest.fixture
def mina(session: Session) -> User:
    user = accounts.create_user(session, "mina", PASSWORD, "admin", "mina@example.org")
    session.commit()
    return user


def test_add_reads_the_password_from_standard_input(run: Run, reload: Reload) -> None:
    options = ["--role", "editor", "--email", "mina@example.org", "--password-stdin"]
    result = run("add", "mina", *options)
    assert (result.exit_code, result.output) == (0, "Added mina (editor).\n")
    user = reload().scalars(select(User)).one()
    assert (user.role, user.email) == ("editor", "mina@example.org")
    assert passwords.matches(PASSWORD, user.password_hash)


def test_add_asks_for_the_password_twice_and_shows_it_never(run: Run, reload: Reload) -> None:
    result = run("add", "mina", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    assert reload().scalars(select(User.role)).all() == ["reader"]


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "says"),
    [
        (["mina"], PASSWORD, 1, "There is a user called mina already."),
        (["two words"], PASSWORD, 1, "Write a username of"),
        (["tomas"], "short", 1, "12 characters or more"),
        (["tomas"], "", 1, "12 characters or more"),
        (["tomas", "--email", "nowhere"], PASSWORD, 1, "not an email address"),
        (["tomas", "--role", "owner"], PASSWORD, 2, "owner"),
        ([], PASSWORD, 2, "Missing argument"),
    ],
)
def test_add_says_what_to_change(
    run: Run, mina: User, reload: Reload, arguments: list[str], typed: str, code: int, says: str
) -> None:
    result = run("add", *arguments, "--password-stdin", typed=typed)
    assert result.exit_code == code
    assert says in result.output
    assert "Traceback" not in result.output
    assert reload().scalars(select(User.username)).all() == ["mina"]


def test_no_option_takes_a_password() -> None:
    assert {"add", "set-password"} <= users.commands.keys()
    for command in users.commands.values():
        for option in command.params:
            assert "password" not in str(option.name) or option.is_flag, command.name


def test_list_shows_role_and_state(run: Run, mina: User, session: Session) -> None:
    accounts.disable(session, accounts.create_user(session, "tomas", PASSWORD))
    session.commit()
    assert run("list").output.splitlines() == [
        "mina\tadmin\tmina@example.org\tenabled",
        "tomas\treader\t-\tdisabled",
    ]


def test_set_role(run: Run, mina: User, session: Session, reload: Reload) -> None:
    assert run("set-role", "mina", "editor").exit_code == 1
    accounts.create_user(session, "ada", PASSWORD, "admin")
    session.commit()
    assert run("set-role", "MINA", "editor").output == "mina is editor now.\n"
    assert accounts.find_user(reload(), "mina").role == "editor"  # type: ignore[union-attr]


def test_set_password_ends_sessions(run: Run, mina: User, session: Session, reload: Reload) -> None:
    token = user_sessions.open_user_session(session, mina)
    session.commit()
    assert run("set-password", "mina", "--password-stdin", typed="short").exit_code == 1
    assert user_sessions.find_session_user(reload(), token)
    result = run("set-password", "mina", "--password-stdin", typed="another good one\n")
    assert result.exit_code == 0
    assert user_sessions.find_session_user(reload(), token) is None
    user = accounts.find_user(reload(), "mina")
    assert user
    assert passwords.matches("another good one", user.password_hash)


def test_disable_and_enable(run: Run, mina: User, session: Session, reload: Reload) -> None:
    assert "only admin" in run("disable", "mina").output
    accounts.create_user(session, "ada", PASSWORD, "admin")
    session.commit()
    assert run("disable", "mina").exit_code == 0
    assert reload().get_one(User, mina.id).disabled_at
    assert run("enable", "mina").exit_code == 0
    assert reload().get_one(User, mina.id).disabled_at is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("set-role", "nobody", "editor"),
        ("set-password", "nobody", "--password-stdin"),
        ("disable", "nobody"),
        ("enable", "nobody"),
    ],
)
def test_unknown_user_is_named(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert "There is no user called 'nobody'." in result.output
