"""Registers in which something is about to happen: a file to check, to import, to take back."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from app.checking import check_what_changed
from app.database import open_session
from app.models import User
from app.services import jobs
from app.services.changesets import Actor
from app.services.importing import import_file, offers
from app.services.importing.pieces import keep_pieces
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING

MINA = Actor("Mina Park")
# Who does what: a worker carries jobs out, a command imports, web processes do small work at once.
SCENES = (
    "job: check",
    "job: apply",
    "job: undo",
    "command",
    "large-command",
    "upload",
    "apply",
    "undo",
)
DAYS = 500
# Every so many lines says something that somebody has to look at.
FAULTY = 50


@dataclass(frozen=True)
class Scene:
    """What is about to happen: an act (acts.py), and the number or the file it is about."""

    act: str
    word: str


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
    return int(stage(url, f"job: {kind}", folder, rows).word)


def stage(url: str, name: str, folder: Path, rows: int) -> Scene:
    """Fill a register for one of SCENES."""
    act, _colon, kind = name.partition(": ")
    with open_session(url) as session:
        outbreak_id = default_outbreak(session).id
        session.add(User(username="edo", role="editor", password_hash="none"))
        if act != "large-command":
            # Half of what comes is there already and says something else.
            file = folder / "former.csv"
            write_file(file, rows // 2, cases=2)
            import_file(session, file, outbreak_id, MINA)
        session.commit()
        file = folder / "file.csv"
        write_file(file, rows)
        word = _prepare(session, kind or act, file, outbreak_id, is_job=bool(kind))
        session.commit()
        check_what_changed(session)
        return Scene(act, word)


def _prepare(session: Session, kind: str, file: Path, outbreak_id: int, *, is_job: bool) -> str:
    if kind in ("command", "large-command", "upload"):
        return str(file)
    about: dict[str, int] = {}
    if kind == "undo":
        report = import_file(session, file, outbreak_id, MINA)
        assert report.changeset_id is not None
        about = {"changeset_id": report.changeset_id}
    else:
        about = {"import_id": offer_file(session, file, outbreak_id, checked=kind == "apply")}
    (number,) = about.values()
    if is_job:
        number = jobs.enqueue(session, kind, MINA, **about).id
    session.commit()
    return str(number)


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
