"""Registers in which a job waits: a file to check, to apply or to undo."""

import datetime as dt
from pathlib import Path

from sqlalchemy.orm import Session

from app.database import open_session
from app.services import jobs
from app.services.changesets import Actor
from app.services.importing import import_file, offers
from app.services.importing.pieces import keep_pieces
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING

MINA = Actor("Mina Park")
DAYS = 500
# Every so many lines says something that somebody has to look at.
FAULTY = 50


def write_file(file: Path, rows: int, *, cases: int = 1) -> None:
    """Write a file of so many rows, some of which cannot be read."""
    first = dt.date(1950, 1, 1)
    with file.open("w") as out:
        out.write(HEADING)
        for number in range(rows):
            day, area = first + dt.timedelta(days=number % DAYS), number // DAYS
            said = "many" if number % FAULTY == FAULTY - 1 else str(cases)
            out.write(f"{day},Area {area:04},{said},0,0\n")


def prepare(url: str, kind: str, folder: Path, rows: int) -> int:
    """Fill a register and let a job of this kind wait in it; return the job's id."""
    with open_session(url) as session:
        outbreak_id = default_outbreak(session).id
        # Half of what comes is there already and says something else.
        file = folder / "former.csv"
        write_file(file, rows // 2, cases=2)
        import_file(session, file, outbreak_id, MINA)
        session.commit()
        file = folder / "file.csv"
        write_file(file, rows)
        if kind == "undo":
            report = import_file(session, file, outbreak_id, MINA)
            job = jobs.enqueue(session, kind, MINA, changeset_id=report.changeset_id)
        else:
            import_id = offer_file(session, file, outbreak_id, checked=kind == "apply")
            job = jobs.enqueue(session, kind, MINA, import_id=import_id)
        session.commit()
        return job.id


def offer_file(session: Session, file: Path, outbreak_id: int, *, checked: bool) -> int:
    """Offer a file as the browser does; return its import's id."""
    offer = offers.begin(session, outbreak_id, MINA, file.name)
    with file.open("rb") as stream:
        for _size in keep_pieces(session, offer.id, stream):
            session.commit()
    if checked:
        offers.check(session, offer.id)
        session.commit()
    return offer.id
