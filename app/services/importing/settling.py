"""Rows of one country and day, and names that need a decision: what is not stored, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from app.models import METRICS
from app.models.record import MAX_COUNT
from app.services.importing.deciding import GroupChoice
from app.services.importing.report import HELD, LEFT_OUT, Outcome, Problem
from app.services.importing.series import Row, Series
from app.services.importing.staging import chosen, falls, held, repeats, stage

_same_key = and_(repeats.c.name == stage.c.name, repeats.c.date == stage.c.date)


@dataclass
class Repeats:
    """What becomes of several lines of one country and day, and of how many it became.

    Lines that say the same are stored once. Lines that differ are held, all of them, unless it was
    decided otherwise: nobody but a person knows which is right.
    """

    # Of lines that differ: all are held, or left out, or the first or the last is kept.
    conflict: GroupChoice = "hold"
    # Of lines that differ the first gets the sum of all; with `parts` also of lines that do not.
    sums: bool = False
    parts: bool = False
    # Lines that said what an earlier one says, and lines that went into a sum.
    same: int = 0
    summed: int = 0


def settle_repeats(session: Session, series: Series, rules: Repeats) -> None:
    """Put the rows of unsettled names in order, and settle those of one day."""
    if not series.unsettled:
        return
    _choose(session, series.unsettled)
    # As the file has them, so that exactly what was taken in is taken back.
    _take_back(session, series, stage.c.line)
    _put_in_order(session, series, rules)


def merge_names(
    session: Session, series: Series, numbers: Mapping[int, int], rules: Repeats
) -> None:
    """Give names that turned out to be one country one number; `numbers` maps old to new."""
    if not numbers:
        return
    reconsider(session, series, {*numbers, *numbers.values()})
    for old, new in numbers.items():
        for table in (stage, repeats):
            session.execute(update(table).where(table.c.name == old).values(name=new))
    _put_in_order(session, series, rules)


def hold_names(session: Session, series: Series, numbers: Iterable[int], outcome: Outcome) -> None:
    """Hold the rows of names that stand for no country yet, or leave them out."""
    gone = set(numbers)
    if gone:
        reconsider(session, series, gone)
        take_out(session, _is_chosen(), "near_name", outcome)


def reconsider(session: Session, series: Series, numbers: Iterable[int]) -> None:
    """Choose names whose days rise, and take back what was noted of them."""
    _choose(session, numbers)
    _take_back(session, series, stage.c.name, stage.c.date)


def follow_again(session: Session, series: Series) -> None:
    """Take the rows of the chosen names in again, in the order of their days."""
    for rows in chosen_rows(session):
        series.follow(rows)
        note_falls(session, series)


def follow_all(session: Session) -> Series:
    """Take in all staged rows anew, in the order of their days."""
    session.execute(delete(falls))
    session.execute(delete(chosen))
    every = select(stage.c.name).distinct()
    session.execute(insert(chosen).from_select(["name"], every))
    series = Series()
    follow_again(session, series)
    return series


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


def chosen_rows(session: Session, *order: ColumnElement[object]) -> Iterator[Sequence[Row]]:
    """Yield the rows of the chosen names, some at a time, by name and day if not otherwise."""
    columns = (stage.c.line, stage.c.name, cast(stage.c.date, String))
    counts = (stage.c[metric] for metric in METRICS)
    rows = (
        select(*columns, *counts)
        .where(_is_chosen())
        .order_by(*(order or (stage.c.name, stage.c.date)))
    )
    # One part at a time also where the driver would fetch all.
    options = {"yield_per": 1000}
    yield from session.execute(rows, execution_options=options).partitions()


def _take_back(session: Session, series: Series, *order: ColumnElement[object]) -> None:
    note_falls(session, series)
    series.take_back(chosen_rows(session, *order))
    session.execute(delete(falls).where(falls.c.name.in_(select(chosen.c.name))))


def _put_in_order(session: Session, series: Series, rules: Repeats) -> None:
    _find_repeats(session, rules)
    is_repeat = exists().where(_same_key, ~repeats.c.conflict, stage.c.line > repeats.c.line)
    rules.same += _delete_staged(session, is_repeat)
    if rules.sums:
        rules.summed += _sum_parts(session)
    conflicts = exists().where(_same_key, repeats.c.conflict)
    if rules.conflict == "leave_out":
        take_out(session, conflicts, "conflict", LEFT_OUT)
    elif rules.conflict in ("first", "last"):
        kept = repeats.c.line if rules.conflict == "first" else repeats.c.last_line
        others = exists().where(_same_key, repeats.c.conflict, stage.c.line != kept)
        take_out(session, others, "conflict", LEFT_OUT)
    else:
        take_out(session, conflicts, "conflict")
    follow_again(session, series)


def _find_repeats(session: Session, rules: Repeats) -> None:
    if rules.sums or rules.conflict in ("first", "last"):
        # What is settled already may be repeated by a row of another name.
        session.execute(delete(repeats))
    else:
        session.execute(delete(repeats).where(~repeats.c.conflict))
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
    columns = {
        "name": stage.c.name,
        "date": stage.c.date,
        "line": func.min(stage.c.line),
        "last_line": func.max(stage.c.line),
        "conflict": true() if rules.sums and rules.parts else func.coalesce(differ, false()),
        **{metric: func.sum(stage.c[metric]) for metric in METRICS},
    }
    groups = select(*columns.values()).where(_is_chosen()).group_by(stage.c.name, stage.c.date)
    found = groups.having(func.count() > 1)
    session.execute(insert(repeats).from_select(list(columns), found))


def _sum_parts(session: Session) -> int:
    """Give the first line of each day the sum of all; return how many lines went into sums.

    A count is not reported where no line reports it. What is larger than a count can be stays.
    """
    fits = and_(*(func.coalesce(repeats.c[metric], 0) <= MAX_COUNT for metric in METRICS))
    summed = and_(_same_key, repeats.c.conflict, fits)
    sums = {metric: repeats.c[metric] for metric in METRICS}
    session.execute(update(stage).values(**sums).where(summed, stage.c.line == repeats.c.line))
    gone = _delete_staged(session, exists().where(summed, stage.c.line > repeats.c.line))
    session.execute(delete(repeats).where(repeats.c.conflict, fits))
    return gone


def _delete_staged(session: Session, which: ColumnElement[bool]) -> int:
    # The connection answers a DELETE with the number of rows, which a session's answer hides.
    return session.connection().execute(delete(stage).where(which)).rowcount
