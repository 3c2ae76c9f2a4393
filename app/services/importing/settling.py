"""Rows of one country and day, and names that need a decision: what is not stored, and why."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models import METRICS
from app.services.importing.report import HELD, MOST_LISTED, RowLeftOut, RowsLeftOut
from app.services.importing.series import Row, Series
from app.services.importing.staging import chosen, repeats, stage

_same_key = and_(repeats.c.name == stage.c.name, repeats.c.date == stage.c.date)


def settle_repeats(session: Session, series: Series, held: RowsLeftOut) -> int:
    """Put the rows of unsettled names in order; return how many said what an earlier line says.

    Lines of one country and day that say the same are stored once. Lines that differ are held,
    all of them: nobody but a person knows which is right.
    """
    if not series.unsettled:
        return 0
    _choose(session, series.unsettled)
    # As the file has them, so that exactly what was taken in is taken back.
    series.take_back(_chosen_rows(session, stage.c.line))
    return _put_in_order(session, series, held)


def merge_names(
    session: Session, series: Series, numbers: Mapping[int, int], held: RowsLeftOut
) -> int:
    """Give names that turned out to be one country one number; `numbers` maps old to new.

    Returns how many of their rows say what an earlier line says.
    """
    if not numbers:
        return 0
    _choose(session, {*numbers, *numbers.values()})
    series.take_back(_chosen_rows(session, stage.c.name, stage.c.date))
    for old, new in numbers.items():
        for table in (stage, repeats):
            session.execute(update(table).where(table.c.name == old).values(name=new))
    return _put_in_order(session, series, held)


def hold_names(session: Session, series: Series, held: RowsLeftOut, numbers: Iterable[int]) -> None:
    """Hold the rows of names that stand for no country yet."""
    gone = set(numbers)
    if gone:
        _choose(session, gone)
        series.take_back(_chosen_rows(session, stage.c.name, stage.c.date))
        _hold(session, held, _is_chosen())


def _choose(session: Session, numbers: Iterable[int]) -> None:
    session.execute(delete(chosen))
    session.execute(insert(chosen), [{"name": number} for number in sorted(numbers)])


def _is_chosen() -> ColumnElement[bool]:
    return stage.c.name.in_(select(chosen.c.name))


def _chosen_rows(session: Session, *order: ColumnElement[object]) -> Iterator[Row]:
    columns = (stage.c.line, stage.c.name, cast(stage.c.date, String))
    counts = (stage.c[metric] for metric in METRICS)
    rows = select(*columns, *counts).where(_is_chosen()).order_by(*order)
    for part in session.execute(rows).partitions(1000):
        yield from part


def _put_in_order(session: Session, series: Series, held: RowsLeftOut) -> int:
    _find_repeats(session)
    repeated = _delete_staged(
        session, exists().where(_same_key, ~repeats.c.conflict, stage.c.line > repeats.c.line)
    )
    _hold(session, held, exists().where(_same_key, repeats.c.conflict))
    series.follow(_chosen_rows(session, stage.c.name, stage.c.date))
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


def _hold(session: Session, held: RowsLeftOut, which: ColumnElement[bool]) -> None:
    """Take rows out of the stage; those that can be listed are."""
    room = MOST_LISTED - len(held.listed)
    listed = session.execute(select(stage).where(which).order_by(stage.c.line).limit(room))
    for line, name, date, *counts in listed:
        cases, deaths, recoveries = counts
        held.listed.append(
            RowLeftOut(line, HELD, {}, [], name=name, date=date, counts=(cases, deaths, recoveries))
        )
    held.count += _delete_staged(session, which)


def _delete_staged(session: Session, which: ColumnElement[bool]) -> int:
    # The connection answers a DELETE with the number of rows, which a session's answer hides.
    return session.connection().execute(delete(stage).where(which)).rowcount
