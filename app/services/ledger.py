"""The ledger of imports: every file offered, what became of it, and the rows left out."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Changeset, Import, Outbreak
from app.services import undoing

# What a file of the ledger tells of an import; other programs rely on these names.
FIELDS = (
    *("id", "filename", "sha256", "size", "outbreak", "status", "actor"),
    *("created_at", "finished_at"),
    *("read", "added", "changed", "same", "summed", "held", "unreadable", "left_out"),
)
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class ImportPage:
    """A part of the ledger; `older` is the id below which the next part begins."""

    imports: list[Import]
    older: int | None


@dataclass(frozen=True)
class Wanted:
    """Which imports are asked for; None asks for all."""

    status: str | None = None
    actor: str | None = None
    # A part of the file's name, or the beginning of its SHA-256.
    text: str | None = None
    outbreak_id: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def list_imports(
    session: Session, wanted: Wanted, *, limit: int, below: int | None = None
) -> ImportPage:
    """List imports, newest first, below an id; one query."""
    statement = _narrowed(select(Import), wanted)
    if below is not None:
        statement = statement.where(Import.id < below)
    found = list(session.scalars(statement.order_by(Import.id.desc()).limit(limit + 1)))
    imports = found[:limit]
    return ImportPage(imports, imports[-1].id if len(found) > limit else None)


def read_ledger(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Yield all imports that are asked for, newest first, as a file tells of them.

    Some hundred at a time: the session forgets those that were told.
    """
    outbreaks = {outbreak.id: outbreak.slug for outbreak in list_outbreaks(session)}
    below: int | None = None
    while True:
        page = list_imports(session, wanted, limit=MOST_AT_ONCE, below=below)
        undone = find_undone(session, [source.id for source in page.imports])
        for source in page.imports:
            told = {name: getattr(source, name) for name in FIELDS if name != "outbreak"}
            told["status"] = "undone" if source.id in undone else source.status
            told["outbreak"] = outbreaks[source.outbreak_id]
            yield {name: told[name] for name in FIELDS}
        session.expunge_all()
        if page.older is None:
            return
        below = page.older


def list_outbreaks(session: Session) -> list[Outbreak]:
    """List the outbreaks that files can be imported into, by name."""
    return list(session.scalars(select(Outbreak).order_by(Outbreak.name, Outbreak.id)))


def list_actors(session: Session, limit: int = 200) -> list[str]:
    """List the names of those who offered or imported files, in order."""
    names = select(Import.actor).distinct().order_by(Import.actor).limit(limit)
    return list(session.scalars(names))


def _narrowed(statement: Select[Import], wanted: Wanted) -> Select[Import]:
    if wanted.status is not None:
        statement = statement.where(Import.status == wanted.status)
    if wanted.actor is not None:
        statement = statement.where(Import.actor == wanted.actor)
    if wanted.text is not None:
        named = Import.filename.icontains(wanted.text, autoescape=True)
        hashed = Import.sha256.startswith(wanted.text.lower(), autoescape=True)
        statement = statement.where(named | hashed)
    if wanted.outbreak_id is not None:
        statement = statement.where(Import.outbreak_id == wanted.outbreak_id)
    if wanted.first_day is not None:
        statement = statement.where(Import.created_at >= _midnight(wanted.first_day))
    if wanted.last_day is not None and wanted.last_day < dt.date.max:
        after = wanted.last_day + dt.timedelta(days=1)
        statement = statement.where(Import.created_at < _midnight(after))
    return statement


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, dt.UTC)


def find_changeset(session: Session, import_id: int) -> Changeset | None:
    """Return the changeset by which an import wrote to the register, if it wrote anything."""
    return session.scalar(
        select(Changeset).where(Changeset.import_id == import_id).order_by(Changeset.id).limit(1)
    )


def standing_changeset(session: Session, import_id: int) -> Changeset | None:
    """Return the changeset to undo to take an import back; None when nothing of it stands.

    Of an import that was undone and done again that is the last one.
    """
    changeset = find_changeset(session, import_id)
    if changeset is None:
        return None
    standing = undoing.in_effect(session, [changeset.id])[changeset.id]
    return None if standing is None else session.get(Changeset, standing)


def find_undone(session: Session, import_ids: Collection[int]) -> set[int]:
    """Return those of these imports that stand undone."""
    written = select(Changeset.id, Changeset.import_id).where(Changeset.import_id.in_(import_ids))
    imports = {row.id: row.import_id for row in session.execute(written)}
    standing = undoing.in_effect(session, list(imports))
    return {imports[id] for id, changeset_id in standing.items() if changeset_id is None}
