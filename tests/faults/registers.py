"""Registers to kill things on: made once, copied for each round, compared by digests."""

import hashlib
import re
import shutil
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import DateTime, Table, create_engine, inspect, literal, make_url, select, text
from sqlalchemy.engine import Connection

from app.database import Base, engine_options
from app.models import Record

# A server carries a statement out to its end before it notices.
LEAVE_SECONDS = 60
# What a job or a signed-in browser leaves behind says nothing about the register.
BESIDE = {"job", "user_session"}
# Where an upload is kept until it is checked.
OFFERED = {"import", "import_piece", "import_row", "import_spelling", "import_decision"}
# Sequences of PostgreSQL go on after a rollback, so that ids differ between two runs.
NUMBERS = re.compile(r"(.*_)?id|key")


def fill(url: str) -> None:
    """Make the tables of an empty register."""
    engine = create_engine(url, **engine_options(url))
    Base.metadata.create_all(engine)
    engine.dispose()


class Copies:
    """Copies of one register, on SQLite or on PostgreSQL."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder
        self._is_sqlite = url.startswith("sqlite")

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Copy the register as it stands, and forget the copy afterwards."""
        name = f"round_{uuid.uuid4().hex}"
        if self._is_sqlite:
            file = self._folder / f"{name}.db"
            shutil.copyfile(self.url.removeprefix("sqlite:///"), file)
            yield f"sqlite:///{file}"
            for left in self._folder.glob(f"{name}.db*"):
                left.unlink()
            return
        # Names are made here, never typed: identifiers cannot be bound as values.
        template = make_url(self.url).database
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        server = make_url(self.url).set(database="postgres")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def digest(url: str, *, ids: bool = True, beside: Collection[str] = ()) -> str:
    """Name everything that a register says, without moments, jobs and an import's being worked on.

    Without `ids` the same is said of two registers whose rows bear other numbers. Imports that
    were given up do not count, nor do the tables `beside`.
    """
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        wait_until_alone(connection)
        said = hashlib.sha256()
        for table in Base.metadata.sorted_tables:
            if table.name not in BESIDE and table.name not in beside:
                said.update(_rows(connection, table, ids=ids).encode())
        said.update(_indexes(connection).encode())
    engine.dispose()
    return said.hexdigest()


def wait_until_alone(connection: Connection) -> None:
    """Let PostgreSQL notice that a client was killed."""
    if connection.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    give_up = time.monotonic() + LEAVE_SECONDS
    while connection.scalar(others):
        assert time.monotonic() < give_up, "somebody stays connected"
        time.sleep(0.01)
        # Within a transaction what was seen once is seen for ever.
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))


def _indexes(connection: Connection) -> str:
    """Name the indexes of the records: an import may drop them and build them anew."""
    found = inspect(connection).get_indexes(Record.__tablename__)
    return repr(sorted((index["name"], index["column_names"]) for index in found))


def _rows(connection: Connection, table: Table, *, ids: bool) -> str:
    columns = [
        column
        for column in table.columns
        if not isinstance(column.type, DateTime)
        and not hasattr(column.type, "process_result_value")
        and (ids or not NUMBERS.fullmatch(column.name))
    ]
    # Of a table of ids only the number of its rows.
    found = select(*columns or [literal(1)]).select_from(table)
    rows = [list(row) for row in connection.execute(found)]
    if table.name == "import":
        place = [column.name for column in columns].index("status")
        rows = [row for row in rows if row[place] != "expired"]
        for row in rows:
            row[place] = {"checking": "checked", "applying": "checked"}.get(row[place], row[place])
    return table.name + "\n".join(sorted(map(repr, rows)))
