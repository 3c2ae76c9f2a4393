"""Files offered in the browser: received, checked, applied, given up or forgotten.

Checking and applying run the same pipeline over the same bytes, so what is applied is always
planned anew against the register as it then stands.
"""

import datetime as dt
from collections.abc import Collection
from contextlib import suppress
from pathlib import PurePath
from typing import Any

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.database import lock_afresh, utc_now
from app.models import Import, ImportPiece
from app.models.names import tidy
from app.services.changesets import Actor
from app.services.importing.choosing import list_decisions, read_decided
from app.services.importing.deciding import Decisions
from app.services.importing.encodings import ask_encoding
from app.services.importing.examining import Progress
from app.services.importing.importer import check_file, import_file
from app.services.importing.ledger import told
from app.services.importing.lines import forget_looked_at
from app.services.importing.open_imports import OPEN, ImportClosed, closed
from app.services.importing.options import ImportOptions
from app.services.importing.pieces import open_pieces, reading_beside
from app.services.importing.questions import Choice
from app.services.importing.recipes import find_recipe, heading_of
from app.services.importing.report import ImportRefused, Report
from app.services.importing.source import open_source

LONGEST_NAME = 200
# An upload that stands still for so long was broken off.
RECEIVING = dt.timedelta(hours=1)
# Nobody came back to a checked file for so long.
WAITING = dt.timedelta(days=7)

_OUTCOMES = ("read", "added", "changed", "same", "summed", "held", "unreadable", "left_out")
_FOUND = (*_OUTCOMES, "warnings", "problems")


def begin(session: Session, outbreak_id: int, actor: Actor, filename: str) -> Import:
    """Open an import whose bytes are still to come (see pieces.keep_pieces)."""
    offer = Import(
        outbreak_id=outbreak_id,
        filename=tidy_name(filename),
        sha256="",
        size=0,
        status="receiving",
        user_id=actor.user_id,
        actor=actor.name,
    )
    session.add(offer)
    session.flush()
    return offer


def tidy_name(filename: str) -> str:
    """Return a file's own name without folders, in characters that can be shown and stored."""
    name = PurePath(filename.replace("\\", "/")).name
    visible = "".join(character for character in name if character.isprintable())
    return tidy(visible)[:LONGEST_NAME] or "file"


def check(session: Session, import_id: int, progress: Progress | None = None) -> Import:
    """Find out what an import of the file would do, and which of its lines need somebody.

    What it says of the file as a whole, or what has to be answered before it can be read, is kept
    with the import. In a session that has not begun a transaction the write lock is taken only at
    the end. Raises ImportClosed when the import is over.
    """
    offer, decisions = _find(session, import_id)
    with open_pieces(session, import_id) as handle:
        known = _recipe(session, offer, heading_of(handle, offer.filename))
        options = ImportOptions(**known["wishes"])
        try:
            report = check_file(
                session,
                handle,
                offer.outbreak_id,
                options,
                decisions,
                name=offer.filename,
                import_id=import_id,
                progress=progress,
            )
        except ImportRefused as refusal:
            if session.in_transaction():
                lock_afresh(session)
            forget_looked_at(session, [import_id])
            return _keep(session, import_id, {**known, "question": _question(refusal)})
    recipe = known["options"].get("recipe") or offer.options.get("recipe")
    others = {"recipe": recipe, "sheets": _sheets(offer)}
    kept = told(report) | {name: value for name, value in others.items() if value}
    found = {name: getattr(report, name) for name in _FOUND}
    understood = {**report.understood, **kept}
    return _keep(session, import_id, {**known, **found, "question": None, "options": understood})


def apply(
    session: Session, import_id: int, actor: Actor, progress: Progress | None = None
) -> Report:
    """Import a checked file, with everything that was decided about it.

    Where the register has moved since the check, the import keeps what came out differently. When
    all rows or none were asked for and some have to wait, nothing is stored and the import waits
    on. Raises ImportClosed when it is over.
    """
    offer, decisions = _find(session, import_id)
    with open_pieces(session, import_id) as handle:
        report = import_file(
            session,
            handle,
            offer.outbreak_id,
            actor,
            ImportOptions(**offer.wishes),
            decisions,
            name=offer.filename,
            import_id=import_id,
            progress=progress,
        )
    applied = session.get_one(Import, import_id)
    before = {name: getattr(offer, name) for name in _OUTCOMES}
    moved = {
        name: [count, getattr(report, name)]
        for name, count in before.items()
        if count != getattr(report, name)
    }
    applied.options = {**applied.options, **({"moved": moved} if moved else {})}
    if report.status == "refused":
        applied.status, applied.finished_at, applied.checked_at = "checked", None, utc_now()
        applied.options = {**applied.options, "refused": True}
    else:
        applied.user_id, applied.actor = actor.user_id, actor.name
        session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_id))
    session.flush()
    return report


