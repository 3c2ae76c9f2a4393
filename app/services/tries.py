"""Failed sign-ins, counted in the database: every worker sees them, a restart forgets none."""

import datetime as dt
import hashlib
import ipaddress
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import SignInAttempt, User
from app.models.names import fold
from app.services.locks import take_turn
from app.services.messages import Message, ServiceError

# Failed tries that are free, by what they are counted against, and for how long each counts.
TRIES_OF_A_NAME = 10
TRIES_OF_AN_ADDRESS = 15
NAME_MEMORY = dt.timedelta(hours=24)
ADDRESS_MEMORY = dt.timedelta(hours=1)
# From then on each failure locks twice as long as the one before.
FIRST_LOCK = dt.timedelta(minutes=1)
LONGEST_LOCK = dt.timedelta(hours=1)
# More than any username or email has.
MOST_NAME = 300


class TooManyTries(ServiceError):
    """The name or the address is locked after failed tries, `until` a moment."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(
            Message(
                "There were too many failed tries. Sign in again after %(until)s (UTC).",
                until=f"{until:%H:%M:%S}",
            )
        )
        self.until = until


def count_try(session: Session, name: str, address: str) -> None:
    """Count a try as failed before anything is checked; TooManyTries when it may not be made.

    A try that is refused counts no further, so the moment that was told stays true.
    """
    take_turn(session, "sign-in tries")
    now = utc_now()
    session.execute(delete(SignInAttempt).where(SignInAttempt.created_at < now - NAME_MEMORY))
    name_hash, network = _hash(fold(name[:MOST_NAME])), _network(address)
    of_name = SignInAttempt.name_hash == name_hash
    of_address = SignInAttempt.address == network
    recent = SignInAttempt.created_at > now - ADDRESS_MEMORY
    until = max(
        _locked_until(session, of_name, TRIES_OF_A_NAME, now),
        _locked_until(session, of_address & recent, TRIES_OF_AN_ADDRESS, now),
    )
    if until > now:
        raise TooManyTries(until)
    session.add(SignInAttempt(name_hash=name_hash, address=network, created_at=now))
    session.flush()


def forget_tries(session: Session, user: User) -> None:
    """Forget the failed tries at a user's names, which unlocks them."""
    names = [_hash(key) for key in (user.username_key, user.email_key) if key]
    session.execute(delete(SignInAttempt).where(SignInAttempt.name_hash.in_(names)))


def _locked_until(
    session: Session, which: ColumnElement[bool], free: int, now: dt.datetime
) -> dt.datetime:
    query: Any = select(func.count(), func.max(SignInAttempt.created_at)).where(which)
    count, last = session.execute(query).one()
    if count < free:
        return now
    doublings = min(count - free, 10)
    until: dt.datetime = last + min(FIRST_LOCK * 2**doublings, LONGEST_LOCK)
    return until


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _network(address: str) -> str:
    """Return what one sender can hold: an IPv4 address, or the /64 that IPv6 gives to each."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
