"""Signing in: begin_sign_in, commit, password_matches, finish_sign_in, commit.

The steps are apart because checking a password is slow on purpose: the try must be counted before
it, where all workers see it, and no lock may be held during it.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import User
from app.services import passwords
from app.services.accounts import find_user
from app.services.messages import Message, ServiceError
from app.services.tries import MOST_NAME, count_try, forget_tries
from app.services.user_sessions import open_user_session


class WrongPassword(ServiceError):
    """The password given as a proof is not the user's."""

    def __init__(self) -> None:
        super().__init__(Message("This is not your present password."))


@dataclass(frozen=True)
class Attempt:
    """A sign-in whose password has yet to be checked; without a user nobody has the name."""

    user_id: int | None = None
    username: str | None = None
    password_hash: str | None = None


def begin_sign_in(session: Session, name: str, address: str) -> Attempt:
    """Count a try and find whom it names; TooManyTries when the name or the address is locked."""
    count_try(session, name, address)
    user = find_user(session, name[:MOST_NAME])
    if user is None:
        return Attempt()
    return Attempt(user.id, user.username, None if user.disabled_at else user.password_hash)


def password_matches(attempt: Attempt, password: str) -> bool:
    """Tell whether the password is right, with the same work when nobody has the name."""
    return passwords.matches(password, attempt.password_hash)


def finish_sign_in(session: Session, attempt: Attempt, password: str) -> tuple[User, str] | None:
    """Open a session for the user whose password matched; return them and the session's token.

    None when the account changed while the password was checked.
    """
    user = session.get(User, attempt.user_id, populate_existing=True, with_for_update=True)
    if user is None or user.disabled_at or user.password_hash != attempt.password_hash:
        return None
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    forget_tries(session, user)
    return user, open_user_session(session, user)
