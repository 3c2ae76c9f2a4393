"""The entries of directories (people, videos, to-dos): find and save.

A directory's model has an `id` and a `revision`; one with a `slug` has unique names and addresses
made of them.
"""

import re
from typing import Any, TypeVar

from sqlalchemy import Table, inspect, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.database import Base
from app.models import FormerSlug
from app.models.names import slugify
from app.services import logs
from app.services.changesets import Actor
from app.services.locks import take_turn
from app.services.messages import Message, ServiceError

Entry = TypeVar("Entry", bound=Base)

# Words that stand for pages of a directory, not for entries.
RESERVED_SLUGS = frozenset({"new", "deleted"})
LONGEST_SLUG = 200


class DuplicateEntry(ServiceError):
    """The directory already has an entry of this name: `existing`."""

    def __init__(self, existing: Any) -> None:
        super().__init__(Message("Already there: %(name)s.", name=name_of(existing)))
        self.existing = existing


class StaleEntry(ServiceError):
    """Somebody changed the entry since it was read."""

    def __init__(self, entry: Any) -> None:
        super().__init__(Message("%(name)s was changed meanwhile.", name=name_of(entry)))


def name_of(entry: Any) -> str:
    """Return what an entry is called."""
    return str(entry.title if hasattr(entry, "title") else entry.name)


def find_entry(
    session: Session, model: type[Entry], key: str, *, lock: bool = False
) -> Entry | None:
    """Find an entry by its part of the address: its slug, or its number where it has none.

    With `lock` nobody else can change the entry until the transaction ends.
    """
    columns = table_of(model).columns
    if "slug" in columns and "\0" not in key:
        condition = columns["slug"] == key
    elif "slug" not in columns and key.isascii() and key.isdigit() and len(key) < 10:
        condition = columns["id"] == int(key)
    else:
        return None
    statement = select(model).where(condition)
    return session.scalar(statement.with_for_update() if lock else statement)


def add_entry(
    session: Session, model: type[Entry], values: dict[str, Any], *, actor: Actor | None = None
) -> Entry:
    """Add an entry; a form that is sent twice adds one. DuplicateEntry when the name is taken."""
    take_turn(session, table_of(model).name)
    entry = _find_twin(session, model, values)
    if entry is None:
        entry = model()
        save_entry(session, entry, values, actor=actor)
    return entry


def save_entry(
    session: Session,
    entry: Any,
    values: dict[str, Any],
    *,
    revision: int | None = None,
    actor: Actor | None = None,
) -> None:
    """Give an entry these values; `revision` is the one that was read, None for a new entry.

    `actor` is named in the log of a kind that keeps one.

    Raises StaleEntry when the entry has another revision by now, and DuplicateEntry when another
    entry has its name.
    """
    if revision is not None:
        refuse_stale(entry, revision)
    try:
        with session.begin_nested():
            for attribute, value in values.items():
                setattr(entry, attribute, value)
            _give_slug(session, entry)
            session.add(entry)
            changes = logs.changes_of(entry, values)
            session.flush()
            _log(session, entry, changes, actor, new=revision is None)
    except StaleDataError as error:
        raise StaleEntry(entry) from error
    except IntegrityError as error:
        existing = _find_namesake(session, type(entry), values)
        if existing is None:
            raise
        raise DuplicateEntry(existing) from error


def table_of(model: Any) -> Table:
    """Return the table of a directory's model or entry."""
    table: Table = model.__table__
    return table


def refuse_stale(entry: Any, revision: int) -> None:
    """Raise StaleEntry unless the entry has the revision that was read."""
    if entry.revision != revision:
        raise StaleEntry(entry)


def free_slug(session: Session, table: Table, name: str) -> str:
    """Make a slug of a name that no entry of the table has."""
    base = _base_slug(name)
    column = table.columns["slug"]
    namesakes = select(column).where(
        or_(column == base, column.startswith(f"{base}-", autoescape=True))
    )
    taken = RESERVED_SLUGS | set(session.scalars(namesakes))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _log(
    session: Session, entry: Any, changes: logs.Changes, actor: Actor | None, *, new: bool
) -> None:
    if new:
        logs.write_step(session, entry, "added", actor)
    elif changes:
        logs.write_step(session, entry, "changed", actor, changes=changes)


def _find_twin(session: Session, model: type[Entry], values: dict[str, Any]) -> Entry | None:
    """Find the newest entry if it says the same, untouched; unique names need no such care."""
    columns = table_of(model).columns
    if any(column.unique for column in columns):
        return None
    newest: Any = session.scalar(select(model).order_by(columns["id"].desc()).limit(1))
    if newest is None or newest.revision != 1:
        return None
    same = all(getattr(newest, attribute) == value for attribute, value in values.items())
    return newest if same else None


def _find_namesake(session: Session, model: type[Base], values: dict[str, Any]) -> Base | None:
    """Find the entry that has the unique values which these would give."""
    # Filling a model makes the keys that names are compared by.
    probe = model(**values)
    for column in table_of(model).columns:
        value = getattr(probe, column.name)
        if column.unique and column.name != "slug" and value is not None:
            existing = session.scalar(select(model).where(column == value))
            if existing is not None:
                return existing
    return None


def _give_slug(session: Session, entry: Any) -> None:
    """Make the entry's slug from its name, and let the slug it had lead on."""
    if "slug" not in table_of(entry).columns:
        return
    stored = inspect(entry).persistent
    base = _base_slug(entry.name)
    if stored and re.fullmatch(re.escape(base) + r"(-\d+)?", entry.slug):
        return
    with session.no_autoflush:
        slug = free_slug(session, table_of(entry), entry.name)
        if stored:
            former = FormerSlug(kind=table_of(entry).name, slug=entry.slug, row_id=entry.id)
            session.merge(former)
    entry.slug = slug


def _base_slug(name: str) -> str:
    # Room for the number that tells namesakes apart.
    return slugify(name)[: LONGEST_SLUG - 10]
