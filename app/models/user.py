import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.database import Base, UTCDateTime, utc_now
from app.models.names import fold, tidy
from app.models.person import Person

# From least to most: each may do what the ones before it may.
ROLES = ("reader", "editor", "admin")


class User(Base):
    """Somebody who signs in."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(map(repr, ROLES))})", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80))
    username_key: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254), unique=True)
    # argon2id in its own text form, which names its parameters.
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10), default="reader")
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), unique=True
    )
    disabled_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)

    person: Mapped[Person | None] = relationship()

    # Asked of whoever sends a request; a visitor says no.
    is_authenticated = True

    @validates("username")
    def _tidy_username(self, _key: str, username: str) -> str:
        self.username_key = fold(username)
        return tidy(username)

    @validates("email")
    def _tidy_email(self, _key: str, email: str | None) -> str | None:
        self.email_key = fold(email) if email else None
        return tidy(email) if email else None

    def may(self, role: str) -> bool:
        """Tell whether this user's role includes that of the name given."""
        return ROLES.index(self.role) >= ROLES.index(role)


class UserSession(Base):
    """One signed-in browser; signing out, a new password or disabling the user ends it."""

    __tablename__ = "user_session"

    # SHA-256 of the token in the browser's cookie: a copy of the database signs nobody in.
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)

    user: Mapped[User] = relationship()


class SignInAttempt(Base):
    """A failed sign-in, counted against the name tried and the address it came from."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of the folded name: people type passwords into this field.
    name_hash: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(45), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now, index=True)
