"""The kept totals where many rows change: by statements over whole sets of countries."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from app.models import METRICS, Country, CountryTotal, DailyTotal, Record
from app.services.bulk_loading import small_cache

FIRST_DAY = dt.date(1, 1, 1)
DAY_COLUMNS = ("reports", *METRICS, *(f"{metric}_step" for metric in METRICS))
COUNTRY_COLUMNS = ("reports", "first_date", "last_date", *METRICS)
# Day as yyyy-mm-dd -> the columns of daily_total, in the order of DAY_COLUMNS.
Days = Mapping[str, Sequence[int]]
# Rows of a table: selected, or by the names of their columns.
Rows = Select[Any] | Sequence[Mapping[str, Any]]

_tables = Record.metadata.tables
_record = _tables[Record.__tablename__]
_country = _tables[Country.__tablename__]
_daily_total = _tables[DailyTotal.__tablename__]
_country_total = _tables[CountryTotal.__tablename__]


@contextmanager
def kept_in_bulk(
    session: Session, outbreak_id: int, touched: Table, days: Days | None = None
) -> Iterator[None]:
    """Keep the totals true while the block changes records of many countries.

    `touched` holds country_id and first_date: what is changed lies on that day or after it.
    `days` spares reckoning the days where the caller knows them: the outbreak had no record and
    these are the totals of all that is added.
    """
    if days is None:
        move_days(session, outbreak_id, touched, -1)
    yield
    if days is None:
        move_days(session, outbreak_id, touched, 1)
        empty = (_daily_total.c.outbreak_id == outbreak_id) & (_daily_total.c.reports == 0)
        session.execute(delete(_daily_total).where(empty))
        _refresh_countries(session, outbreak_id, touched)
    else:
        _store_days(session, outbreak_id, days)
        # All over the register, each place looked at once: nothing is worth keeping.
        with small_cache(session):
            _refresh_countries(session, outbreak_id, touched)


def is_most(session: Session, outbreak_id: int, records: int) -> bool:
    """Tell whether so many records are most of an outbreak's, so that `reckon_anew` costs less."""
    present = select(func.sum(CountryTotal.reports)).where(CountryTotal.outbreak_id == outbreak_id)
    return 2 * records >= (session.scalar(present) or 0)


def reckon_anew(session: Session, outbreak_id: int, touched: Table) -> None:
    """Reckon an outbreak's totals from its records, whatever was kept before.

    For when most records go or change; `touched` is filled here, with every country.
    """
    for total in (_daily_total, _country_total):
        session.execute(delete(total).where(total.c.outbreak_id == outbreak_id))
    session.execute(delete(touched))
    every = select(_country.c.id, literal(FIRST_DAY, Date))
    session.execute(insert(touched).from_select(["country_id", "first_date"], every))
    move_days(session, outbreak_id, touched, 1)
    _refresh_countries(session, outbreak_id, touched)


def _store_days(session: Session, outbreak_id: int, days: Days) -> None:
    rows = [
        {
            "outbreak_id": outbreak_id,
            "date": dt.date.fromisoformat(day),
            **dict(zip(DAY_COLUMNS, total, strict=True)),
        }
        for day, total in sorted(days.items())
    ]
    if rows:
        session.execute(insert(_daily_total), rows)


def move_days(
    session: Session,
    outbreak_id: int,
    touched: Table,
    sign: int,
    *,
    records: Table = _record,
    into: Table = _daily_total,
) -> None:
    """Add to each day, or take from it, what the touched countries make of it from theirs on."""
    # The sum keeps SQLite from reading all records and looking each one's country up in `touched`.
    of_touched = records.c.country_id == touched.c.country_id + 0
    shares = (
        select(
            records.c.date,
            *(records.c[metric] for metric in METRICS),
            *(_step(metric, touched, records) for metric in METRICS),
        )
        .select_from(
            touched.join(
                records,
                and_(
                    records.c.outbreak_id == outbreak_id,
                    of_touched,
                    records.c.date >= touched.c.first_date,
                ),
            )
        )
        .subquery()
    )
    sums = [sign * func.coalesce(func.sum(shares.c[name]), 0) for name in DAY_COLUMNS[1:]]
    moves = (
        select(literal(outbreak_id), shares.c.date, sign * func.count(), *sums)
        # Always true; without it SQLite reads ON CONFLICT as part of the FROM.
        .where(shares.c.date.is_not(None))
        .group_by(shares.c.date)
    )
    add_to_days(session, moves, into)


