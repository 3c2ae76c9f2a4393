"""Where the addresses and ids of entries lead that were renamed, or merged into others."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from app.database import Base
from app.models import Deletion, FormerSlug
from app.services.entries import table_of

Entry = TypeVar("Entry", bound=Base)


def find_renamed(session: Session, model: type[Entry], key: str) -> Entry | None:
    """Find the entry that had this slug before it was renamed, or that stands for one that had."""
    if "\0" in key:
        return None
    table = table_of(model)
    former = session.get(FormerSlug, (table.name, key))
    if former:
        row_id: int | None = former.row_id
    else:
        merged = _find_merger(session, table, Deletion.row["slug"].as_string() == key)
        row_id = merged.merged_into if merged else None
    living = None if row_id is None else successor_of(session, table, row_id)
    return None if living is None else session.get(model, living)


def successor_of(session: Session, table: Table, row_id: int) -> int | None:
    """Return the id of the entry that stands for this one: itself, or what it was merged into."""
    current: int | None = row_id
    while current is not None:
        if session.scalar(select(table.c.id).where(table.c.id == current)) is not None:
            break
        merged = _find_merger(session, table, Deletion.row["id"].as_integer() == current)
        current = merged.merged_into if merged else None
    return current


def _find_merger(session: Session, table: Table, about: ColumnElement[Any]) -> Deletion | None:
    statement = select(Deletion).where(
        Deletion.kind == table.name,
        Deletion.merged_into.is_not(None),
        Deletion.restored_at.is_(None),
        about,
    )
    return session.scalar(statement.order_by(Deletion.id.desc()).limit(1))
