"""Tables built beside those of the register, which SQLite then has only to copy.

SQLite copies a table and its indexes as they are, without sorting or checking anything, where the
statement is INSERT INTO a SELECT * FROM b, `a` is empty, both have the same columns, checks and
indexes, and foreign keys are not enforced (database.lock_afresh).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Executable,
    Index,
    MetaData,
    Select,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from app.database import Base, is_on
from app.services.bulk_loading import small_cache

# KiB of page cache while sorting: what is sorted at a time then stays within the processor's own.
_SORTING_CACHE = 2 * 1024


class Twin:
    """A temporary table with the columns, checks and indexes of a model's."""

    def __init__(self, model: type[Base], name: str) -> None:
        """Describe the table; it exists in a session once it was begun there."""
        self._original = original = Base.metadata.tables[model.__tablename__]
        self.table = _like(model, original, name)
        self._indexes = [
            Index(
                f"{name}_{number}",
                *(self.table.c[column.name] for column in index.columns),
                sqlite_where=index.dialect_options["sqlite"]["where"],
            )
            for number, index in enumerate(sorted(original.indexes, key=lambda one: str(one.name)))
            if is_on("sqlite", index)
        ]
        # Written so: SQLite copies rows as they are only where no column is named.
        self._copy = " ".join(("INSERT INTO", original.name, "SELECT * FROM", name))

    def begin(self, session: Session) -> None:
        """Create the table without its indexes, which are built once the rows are there."""
        session.execute(text(f"DROP TABLE IF EXISTS temp.{self.table.name}"))
        session.execute(CreateTable(self.table))

    def put(self, session: Session, columns: list[str], rows: Select[Any]) -> None:
        """Put rows into the table."""
        session.execute(insert(self.table).from_select(columns, rows))

    def last_id(self, session: Session) -> int:
        """Return the greatest id of the rows that were put in."""
        return session.scalar(select(func.max(self.table.c.id))) or 0

    def build_indexes(self, session: Session) -> None:
        """Build the indexes; rows must not come any more."""
        session.execute(text(f"PRAGMA main.cache_size = -{_SORTING_CACHE}"))
        for index in self._indexes:
            index.create(session.connection())

    def fits(self, session: Session) -> bool:
        """Tell whether the model's columns are in the order they were described in."""
        columns = session.execute(text(f"PRAGMA main.table_info({self._original.name})"))
        return [column.name for column in columns] == self._original.columns.keys()

    def can_copy(self, session: Session) -> bool:
        """Tell whether the table is there, and SQLite copies it as it is."""
        there = text("SELECT 1 FROM temp.sqlite_master WHERE name = :name")
        if not session.scalar(there, {"name": self.table.name}):
            return False
        steps = session.execute(text(f"EXPLAIN {self._copy}"))
        # The step that takes a row as it is, which the ordinary way does not know.
        return any(step.opcode == "RowData" for step in steps)

    def replace(self, session: Session, *, added: int) -> None:
        """Let these rows take the place of the original's, of which there are fewer by `added`."""
        # They are written from end to end, so nothing is gained by keeping what was written.
        with small_cache(session), _held_in_memory(session):
            # Even an empty table's pages would be written.
            empty = is_empty(session, self._original)
            before = 0 if empty else self._count_changes(session, delete(self._original))
            after = self._count_changes(session, text(self._copy))
        if after != before + added:
            raise RuntimeError(f"{self._original.name} is not what the copy was made of")

    def _count_changes(self, session: Session, statement: Executable) -> int:
        session.execute(statement)
        return session.scalar(text("SELECT changes()")) or 0


@contextmanager
def _held_in_memory(session: Session) -> Iterator[None]:
    """Hold pages in the block that an import writes to before and after it.

    SQLite's small cache would have written them to the log already, and overwriting what is there
    makes it reckon the checksums of everything after it again when it commits.
    """
    raw = session.connection().connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    # A cursor that has not come to its end holds the page it stands on.
    with (
        closing(raw.execute("SELECT * FROM main.sqlite_sequence")),
        closing(raw.execute("SELECT * FROM main.import ORDER BY id DESC")),
    ):
        yield


def is_empty(session: Session, table: Table) -> bool:
    """Tell whether a table has no rows."""
    return session.execute(select(table).limit(1)).first() is None


def _like(model: type[Base], original: Table, name: str) -> Table:
    columns = [
        Column(
            column.name,
            column.type,
            primary_key=column.primary_key,
            nullable=column.nullable,
            server_default=getattr(column.server_default, "arg", None),
        )
        for column in original.columns
    ]
    table = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"])
    # In their order, which has to be the same.
    for constraint in model.__table_args__:
        if isinstance(constraint, UniqueConstraint):
            table.append_constraint(UniqueConstraint(*(table.c[c.name] for c in constraint)))
        elif isinstance(constraint, CheckConstraint):
            table.append_constraint(CheckConstraint(str(constraint.sqltext)))
    return table
