"""What is deleted from a directory, kept so that it can come back."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Column, Table, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import Base, utc_now
from app.models import Deletion
from app.services import logs
from app.services.changesets import Actor
from app.services.entries import free_slug, name_of, refuse_stale, table_of
from app.services.leading_on import successor_of
from app.services.messages import Message, ServiceError

Entry = TypeVar("Entry", bound=Base)
# Databases take some 32,000 values in one statement.
_BATCH = 10_000


class CannotRestore(ServiceError):
    """A deleted entry cannot come back: it is back already, or its name is taken."""


def delete_entry(
    session: Session, entry: Any, actor: Actor, *, revision: int, into: Any = None
) -> Deletion:
    """Delete an entry that still has the revision the caller read; StaleEntry otherwise.

    Rows that named it (the to-dos of a person) stay, and name it again when it comes back. Until
    then they name nothing, or the entry `into` which this one is merged.
    """
    refuse_stale(entry, revision)
    deletion = Deletion(
        kind=table_of(entry).name,
        name=name_of(entry),
        row={
            column.name: _freeze(getattr(entry, column.name)) for column in table_of(entry).columns
        },
        named_by=_release(session, entry, into, actor),
        merged_into=into and into.id,
        user_id=actor.user_id,
        actor=actor.name,
    )
    session.add(deletion)
    logs.write_step(session, entry, "deleted", actor)
    session.delete(entry)
    session.flush()
    return deletion


def restore_entry(
    session: Session, model: type[Entry], deletion_id: int, actor: Actor | None = None
) -> Entry:
    """Bring a deleted entry back under its id; CannotRestore when that cannot be.

    `actor` is named in the logs of what comes back and of what names it again.
    """
    deletion = session.get(Deletion, deletion_id, with_for_update=True)
    table = table_of(model)
    if deletion is None or deletion.kind != table.name:
        raise CannotRestore(Message("There is nothing to bring back."))
    if deletion.restored_at is not None:
        raise CannotRestore(Message("%(name)s is back already.", name=deletion.name))
    row = _thaw_row(session, table, deletion.row)
    try:
        with session.begin_nested():
            session.execute(insert(table).values(row))
    except IntegrityError as error:
        message = Message("Another entry is called %(name)s by now.", name=deletion.name)
        raise CannotRestore(message) from error
    _name_again(session, deletion, actor)
    _give_back(session, model, deletion)
    deletion.restored_at = utc_now()
    session.flush()
    entry = session.get_one(model, row["id"])
    logs.write_step(session, entry, "restored", actor)
    session.flush()
    return entry


def find_deletion(session: Session, model: type[Base], key: str) -> Deletion | None:
    """Find the latest deletion of the entry that had this part of the address and is not back."""
    columns = table_of(model).columns
    if "slug" in columns:
        is_named = Deletion.row["slug"].as_string() == key
    elif key.isascii() and key.isdigit() and len(key) < 10:
        is_named = Deletion.row["id"].as_integer() == int(key)
    else:
        return None
    statement = select(Deletion).where(
        Deletion.kind == table_of(model).name, Deletion.restored_at.is_(None), is_named
    )
    return session.scalar(statement.order_by(Deletion.id.desc()).limit(1))


def list_deletions(session: Session, model: type[Base], limit: int) -> list[Deletion]:
    """List what was deleted from a directory and is not back, newest first."""
    statement = (
        select(Deletion)
        .where(Deletion.kind == table_of(model).name, Deletion.restored_at.is_(None))
        .order_by(Deletion.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def _release(session: Session, entry: Any, into: Any, actor: Actor) -> dict[str, list[int]]:
    """Let the rows that name the entry name another or nothing; return their ids by column."""
    named_by: dict[str, list[int]] = {}
    for column in _naming_columns(table_of(entry)):
        rows = column.table.c
        naming = select(rows.id).where(column == entry.id).order_by(rows.id)
        ids = list(session.scalars(naming))
        if ids:
            named_by[str(column)] = ids
            named = _room_for(session, column, into)
            _point(session, column, dict.fromkeys(ids, entry.id), named, actor)
    return named_by


def _room_for(session: Session, column: Column[Any], into: Any) -> int | None:
    """Return the id of the entry that rows shall name, or None where only one of them may."""
    if into is None:
        return None
    taken = column.unique and session.scalar(select(column).where(column == into.id))
    return None if taken else int(into.id)


def _name_again(session: Session, deletion: Deletion, actor: Actor | None) -> None:
    """Let the rows that named the entry and name no other since name it again."""
    for column in _naming_columns(Base.metadata.tables[deletion.kind]):
        rows = column.table.c
        ids = deletion.named_by.get(str(column), [])
        free = or_(column.is_(None), column == deletion.merged_into)
        for start in range(0, len(ids), _BATCH):
            among = rows.id.in_(ids[start : start + _BATCH])
            found = session.execute(select(rows.id, column).where(among, free).with_for_update())
            before = {row[0]: row[1] for row in found}
            _point(session, column, before, deletion.row["id"], actor)


def _give_back(session: Session, model: type[Base], deletion: Deletion) -> None:
    """Leave blank again what the entry that this one was merged into took over and still says."""
    into = session.get(model, deletion.merged_into) if deletion.taken_over else None
    for column in deletion.taken_over:
        if into is not None and getattr(into, column) == _thaw(deletion.row[column]):
            setattr(into, column, None)


def _point(
    session: Session,
    column: Column[Any],
    before: Mapping[int, int | None],
    named: int | None,
    actor: Actor | None,
) -> None:
    """Let rows name an entry, and write that into their logs; `before` says what they named."""
    ids = list(before)
    for start in range(0, len(ids), _BATCH):
        among = column.table.c.id.in_(ids[start : start + _BATCH])
        session.execute(update(column.table).where(among).values(_naming(column, named)))
    model = logs.model_of(column.table)
    if model is not None:
        changes = {id: {column.name: [was, named]} for id, was in before.items()}
        logs.write_steps(session, model, changes, "changed", actor)


def _naming_columns(table: Table) -> Iterator[Column[Any]]:
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.ondelete == "SET NULL":
                yield key.parent


def _naming(column: Column[Any], value: int | None) -> dict[str, Any]:
    """Say what an update sets, so that a form opened before it is stale."""
    values: dict[str, Any] = {column.name: value}
    if "revision" in column.table.columns:
        values["revision"] = column.table.c.revision + 1
    return values


def _thaw_row(session: Session, table: Table, frozen: dict[str, Any]) -> dict[str, Any]:
    """Return a deleted row as it comes back: new revision, free slug, no dead references.

    What was merged meanwhile is named by what it was merged into.
    """
    row = {
        column.name: _thaw(frozen[column.name]) for column in table.columns if column.name in frozen
    }
    row["revision"] += 1
    if "slug" in row:
        row["slug"] = free_slug(session, table, row["name"])
    for key in table.foreign_keys:
        value = row.get(key.parent.name)
        if value is not None:
            row[key.parent.name] = successor_of(session, key.column.table, value)
    return row


def _freeze(value: Any) -> Any:
    """Return a value as JSON can keep it."""
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, dt.date) else value


def _thaw(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "moment" in value:
        return dt.datetime.fromisoformat(value["moment"])
    return dt.date.fromisoformat(value["day"])
