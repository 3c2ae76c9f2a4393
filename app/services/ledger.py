"""The ledger of imports: every file offered, what became of it, and the rows left out."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Import, ImportRow
from app.services import undoing

# The outcomes of lines that are not in the register.
LEFT_OUT = ("held", "unreadable", "left_out")


@dataclass(frozen=True)
class ImportPage:
    """A part of the ledger; `older` is the id below which the next part begins."""

    imports: list[Import]
    older: int | None


@dataclass(frozen=True)
class RowPage:
    """A part of an import's rows left out; `next` is the line above which the next begins."""

    rows: list[ImportRow]
    next: int | None


def list_imports(session: Session, *, limit: int, below: int | None = None) -> ImportPage:
    """List imports, newest first, below an id; one query."""
    statement = select(Import).order_by(Import.id.desc()).limit(limit + 1)
    if below is not None:
        statement = statement.where(Import.id < below)
    found = list(session.scalars(statement))
    imports = found[:limit]
    return ImportPage(imports, imports[-1].id if len(found) > limit else None)


def list_rows(
    session: Session, import_id: int, *, limit: int, after: int = 0, outcome: str | None = None
) -> RowPage:
    """List the rows an import left out, in the file's order, after a line; one query."""
    outcomes = LEFT_OUT if outcome is None else (outcome,)
    statement = select(ImportRow).where(
        ImportRow.import_id == import_id, ImportRow.outcome.in_(outcomes), ImportRow.line > after
    )
    found = list(session.scalars(statement.order_by(ImportRow.line).limit(limit + 1)))
    rows = found[:limit]
    return RowPage(rows, rows[-1].line if len(found) > limit else None)


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
