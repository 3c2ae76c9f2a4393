"""An empty register for each test, on SQLite and on PostgreSQL, copied from a template."""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from app import models  # noqa: F401  (puts every table into the metadata)
from app.database import Base, engine_options, normalise_url
from tests.postgres import NoPostgres, Server
from tests.support.left_out import leave_out

ENGINES = ("sqlite", "postgresql")
# A server given from outside, or the one this run started, handed to xdist's workers.
SERVER_URL = "CASEBOOK_TEST_POSTGRES_URL"

# A server notices a moment later that a client has gone.
LEAVE_SECONDS = 3

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

    def create(self, name: str, template: str = "template0") -> str:
        """Create a database and return its URL."""
        # Names are made here, never typed: identifiers cannot be bound as values.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Drop a database, ending whoever is still connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def is_in_use(self, name: str) -> bool:
        """Tell whether anybody stays connected to the database."""
        give_up = time.monotonic() + LEAVE_SECONDS
        question = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
        while True:
            with self._engine.connect() as connection:
                if not connection.scalar(question, {"name": name}):
                    return False
            if time.monotonic() > give_up:
                return True
            time.sleep(0.02)

    def close(self) -> None:
        """Close the connections to the server."""
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


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
def postgres_template(postgres: Databases) -> Iterator[str]:
    """The name of a PostgreSQL database holding an empty register."""
    name = f"template_{uuid.uuid4().hex}"
    fill(postgres.create(name))
    yield name
    postgres.drop(name)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, engine_name: str) -> Iterator[str]:
    """The URL of a database without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path') / 'empty.db'}"
        return
    yield from _postgres_database(request.getfixturevalue("postgres"), "template0")


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
    template = request.getfixturevalue("postgres_template")
    yield from _postgres_database(request.getfixturevalue("postgres"), template)


def _postgres_database(databases: Databases, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    yield databases.create(name, template)
    in_use = databases.is_in_use(name)
    databases.drop(name)
    assert not in_use, "the test left a connection to its database open"
