"""What a database's schema is, in a form that two databases can be compared by."""

import re

from sqlalchemy import Connection, text

# Alembic's own table is not part of the models.
BOOKKEEPING = "alembic_version"

POSTGRES_QUERIES = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,
               column_default
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'""",
}

Schema = dict[str, list[str]]


def schema_of(connection: Connection) -> Schema:
    """Return every table, column, constraint and index, sorted."""
    if connection.dialect.name == "sqlite":
        return _sqlite_schema(connection)
    return {
        kind: sorted(str(tuple(row)) for row in connection.execute(text(query)) if _ours(row[0]))
        for kind, query in POSTGRES_QUERIES.items()
    }


def _sqlite_schema(connection: Connection) -> Schema:
    # Alembic's autogenerate sees no changed CHECK: only the text of the statements tells it.
    rows = connection.execute(text("SELECT name, tbl_name, sql FROM sqlite_master"))
    return {name: _clauses(sql or "") for name, table, sql in rows if _ours(table)}


def _ours(table: str) -> bool:
    return table != BOOKKEEPING and not table.startswith("sqlite_")


def _clauses(statement: str) -> list[str]:
    """Split a statement at its outermost commas, blanks and quotes of names set aside."""
    tidy = re.sub(r"\s+", " ", statement.replace('"', "")).strip()
    head, _, body = tidy.partition("(")
    clauses, depth, current = [], 0, ""
    for sign in body.rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            clauses.append(current.strip())
            current = ""
        else:
            current += sign
    tail = body.rpartition(")")[2]
    return [head.strip(), *sorted([*clauses, current.strip()]), tail.strip()]
