"""The first account of a register, made through a signed link that works once."""

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from app.models import User
from app.services.accounts import create_user, has_users
from app.services.locks import take_turn
from app.services.messages import Message, ServiceError

LINK_LIFE_SECONDS = 24 * 3600
# What the code says; only its signature and its age count.
PURPOSE = "first account"


class AlreadySetUp(ServiceError):
    """There are users: the first account has been made."""

    def __init__(self) -> None:
        super().__init__(Message("The first account was made already. Sign in with it."))


def make_code(secret_key: str) -> str:
    """Return the code of a link, good for a day and while there is no user."""
    code = _serializer(secret_key).dumps(PURPOSE)
    return code if isinstance(code, str) else code.decode("ascii")


def code_is_good(secret_key: str, code: str) -> bool:
    """Tell whether the code was made with this key, and not more than a day ago."""
    try:
        return bool(_serializer(secret_key).loads(code, max_age=LINK_LIFE_SECONDS) == PURPOSE)
    except BadSignature:
        return False


def create_first_admin(
    session: Session, username: str, password: str, email: str | None = None
) -> User:
    """Add the admin of a register that has no user yet; AlreadySetUp when it has."""
    take_turn(session, "first admin")
    if has_users(session):
        raise AlreadySetUp
    return create_user(session, username, password, "admin", email)


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="first-run")
