"""The temporary tables in which a file's good rows wait, on either engine."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

import psycopg
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.orm import Session

from app.services.importing.series import Row

# Rows in one INSERT: half the time of one row each. SQLite takes at least 999 values.
_TOGETHER = 100

# Apart from the register's own tables: these live as long as one import.
_temporary = MetaData()

stage = Table(
    "import_stage",
    _temporary,
    Column("line", Integer, nullable=False),
    Column("name", Integer),
    Column("date", Date),
    Column("cases", Integer),
    Column("deaths", Integer),
    Column("recoveries", Integer),
    # SQLite then keeps the line in place of a row number; PostgreSQL would build an index.
    PrimaryKeyConstraint("line").ddl_if(dialect="sqlite"),
    prefixes=["TEMPORARY"],
)
# Which country each name of the file stands for; NULL where that has to be decided.
names = Table(
    "import_name",
    _temporary,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("country_id", Integer),
    prefixes=["TEMPORARY"],
)
# Names whose rows are looked at again.
chosen = Table(
    "import_chosen",
    _temporary,
    Column("name", Integer, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
# Days of a name that come more than once: the first line, and whether the lines differ.
repeats = Table(
    "import_repeat",
    _temporary,
    Column("name", Integer),
    Column("date", Date),
    Column("line", Integer),
    Column("conflict", Boolean),
    Index("ix_import_repeat_name_date", "name", "date"),
    prefixes=["TEMPORARY"],
)
# Countries that are written to, each from its first day on.
touched = Table(
    "import_touched",
    _temporary,
    Column("country_id", Integer, primary_key=True, autoincrement=False),
    Column("first_date", Date),
    prefixes=["TEMPORARY"],
)


def create(session: Session) -> None:
    """Create the tables, in place of those an interrupted import may have left."""
    drop(session)
    _temporary.create_all(session.connection(), checkfirst=False)


def drop(session: Session) -> None:
    """Drop the tables."""
    # Without the schema SQLite looks into the register too, and that reading spoils taking the
    # write lock later.
    schema = "temp" if session.get_bind().dialect.name == "sqlite" else "pg_temp"
    for table in _temporary.tables.values():
        session.execute(text(f"DROP TABLE IF EXISTS {schema}.{table.name}"))


@contextmanager
def filling(session: Session) -> Iterator[Callable[[Sequence[Row]], None]]:
    """Yield the function that puts rows into the stage, on the driver's own fast way."""
    raw = session.connection().connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        yield _by_executemany(raw)
    else:
        assert isinstance(raw, psycopg.Connection)
        # A number that is missing is written by Python as None; no column holds text.
        with (
            raw.cursor() as cursor,
            cursor.copy("COPY import_stage FROM STDIN (NULL 'None')") as copy,
        ):
            line = "%s\t%s\t%s\t%s\t%s\t%s\n"
            yield lambda rows: copy.write("".join(map(line.__mod__, rows)))
        session.execute(text("ANALYZE import_stage"))


def _by_executemany(raw: sqlite3.Connection) -> Callable[[Sequence[Row]], None]:
    insert_one = "INSERT INTO import_stage VALUES (?, ?, ?, ?, ?, ?)"
    insert_many = insert_one + ", (?, ?, ?, ?, ?, ?)" * (_TOGETHER - 1)
    width = 6 * _TOGETHER

    def put(rows: Sequence[Row]) -> None:
        whole = len(rows) - len(rows) % _TOGETHER
        cells = tuple(chain.from_iterable(rows[:whole]))
        parts = [cells[start : start + width] for start in range(0, len(cells), width)]
        raw.executemany(insert_many, parts)
        raw.executemany(insert_one, rows[whole:])

    return put
