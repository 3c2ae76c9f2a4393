"""Rows of one country and day, and names that need a decision: what is not stored, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models import METRICS
from app.services.importing.report import HELD, Outcome, Problem
from app.services.importing.series import Row, Series
from app.services.importing.staging import chosen, falls, held, repeats, stage

_same_key = and_(repeats.c.name == stage.c.name, repeats.c.date == stage.c.date)


def settle_repeats(session: Session, series: Series) -> int:
    """Put the rows of unsettled names in order; return how many said what an earlier line says.

    Lines of one country and day that say the same are stored once. Lines that differ are held,
    all of them: nobody but a person knows which is right.
    """
    if not series.unsettled:
        return 0
    _choose(session, series.unsettled)
    # As the file has them, so that exactly what was taken in is taken back.
    _take_back(session, series, stage.c.line)
    return _put_in_order(session, series)


def merge_names(session: Session, series: Series, numbers: Mapping[int, int]) -> int:
    """Give names that turned out to be one country one number; `numbers` maps old to new.

    Returns how many of their rows say what an earlier line says.
    """
    if not numbers:
        return 0
    _choose(session, {*numbers, *numbers.values()})
    _take_back(session, series, stage.c.name, stage.c.date)
    for old, new in numbers.items():
        for table in (stage, repeats):
            session.execute(update(table).where(table.c.name == old).values(name=new))
    return _put_in_order(session, series)


def hold_names(session: Session, series: Series, numbers: Iterable[int]) -> None:
    """Hold the rows of names that stand for no country yet."""
    gone = set(numbers)
    if gone:
        _choose(session, gone)
        _take_back(session, series, stage.c.name, stage.c.date)
        take_out(session, _is_chosen(), "near_name")


def take_out(
    session: Session, which: ColumnElement[bool], problem: Problem, outcome: Outcome = HELD
) -> int:
    """Move rows from the stage to those that are not stored; return how many."""
    columns = (stage.c.line, stage.c.name, stage.c.date, *(stage.c[metric] for metric in METRICS))
    rows = select(*columns, literal(problem), literal(outcome)).where(which)
    session.execute(insert(held).from_select(list(held.c.keys()), rows))
    return _delete_staged(session, which)


def note_falls(session: Session, series: Series, *, first: bool = False) -> None:
    """Put the falls that were noted into their table; `first` ones are below the register's."""
    if series.falls:
        columns = ("line", "name", "metric", "count", "before", "first")
        rows = [dict(zip(columns, (*fall, first), strict=True)) for fall in series.falls]
        session.execute(insert(falls), rows)
        series.falls.clear()


def _choose(session: Session, numbers: Iterable[int]) -> None:
    session.execute(delete(chosen))
    session.execute(insert(chosen), [{"name": number} for number in sorted(numbers)])


def _is_chosen() -> ColumnElement[bool]:
    return stage.c.name.in_(select(chosen.c.name))


def _chosen_rows(session: Session, *order: ColumnElement[object]) -> Iterator[Sequence[Row]]:
    columns = (stage.c.line, stage.c.name, cast(stage.c.date, String))
    counts = (stage.c[metric] for metric in METRICS)
    rows = select(*columns, *counts).where(_is_chosen()).order_by(*order)
    # One part at a time also where the driver would fetch all.
    options = {"yield_per": 1000}
    yield from session.execute(rows, execution_options=options).partitions()


def _take_back(session: Session, series: Series, *order: ColumnElement[object]) -> None:
    note_falls(session, series)
    series.take_back(_chosen_rows(session, *order))
    session.execute(delete(falls).where(falls.c.name.in_(select(chosen.c.name))))


def _put_in_order(session: Session, series: Series) -> int:
    _find_repeats(session)
    repeated = _delete_staged(
        session, exists().where(_same_key, ~repeats.c.conflict, stage.c.line > repeats.c.line)
    )
    take_out(session, exists().where(_same_key, repeats.c.conflict), "conflict")
    for rows in _chosen_rows(session, stage.c.name, stage.c.date):
        series.follow(rows)
        note_falls(session, series)
    return repeated


def _find_repeats(session: Session) -> None:
    differ = or_(
        *(
            or_(
                func.min(stage.c[metric]) != func.max(stage.c[metric]),
                # Reported on one line and not on the other.
                func.count(stage.c[metric]).between(1, func.count() - 1),
            )
            for metric in METRICS
        )
    )
    session.execute(
        insert(repeats).from_select(
            ["name", "date", "line", "conflict"],
            select(
                stage.c.name,
                stage.c.date,
                func.min(stage.c.line),
                func.coalesce(differ, False),
            )
            .where(_is_chosen())
            .group_by(stage.c.name, stage.c.date)
            .having(func.count() > 1),
        )
    )


def _delete_staged(session: Session, which: ColumnElement[bool]) -> int:
    # The connection answers a DELETE with the number of rows, which a session's answer hides.
    return session.connection().execute(delete(stage).where(which)).rowcount