def add_to_days(session: Session, moves: Rows, days: Table = _daily_total) -> None:
    """Add to the days what moves them: rows of the columns of daily_total."""
    _upsert(session, days, ("outbreak_id", "date"), DAY_COLUMNS, moves, adds=True)


def put_countries(session: Session, states: Rows) -> None:
    """Put rows of the columns of country_total in the place of the countries' own."""
    keys = ("outbreak_id", "country_id")
    _upsert(session, _country_total, keys, COUNTRY_COLUMNS, states, adds=False)


def _step(metric: str, touched: Table, records: Table) -> ColumnElement[int]:
    """By how much a record moves the sum of every country's last known count."""
    count = records.c[metric]
    # The loop over `touched` gives this order; a partition by the record's country would sort.
    before = func.lag(count).over(partition_by=touched.c.country_id, order_by=records.c.date)
    # Searched only where the row before does not report the count, or is not among the touched.
    searched = latest(metric, records.c.country_id, records.c.outbreak_id, records.c.date, records)
    step = count - func.coalesce(before, searched, 0)
    return case((count.is_not(None), step), else_=0).label(f"{metric}_step")


def latest(
    metric: str,
    country_id: ColumnElement[int],
    outbreak_id: ColumnElement[int],
    before: ColumnElement[dt.date] | None = None,
    records: Table = _record,
) -> ScalarSelect[int]:
    """Select a country's latest reported count, of all days or before one."""
    earlier = records.alias("earlier")
    statement = select(earlier.c[metric]).where(
        earlier.c.outbreak_id == outbreak_id,
        earlier.c.country_id == country_id,
        earlier.c[metric].is_not(None),
    )
    if before is not None:
        statement = statement.where(earlier.c.date < before)
    return statement.order_by(earlier.c.date.desc()).limit(1).scalar_subquery()


def _refresh_countries(session: Session, outbreak_id: int, touched: Table) -> None:
    """Reckon the touched countries' totals again; one without a record has none."""
    of_country = and_(
        _record.c.outbreak_id == outbreak_id, _record.c.country_id == touched.c.country_id
    )
    counted = [
        select(found).where(of_country).correlate(touched).scalar_subquery()
        for found in (func.count(), func.min(_record.c.date), func.max(_record.c.date))
    ]
    last = [latest(metric, touched.c.country_id, literal(outbreak_id)) for metric in METRICS]
    some = exists().where(of_country).correlate(touched)
    states = select(literal(outbreak_id), touched.c.country_id, *counted, *last).where(some)
    put_countries(session, states)
    last_gone = select(touched.c.country_id).where(~some)
    session.execute(
        delete(_country_total).where(
            _country_total.c.outbreak_id == outbreak_id,
            _country_total.c.country_id.in_(last_gone),
        )
    )


def _upsert(
    session: Session,
    table: Table,
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Rows,
    *,
    adds: bool,
) -> None:
    """Insert rows; where a key is there already, add their values to it or put them in place."""
    statement = _insert(session, table)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=list(keys),
        set_={name: table.c[name] + new[name] if adds else new[name] for name in columns},
    )
    if isinstance(rows, Select):
        session.execute(statement.from_select([*keys, *columns], rows))
    else:
        session.execute(statement, rows)


def _insert(session: Session, table: Table) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    # Loading it takes as long as importing ten thousand rows.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
