"""Signing in as the page does, step by step."""

from sqlalchemy.orm import Session

from app.services import sign_in

PASSWORD = "forty winks at noon"


def try_once(session: Session, name: str, password: str, address: str = "192.0.2.1") -> bool:
    """Sign in as the page does, with a commit between the steps."""
    attempt = sign_in.begin_sign_in(session, name, address)
    session.commit()
    if not sign_in.password_matches(attempt, password):
        return False
    found = sign_in.finish_sign_in(session, attempt, password)
    session.commit()
    return found is not None
