"""An empty register for each test, on SQLite and on PostgreSQL, copied from a template."""

import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.orm import Session

from app import models  # noqa: F401  (puts every table into the metadata)
from app.database import Base, engine_options, normalise_url
from tests.postgres import NoPostgres, Server
from tests.support.dialects import share_compiled_statements
from tests.support.left_out import leave_out

ENGINES = ("sqlite", "postgresql")
# A server given from outside, or the one this run started, handed to xdist's workers.
SERVER_URL = "CASEBOOK_TEST_POSTGRES_URL"

# A server notices a moment later that a client has gone.
LEAVE_SECONDS = 3

OTHERS = """FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
COUNTING_OTHERS = f"SELECT count(*) {OTHERS}"
ENDING_OTHERS = f"SELECT pg_terminate_backend(pid) {OTHERS}"

share_compiled_statements()
READING_COUNTERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"

_server = pytest.StashKey[Server | str]()


def start_server(config: pytest.Config) -> str:
    """Return the URL of the run's PostgreSQL server, starting it on first use."""
    if os.environ.get(SERVER_URL):
        return normalise_url(os.environ[SERVER_URL])
    failed = config.stash.get(_server, None)
    if isinstance(failed, str):
        raise NoPostgres(failed)
    try:
        server = Server()
        os.environ[SERVER_URL] = server.start()
    except NoPostgres as error:
        config.stash[_server] = str(error)
        raise
    config.stash[_server] = server
    return os.environ[SERVER_URL]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the server before xdist's workers, which inherit the environment."""
    if hasattr(node.config, "workerinput"):
        return
    try:
        start_server(node.config)
    except NoPostgres:
        return


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server if this process started it, also after Ctrl-C."""
    server = config.stash.get(_server, None)
    if isinstance(server, Server):
        server.stop()
        os.environ.pop(SERVER_URL, None)


class Databases:
    """Databases on one PostgreSQL server, made and dropped by name."""

    def __init__(self, server_url: str) -> None:
        self._url = make_url(server_url)
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT")

    def create(self, name: str) -> str:
        """Create a database without any table and return its URL."""
        # Names are made here, never typed: identifiers cannot be bound as values.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Drop a database, ending whoever is still connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Close the connections to the server."""
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


class Register:
    """A register on PostgreSQL that is given the state it had at first again and again.

    Emptying it takes a few milliseconds; making a database of its own for each test took longer
    than most tests.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._connection = self._engine.connect()
        self._tables = Base.metadata.sorted_tables
        self._rows = {
            table: [dict(row) for row in self._connection.execute(table.select()).mappings()]
            for table in self._tables
        }
        counters = self._connection.execute(text(READING_COUNTERS))
        self._reset = select(
            *(func.setval(name, last or 1, last is not None) for name, last in counters)
        )

    def empty(self) -> None:
        """Give every table its first rows and every counter its first value."""
        run = self._connection.execute
        run(text(ENDING_OTHERS))
        # Foreign keys wait meanwhile, so that tables may be emptied in any order.
        run(text("SET session_replication_role = replica"))
        run(text(";".join(f'DELETE FROM "{table.name}"' for table in self._tables)))
        for table, rows in self._rows.items():
            if rows:
                run(table.insert(), rows)
        run(text("SET session_replication_role = origin"))
        run(self._reset)

    def is_in_use(self) -> bool:
        """Tell whether anybody else stays connected."""
        give_up = time.monotonic() + LEAVE_SECONDS
        while self._connection.scalar(text(COUNTING_OTHERS)):
            if time.monotonic() > give_up:
                return True
            time.sleep(0.004)
        return False

    def close(self) -> None:
        """Close the connection to the database."""
        self._connection.close()
        self._engine.dispose()


def contents(session: Session) -> dict[str, list[str]]:
    """Return every row of every table."""
    return {
        table.name: sorted(map(repr, session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
    }


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The PostgreSQL server of this run; without one the tests that need it are left out."""
    try:
        url = start_server(request.config)
    except NoPostgres as error:
        leave_out(f"there is no PostgreSQL: {error}")
    databases = Databases(url)
    yield databases
    databases.close()


@event.listens_for(Engine, "connect")
def _write_without_waiting(connection: Any, _record: Any) -> None:
    # A test's file need not survive a power cut; PostgreSQL here runs with fsync off, too.
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def begin(database_url: str) -> Iterator[Callable[[], Session]]:
    """Open sessions as a script does, one after the other, on one engine for the whole test."""
    engine = create_engine(database_url, **engine_options(database_url))
    yield lambda: Session(engine, expire_on_commit=False)
    engine.dispose()


def fill(url: str) -> None:
    """Make the tables of an empty register."""
    engine: Engine = create_engine(url, **engine_options(url))
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file holding an empty register."""
    file = tmp_path_factory.mktemp("template") / "casebook.db"
    fill(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_register(postgres: Databases) -> Iterator[Register]:
    """An empty register on PostgreSQL, emptied again after each test."""
    name = f"register_{uuid.uuid4().hex}"
    url = postgres.create(name)
    fill(url)
    register = Register(url)
    yield register
    register.close()
    postgres.drop(name)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, engine_name: str) -> Iterator[str]:
    """The URL of a database without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path') / 'empty.db'}"
        return
    databases, name = request.getfixturevalue("postgres"), f"empty_{uuid.uuid4().hex}"
    yield databases.create(name)
    databases.drop(name)


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine's name in turn."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine_name: str) -> Iterator[str]:
    """The URL of an empty register, on each engine in turn."""
    if engine_name == "sqlite":
        file = request.getfixturevalue("tmp_path") / "casebook.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    register = request.getfixturevalue("postgres_register")
    yield register.url
    in_use = register.is_in_use()
    register.empty()
    assert not in_use, "the test left a connection to its database open"
