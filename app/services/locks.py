"""Taking turns, where a row to lock does not exist yet."""

import zlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turn(session: Session, what: str) -> None:
    """Wait until no other transaction holds the turn of this name, and hold it until ours ends.

    On SQLite whoever may write has taken the only turn there is when its transaction began.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(what.encode()))))
