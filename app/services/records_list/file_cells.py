"""What the database makes of a record for a file: cells for CSV, a whole object for JSON."""

from typing import Any

from sqlalchemy import ColumnElement, String, literal_column, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.models import METRICS
from app.services.records_list.asked import COLUMNS, RecordQuery
from app.services.records_list.order import Columns
from app.services.records_list.walk import Walk

# What other programs rely on: these names, in this order.
FIELDS = ("date", "country", *METRICS)
# What a file has besides, where it was asked for.
MORE_FIELDS = ("flags",)


def fields_of(query: RecordQuery) -> tuple[str, ...]:
    """Name the fields of a file: those that were chosen as columns, where any were.

    A file holds what the register holds; what the page works out from it is left to the reader.
    """
    chosen = tuple(column for column in query.columns if column in (*FIELDS, *MORE_FIELDS))
    return FIELDS if query.columns == COLUMNS else chosen or FIELDS


def cells(
    walk: Walk, columns: Columns, name: ColumnElement[Any], flags: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    """Return the cells of a row for CSV, or the one that is all of it for JSON."""
    named = {**_as_stored(columns), "country": name, "flags": flags}
    fields = fields_of(walk.scope.query)
    if walk.read_as == "csv":
        return [named[field] for field in fields]
    parts: list[ColumnElement[Any]] = []
    for field in ("id", *fields):
        parts += literal_column(f"'{field}'"), named[field]
    return [_JSONObject(*parts).label("object")]


def key_columns(walk: Walk, columns: Columns) -> list[ColumnElement[Any]]:
    """Return what a row is sorted by, named so that no cell is taken for it."""
    stored = _as_stored(columns)
    return [stored[key.name].label(f"key_{number}") for number, key in enumerate(walk.keys)]


def _as_stored(columns: Columns) -> Columns:
    # Days as the database has them: to make objects of them and text again takes longer than
    # reading them.
    return {**columns, "date": type_coerce(columns["date"], String)}


class _JSONObject(FunctionElement[str]):
    """The text of a JSON object, from names and values in turn."""

    name = "json_object_text"
    type = String()
    inherit_cache = True


@compiles(_JSONObject, "sqlite")
def _on_sqlite(element: _JSONObject, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **options)})"


@compiles(_JSONObject, "postgresql")
def _on_postgresql(element: _JSONObject, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_build_object({compiler.process(element.clauses, **options)}) AS TEXT)"
