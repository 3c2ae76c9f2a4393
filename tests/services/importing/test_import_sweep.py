"""Nothing of an offered file stays for ever: broken uploads and files that nobody came back to."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Import, ImportPiece, ImportRow
from app.services.changesets import Actor
from app.services.importing import offers
from app.services.importing.pieces import keep_pieces
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING

MINA = Actor("Mina Park")
FILE = (HEADING + "2003-04-11,Viet Nam,x,4,43\n").encode()
HOUR, WEEK = dt.timedelta(hours=1), dt.timedelta(days=7)
A_MINUTE = dt.timedelta(minutes=1)


def offered(session: Session, age: dt.timedelta, *, broken: bool = False) -> Import:
    """Offer a file that began to arrive so long ago; a broken upload lacks its end."""
    offer = offers.begin(session, default_outbreak(session).id, MINA, "counts.csv")
    offer.created_at = utc_now() - age
    pieces = keep_pieces(session, offer.id, io.BytesIO(FILE))
    next(pieces)
    for _size in () if broken else pieces:
        pass
    session.commit()
    return offer


def checked(session: Session, age: dt.timedelta) -> Import:
    """Offer a file that was checked so long ago, and began to arrive long before."""
    offer = offered(session, age + WEEK)
    offers.check(session, offer.id)
    offer.checked_at = utc_now() - age
    session.commit()
    return offer


def left(session: Session) -> list[int]:
    """Count the pieces and the rows that are kept."""
    tables = (ImportPiece, ImportRow)
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def swept(session: Session) -> int:
    count = offers.sweep(session)
    session.commit()
    return count


def test_a_broken_upload_is_forgotten_after_an_hour(
    session: Session, reload: Callable[[], Session]
) -> None:
    young = offered(session, HOUR - A_MINUTE, broken=True)
    old = offered(session, HOUR + A_MINUTE, broken=True)
    assert swept(session) == 1
    fresh = reload()
    assert fresh.get_one(Import, young.id).status == "receiving"
    assert fresh.get_one(Import, old.id).status == "expired"
    assert left(fresh) == [1, 0]


def test_a_whole_file_waits_a_week_to_be_checked(session: Session) -> None:
    offer = offered(session, WEEK - HOUR)
    assert swept(session) == 0
    offer.created_at -= 2 * HOUR
    assert swept(session) == 1
    assert left(session) == [0, 0]


def test_a_checked_file_waits_a_week_for_somebody(session: Session) -> None:
    offer = checked(session, WEEK - HOUR)
    assert swept(session) == 0
    assert left(session) == [1, 1]
    offer.checked_at = utc_now() - WEEK - HOUR
    assert swept(session) == 1
    assert left(session) == [0, 0]
    assert offer.status == "expired"


@pytest.mark.parametrize("status", ["checking", "checked"])
def test_a_file_whose_check_never_ended_is_forgotten_too(session: Session, status: str) -> None:
    offered(session, WEEK + HOUR).status = status
    assert swept(session) == 1
    assert left(session) == [0, 0]


def test_what_is_in_the_register_is_never_forgotten(session: Session) -> None:
    offer = checked(session, WEEK - HOUR)
    offers.apply(session, offer.id, MINA)
    session.flush()
    offer.checked_at = utc_now() - 10 * WEEK
    assert swept(session) == 0
    assert offer.status == "applied"
    # The rows that it left out can still be mended.
    assert left(session) == [0, 1]