def discard(session: Session, import_id: int) -> None:
    """Give a file up: nothing of it goes into the register."""
    statement = update(Import).where(
        Import.id == import_id, Import.status.in_(("receiving", *OPEN))
    )
    changed: CursorResult[Any] = session.connection().execute(
        statement.values(status="discarded", finished_at=utc_now())
    )
    if changed.rowcount != 1:
        raise ImportClosed(closed())
    _empty(session, [import_id])


def forget_pieces(session: Session, import_id: int) -> None:
    """Forget the bytes of an import that did not arrive whole."""
    session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_id))


def is_forgotten(offer: Import) -> bool:
    """Tell whether nobody came back to a file in time, be it swept already or not."""
    waits_since = offer.checked_at or offer.created_at
    return offer.status in ("receiving", *OPEN) and waits_since < utc_now() - WAITING


def sweep(session: Session) -> int:
    """Forget broken uploads and files that nobody came back to; return how many."""
    now = utc_now()
    # A file that is here waits for its check, which may have been stopped.
    waits_since = func.coalesce(Import.checked_at, Import.created_at)
    arriving = (Import.status == "receiving") & (Import.sha256 == "")
    stale = or_(
        arriving & (Import.created_at < now - RECEIVING),
        Import.status.in_(("receiving", *OPEN)) & (waits_since < now - WAITING),
    )
    # Locked, so that nobody begins to check or apply one of them meanwhile.
    gone = list(session.scalars(select(Import.id).where(stale).with_for_update(skip_locked=True)))
    if gone:
        session.execute(
            update(Import).where(Import.id.in_(gone)).values(status="expired", finished_at=now)
        )
        _empty(session, gone)
    return len(gone)


def preview_encodings(session: Session, offer: Import) -> tuple[Choice, ...]:
    """Show names of the beginning of a file in each encoding that it may be in."""
    with (
        open_pieces(session, offer.id, most=1) as handle,
        suppress(ImportRefused),
        open_source(handle, offer.filename) as source,
    ):
        return ask_encoding(source.blocks()).choices
    # Of a packed file the beginning alone cannot be read.
    return ()


def _find(session: Session, import_id: int) -> tuple[Import, Decisions]:
    # In a session beside: this one must not have begun when the file is checked.
    with reading_beside(session) as reader:
        offer = reader.get(Import, import_id)
        if offer is None or offer.status not in ("receiving", "checking", "checked", "applying"):
            raise ImportClosed(closed())
        return offer, read_decided(list_decisions(reader, import_id))


def _recipe(session: Session, offer: Import, heading: str | None) -> dict[str, Any]:
    """Return the wishes to read a file by: its own, or at first those of the last one like it."""
    known = {"heading": heading, "wishes": offer.wishes, "options": {}}
    if heading and offer.heading is None and not offer.wishes:
        with reading_beside(session) as reader:
            earlier = find_recipe(reader, offer.outbreak_id, heading)
        if earlier is not None:
            known |= {"wishes": earlier.wishes, "options": {"recipe": earlier.import_id}}
    return known


def _sheets(offer: Import) -> list[str]:
    """Return the sheets that were to be chosen from, so that another can be chosen later."""
    asked = offer.question or {}
    if asked.get("kind") == "sheet":
        return [choice["value"] for choice in asked["choices"]]
    known: list[str] = offer.options.get("sheets", [])
    return known


def _question(refusal: ImportRefused) -> dict[str, Any]:
    message = {"text": refusal.message.text, "values": refusal.message.values}
    asked = refusal.question.as_dict() if refusal.question else {"kind": None}
    return {"message": message, **asked}


def _keep(session: Session, import_id: int, found: dict[str, Any]) -> Import:
    """Keep what a check found out with an import that is still open."""
    offer = session.get_one(Import, import_id, with_for_update=True, populate_existing=True)
    if offer.status not in ("receiving", "checking", "checked"):
        raise ImportClosed(closed())
    for name, value in found.items():
        setattr(offer, name, value)
    offer.status, offer.checked_at = "checked", utc_now()
    session.flush()
    return offer


def _empty(session: Session, imports: Collection[int]) -> None:
    session.execute(delete(ImportPiece).where(ImportPiece.import_id.in_(imports)))
    forget_looked_at(session, imports)
    session.expire_all()
