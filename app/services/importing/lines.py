"""The lines of a file that somebody should look at, kept with its import."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    MetaData,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session

from app.models import METRICS, ImportRow, ImportSpelling, Record
from app.services.bulk_loading import small_cache
from app.services.importing.checked import Checked
from app.services.importing.planning import changed_rows
from app.services.importing.report import HELD
from app.services.importing.staging import falls, looked_at, names, stage
from app.services.importing.warning import odd_rows

Columns = dict[str, ColumnElement[Any]]
# Columns by name, where their rows come from, and which of these it is.
Lines = tuple[Columns, FromClause, ColumnElement[bool]]

_BEFORE = [f"{metric}_before" for metric in METRICS]
_record = Record.metadata.tables[Record.__tablename__]
_row = ImportRow.metadata.tables[ImportRow.__tablename__]
_COLUMNS = _row.columns.keys()
# The lines before the register is locked, each with the country it has or will have.
_collected = Table(
    "import_collected",
    MetaData(),
    *(Column(column.name, column.type) for column in _row.columns),
    Column("is_new", Boolean),
    prefixes=["TEMPORARY"],
)


def collect_looked_at(session: Session, checked: Checked) -> None:
    """Have the lines that will be kept ready before SQLite's lock is taken."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TABLE IF EXISTS temp.import_collected"))
        _collected.create(session.connection())
        _gather(session, checked, _collected, 0)
        checked.collected = True


def keep_looked_at(
    session: Session, checked: Checked, import_id: int, *, created: bool = False
) -> None:
    """Keep the lines somebody should look at: those left out, those warned of, those that change.

    They take the place of those kept before. The register must not have been written to yet, but
    for the new countries where these are `created`.
    """
    forget_looked_at(session, [import_id])
    with small_cache(session):
        if checked.naming.near:
            _count_spellings(session, import_id)
        if not checked.collected:
            _gather(session, checked, _row, import_id)
            return
        given: Columns = {"import_id": literal(import_id)}
        if not created:
            given["country_id"] = case((~_collected.c.is_new, _collected.c.country_id))
        rows = select(*(given.get(name, _collected.c[name]) for name in _COLUMNS))
        session.execute(insert(_row).from_select(_COLUMNS, rows))


def forget_looked_at(session: Session, imports: Collection[int]) -> None:
    """Forget the lines of imports that somebody should have looked at."""
    for table in (ImportRow, ImportSpelling):
        session.execute(delete(table).where(table.import_id.in_(imports)))


def _count_spellings(session: Session, import_id: int) -> None:
    """Keep how many rows each name that waits has, and the first of them."""
    waits = (looked_at.c.problem == "near_name") & (looked_at.c.outcome == HELD)
    first = func.min(looked_at.c.line)
    rows = (
        select(literal(import_id), first, names.c.spelling, func.count())
        .join_from(looked_at, names, names.c.name == looked_at.c.name)
        .where(waits)
        .group_by(names.c.name, names.c.spelling)
    )
    columns = ["import_id", "line", "spelling", "count"]
    session.execute(insert(ImportSpelling).from_select(columns, rows))


def _gather(session: Session, checked: Checked, into: Table, import_id: int) -> None:
    """Put the lines into a table, by one statement a kind however many there are."""
    given: Columns = {"import_id": literal(import_id)}
    if into is _collected:
        given |= {"country_id": names.c.country_id, "is_new": names.c.is_new}
    else:
        # A country that has yet to be created is not stored.
        given["country_id"] = case((~names.c.is_new, names.c.country_id))
    sqlite = session.get_bind().dialect.name == "sqlite"
    as_object = func.json_object if sqlite else func.json_build_object
    cells = as_object("country", names.c.spelling)
    for columns, rows, which in (_left_out(checked), *_staged(checked, cells)):
        kept = {**given, **columns}
        found = select(*kept.values()).select_from(rows).where(which)
        session.execute(insert(into).from_select(list(kept), found))


def _left_out(checked: Checked) -> Lines:
    same = ["problem", "line", "outcome", "cells", "fingerprint", "date", *METRICS]
    same += ["reasons", "candidates"]
    of_key = and_(
        looked_at.c.problem == "exists",
        _record.c.outbreak_id == checked.outbreak_id,
        _record.c.country_id == names.c.country_id,
        _record.c.date == looked_at.c.date,
    )
    of_name = looked_at.outerjoin(names, names.c.name == looked_at.c.name)
    columns: Columns = {name: looked_at.c[name] for name in same}
    before = dict(zip(_BEFORE, (_record.c[metric] for metric in METRICS), strict=True))
    return {**columns, **before}, of_name.outerjoin(_record, of_key), true()


def _staged(checked: Checked, cells: ColumnElement[Any]) -> Iterator[Lines]:
    """Yield the lines that are stored although they look odd, and those that change a record."""
    of_names = stage.join(names, names.c.name == stage.c.name)
    for kind, is_odd in odd_rows(checked.counting).items():
        if kind in checked.warnings:
            yield _columns(kind, "warning", cells), of_names, is_odd
    for metric in METRICS:
        if f"{metric}_fall" in checked.warnings:
            columns = _columns(f"{metric}_fall", "warning", cells)
            before = {f"{metric}_before": falls.c.before}
            falling = of_names.join(falls, falls.c.line == stage.c.line)
            yield {**columns, **before}, falling, falls.c.metric == metric
    if checked.plan.changed:
        rows, of_change, counts = changed_rows(checked.plan)
        columns = _columns("changed", "changed", cells)
        yield {**columns, **dict(zip(_BEFORE, counts, strict=True))}, rows, of_change


def _columns(
    problem: str, outcome: str, cells: ColumnElement[Any]
) -> dict[str, ColumnElement[Any]]:
    nothing = literal([], JSON())
    return {
        "problem": literal(problem),
        "outcome": literal(outcome),
        "line": stage.c.line,
        "cells": cells,
        "date": stage.c.date,
        **{metric: stage.c[metric] for metric in METRICS},
        "reasons": nothing,
        "candidates": nothing,
    }
