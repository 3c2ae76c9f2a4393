"""Accounts: who may sign in, in which role."""

import re
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import User
from app.models.names import fold, tidy
from app.models.user import ROLES
from app.services.cells import Unreadable, read_email
from app.services.messages import Message, ServiceError
from app.services.passwords import check_strength, hash_password
from app.services.tries import forget_tries
from app.services.user_sessions import end_user_sessions

# No "@", so that no username can be somebody's email address; no blank and no slash, because the
# name stands in addresses and on the command line.
USERNAME = re.compile(r"[^\W_][\w.-]*")
MOST_USERNAME = 80
# These would be taken for pages of their own.
RESERVED = ("new",)


class AccountRefused(ServiceError):
    """The account cannot be as asked for; `field` says which value has to change."""

    def __init__(self, field: str, message: Message) -> None:
        super().__init__(message)
        self.field = field


class LastAdmin(ServiceError):
    """The act would leave nobody who can give others access."""

    def __init__(self) -> None:
        super().__init__(
            Message("This is the only admin who can sign in. Make another user admin first.")
        )


def has_users(session: Session) -> bool:
    """Tell whether the register has any user at all."""
    return session.scalar(select(User.id).limit(1)) is not None


def list_users(session: Session) -> Sequence[User]:
    """Return all users by name."""
    return session.scalars(select(User).order_by(User.username_key)).all()


def find_user(session: Session, name: str) -> User | None:
    """Return the user of this username or email, however it is typed."""
    key = fold(name)
    # PostgreSQL stores no NUL and refuses to look for one.
    if not key.isprintable():
        return None
    return session.scalars(
        select(User).where(or_(User.username_key == key, User.email_key == key))
    ).one_or_none()


def create_user(
    session: Session,
    username: str,
    password: str,
    role: str = "reader",
    email: str | None = None,
    *,
    person_id: int | None = None,
) -> User:
    """Add a user who can sign in at once; AccountRefused or WeakPassword say what to change."""
    username, email = _read_username(username), _read_email(email)
    _require_role(role)
    check_strength(password, names=(username, email))
    user = User(
        username=username,
        email=email,
        role=role,
        password_hash=hash_password(password),
        person_id=person_id,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise _explain_clash(session, username, email) from None
    return user


def set_role(session: Session, user: User, role: str) -> None:
    """Give a user another role, which holds from their next request on."""
    _require_role(role)
    if role != "admin":
        _keep_an_admin(session, user)
    user.role = role
    session.flush()


def disable(session: Session, user: User) -> None:
    """Let a user sign in no more, and end the sessions they have."""
    _keep_an_admin(session, user)
    user.disabled_at = user.disabled_at or utc_now()
    end_user_sessions(session, user)
    session.flush()


def enable(session: Session, user: User) -> None:
    """Let a disabled or locked-out user sign in again."""
    user.disabled_at = None
    forget_tries(session, user)
    session.flush()


def set_password(session: Session, user: User, password: str, *, keep: str | None = None) -> None:
    """Give a user another password and end their sessions, but for the one of the token `keep`."""
    check_strength(password, names=(user.username, user.email))
    user.password_hash = hash_password(password)
    end_user_sessions(session, user, keep=keep)
    forget_tries(session, user)
    session.flush()


def set_email(session: Session, user: User, email: str | None) -> None:
    """Give a user another email address, or none."""
    email, before = _read_email(email), user.email
    try:
        with session.begin_nested():
            user.email = email
    except IntegrityError:
        user.email = before
        raise _explain_clash(session, None, email) from None


def set_person(session: Session, user: User, person_id: int | None) -> None:
    """Say which person of the directory a user is, if any."""
    before = user.person_id
    try:
        with session.begin_nested():
            user.person_id = person_id
    except IntegrityError:
        user.person_id = before
        text = Message("Another user is this person already, or the person was deleted.")
        raise AccountRefused("person_id", text) from None


def _read_username(text: str) -> str:
    username = tidy(text)
    if not USERNAME.fullmatch(username):
        raise AccountRefused(
            "username",
            Message(
                "Write a username of letters, figures, full stops, hyphens and underscores, "
                "that begins with a letter or a figure."
            ),
        )
    if len(fold(username)) > MOST_USERNAME or len(username) > MOST_USERNAME:
        text_ = Message("Write %(most)s characters at most.", most=MOST_USERNAME)
        raise AccountRefused("username", text_)
    if fold(username) in RESERVED:
        raise AccountRefused("username", Message("This name is taken by a page. Choose another."))
    return username


def _read_email(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    try:
        return read_email(text)
    except Unreadable as unreadable:
        raise AccountRefused("email", unreadable.message) from None


def _require_role(role: str) -> None:
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise AccountRefused("role", Message("Choose one of the roles: %(roles)s.", roles=known))


def _explain_clash(session: Session, username: str | None, email: str | None) -> AccountRefused:
    if username is not None:
        present = find_user(session, username)
        if present is not None:
            text = Message("There is a user called %(name)s already.", name=present.username)
            return AccountRefused("username", text)
    if email is not None and find_user(session, email) is not None:
        return AccountRefused("email", Message("Another user has this email address."))
    text = Message("Another user is this person already, or the person was deleted.")
    return AccountRefused("person_id", text)


def _keep_an_admin(session: Session, user: User) -> None:
    # Locking all admins lets two of them not demote each other at one moment.
    admins = session.scalars(
        select(User.id).where(User.role == "admin", User.disabled_at.is_(None)).with_for_update()
    ).all()
    if list(admins) == [user.id]:
        raise LastAdmin
