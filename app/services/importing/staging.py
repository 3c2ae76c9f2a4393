"""The temporary tables in which a file's good rows wait, on either engine."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Protocol, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Session

from app.services.importing.series import Row

if TYPE_CHECKING:
    # Loading it takes as long as importing ten thousand rows.
    import psycopg

# Rows in one INSERT: half the time of one row each. SQLite takes at least 999 values.
_TOGETHER = 100
# Bytes of a page of SQLite's temporary tables. More than the usual 4 KiB cost less, more than these
# cost more where a file does not come by day.
_PAGE = 8 * 1024

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
    # The country has yet to be created.
    Column("is_new", Boolean),
    Column("spelling", Text),
    prefixes=["TEMPORARY"],
)
# Names whose rows are looked at again.
chosen = Table(
    "import_chosen",
    _temporary,
    Column("name", Integer, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
# Days of a name that come more than once: the first line and the last, whether the lines differ,
# and what they add up to.
repeats = Table(
    "import_repeat",
    _temporary,
    Column("name", Integer),
    Column("date", Date),
    Column("line", Integer),
    Column("conflict", Boolean),
    Column("last_line", Integer),
    Column("cases", BigInteger),
    Column("deaths", BigInteger),
    Column("recoveries", BigInteger),
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
# Rows that could be read and do not stay on the stage, each with why.
held = Table(
    "import_held",
    _temporary,
    Column("line", Integer),
    Column("name", Integer),
    Column("date", Date),
    Column("cases", Integer),
    Column("deaths", Integer),
    Column("recoveries", Integer),
    Column("problem", String(20)),
    Column("outcome", String(10)),
    prefixes=["TEMPORARY"],
)
# Counts that are lower than their country's before.
falls = Table(
    "import_fall",
    _temporary,
    Column("line", Integer),
    Column("name", Integer),
    Column("metric", String(20)),
    Column("count", Integer),
    Column("before", Integer),
    # Below what the register says of a day before the file's first.
    Column("first", Boolean),
    prefixes=["TEMPORARY"],
)
# The rows that are left out, as they will be kept with the import.
looked_at = Table(
    "import_looked_at",
    _temporary,
    Column("line", Integer),
    Column("problem", String(20)),
    Column("outcome", String(10)),
    Column("cells", JSON),
    Column("fingerprint", String(64)),
    Column("name", Integer),
    Column("date", Date),
    Column("cases", Integer),
    Column("deaths", Integer),
    Column("recoveries", Integer),
    Column("reasons", JSON),
    Column("candidates", JSON),
    prefixes=["TEMPORARY"],
)
# What lines of new counts say in the file, once the stage holds the totals they add up to.
raws = Table(
    "import_raw",
    _temporary,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("cases", Integer),
    Column("deaths", Integer),
    Column("recoveries", Integer),
    prefixes=["TEMPORARY"],
)
# Reports near the days that lines contradict each other about.
nearby = Table(
    "import_nearby",
    _temporary,
    Column("country_id", Integer, primary_key=True, autoincrement=False),
    Column("date", Date, primary_key=True),
    Column("cases", Integer),
    Column("deaths", Integer),
    Column("recoveries", Integer),
    prefixes=["TEMPORARY"],
)
# Whose counts stand on single lines, as was decided.
choices = Table(
    "import_choice",
    _temporary,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("existing", String(10)),
    prefixes=["TEMPORARY"],
)
# What the register says of each name's country just before the file's first day of it.
bases = Table(
    "import_base",
    _temporary,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("cases", Integer),
    Column("deaths", Integer),
    Column("recoveries", Integer),
    prefixes=["TEMPORARY"],
)


def create(session: Session) -> None:
    """Create the tables, in place of those an interrupted import may have left."""
    drop(session)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA temp.page_size = {_PAGE}"))
    _temporary.create_all(session.connection(), checkfirst=False)


def drop(session: Session) -> None:
    """Drop the tables."""
    # Without the schema SQLite looks into the register too, and that reading spoils taking the
    # write lock later.
    schema = "temp" if session.get_bind().dialect.name == "sqlite" else "pg_temp"
    for table in _temporary.tables.values():
        session.execute(text(f"DROP TABLE IF EXISTS {schema}.{table.name}"))


class Filling(Protocol):
    """The driver's own fast way to put rows into the stage."""

    def put(self, rows: Sequence[Row]) -> None:
        """Put rows into the stage, in the order of the file."""

    def pause(self) -> None:
        """Let other statements run before the next rows."""


@contextmanager
def filling(session: Session) -> Iterator[Filling]:
    """Yield what puts rows into the stage."""
    raw = session.connection().connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        yield _Inserting(raw)
        return
    with closing(_Copying(cast("psycopg.Connection[object]", raw))) as copying:
        yield copying
    session.execute(text("ANALYZE import_stage"))


class _Copying:
    def __init__(self, raw: "psycopg.Connection[object]") -> None:
        self._raw = raw
        self._open = ExitStack()
        self._copy: psycopg.Copy | None = None

    def put(self, rows: Sequence[Row]) -> None:
        if self._copy is None:
            cursor = self._open.enter_context(self._raw.cursor())
            # A number that is missing is written by Python as None; no column holds text.
            statement = "COPY import_stage FROM STDIN (NULL 'None')"
            self._copy = self._open.enter_context(cursor.copy(statement))
        line = "%s\t%s\t%s\t%s\t%s\t%s\n"
        self._copy.write("".join(map(line.__mod__, rows)))

    def pause(self) -> None:
        self._open.close()
        self._copy = None

    def close(self) -> None:
        self._open.close()


class _Inserting:
    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._one = "INSERT INTO import_stage VALUES (?, ?, ?, ?, ?, ?)"
        self._many = self._one + ", (?, ?, ?, ?, ?, ?)" * (_TOGETHER - 1)

    def put(self, rows: Sequence[Row]) -> None:
        whole = len(rows) - len(rows) % _TOGETHER
        width = 6 * _TOGETHER
        cells = tuple(chain.from_iterable(rows[:whole]))
        parts = [cells[start : start + width] for start in range(0, len(cells), width)]
        self._raw.executemany(self._many, parts)
        self._raw.executemany(self._one, rows[whole:])

    def pause(self) -> None:
        pass
