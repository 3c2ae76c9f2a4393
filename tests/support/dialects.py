"""Dialects whose engines compile each statement once in a run.

SQLAlchemy keeps compiled statements for each engine, by the dialect's identity. A server has one
engine for as long as it lives; a test has several, and compiled the same forty statements for each
of them, which took longer than to run them. Here all engines of a run share what was compiled, as
all requests of a server do, and the first one alone asks the server what it is and can do.
Connections and transactions are each engine's own.
"""

from typing import Any, ClassVar

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

# Statements; more than all tests of one worker have.
STATEMENTS = 4000
COMPILED = LRUCache[object, object](STATEMENTS)


class Alike(Dialect):
    """A dialect that equals the other engines' dialects, because each compiles what they do."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let the engine look where all look; the dialect calls this as an engine is made."""
        engine.update_execution_options(compiled_cache=COMPILED)


class SQLite(Alike, SQLiteDialect_pysqlite):
    """SQLite by Python's own driver."""

    supports_statement_cache = True


class PostgreSQL(Alike, PGDialect_psycopg):
    """PostgreSQL by psycopg; what it learned of a server is known to all that connect to it."""

    supports_statement_cache = True
    _learned: ClassVar[dict[object, dict[str, Any]]] = {}

    def initialize(self, connection: Connection) -> None:
        """Ask the server for its version and the like, or remember what it said."""
        url = connection.engine.url
        server = (url.host, url.port)
        if server not in self._learned:
            before = dict(vars(self))
            super().initialize(connection)
            known = vars(self).items()
            self._learned[server] = {
                name: value for name, value in known if before.get(name) is not value
            }
        vars(self).update(self._learned[server])


def share_compiled_statements() -> None:
    """Let every engine that is made from now on have one of these dialects."""
    for name, dialect in (("sqlite", SQLite), ("postgresql.psycopg", PostgreSQL)):
        registry.register(name, __name__, dialect.__name__)
