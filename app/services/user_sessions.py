"""Sessions of signed-in browsers, kept here so that ending one here ends it everywhere."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import User, UserSession

SESSION_LIFE = dt.timedelta(days=30)

# Every request of a signed-in user asks this: to build it anew took longer than to run it.
_USER_OF_SESSION = (
    select(User)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.expires_at > bindparam("now"),
        User.disabled_at.is_(None),
    )
)


def open_user_session(session: Session, user: User) -> str:
    """Open a session for the user and return its token, which is stored nowhere but there."""
    now = utc_now()
    session.execute(delete(UserSession).where(UserSession.expires_at <= now))
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=hash_token(token),
            user_id=user.id,
            created_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    session.flush()
    return token


def find_session_user(session: Session, token: str) -> User | None:
    """Return the user whose session has this token, unless it ended or the user is disabled."""
    values = {"token_hash": hash_token(token), "now": utc_now()}
    return session.scalars(_USER_OF_SESSION, values).one_or_none()


def list_user_sessions(session: Session, user: User) -> Sequence[UserSession]:
    """Return a user's open sessions, newest first."""
    return session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.expires_at > utc_now())
        .order_by(UserSession.created_at.desc(), UserSession.token_hash)
    ).all()


def end_user_session(session: Session, token: str) -> None:
    """End the session of this token."""
    session.execute(delete(UserSession).where(UserSession.token_hash == hash_token(token)))


def end_user_sessions(session: Session, user: User, *, keep: str | None = None) -> None:
    """End all sessions of a user, but for the one of the token `keep`."""
    ended = delete(UserSession).where(UserSession.user_id == user.id)
    if keep is not None:
        ended = ended.where(UserSession.token_hash != hash_token(keep))
    session.execute(ended)


def hash_token(token: str) -> str:
    """Return the form in which a token is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
