"""The kept totals where single records change: per outbreak and day, per outbreak and country."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    RowMapping,
    ScalarSelect,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Session

from app.models import METRICS, CountryTotal, DailyTotal, Record
from app.services.bulk_totals import COUNTRY_COLUMNS, DAY_COLUMNS, add_to_days, put_countries

Key = tuple[int, dt.date]  # country id, date
Counts = tuple[int | None, ...]  # in the order of METRICS
# Day -> column of daily_total -> by how much it moves.
Moves = defaultdict[dt.date, Counter[str]]

_NOTHING: Counts = (None,) * len(METRICS)

_tables = Record.metadata.tables
_record = _tables[Record.__tablename__]
_daily_total = _tables[DailyTotal.__tablename__]
_country_total = _tables[CountryTotal.__tablename__]
_date = bindparam("date", type_=Date)
_of_country = (_record.c.outbreak_id == bindparam("outbreak_id", type_=Integer)) & (
    _record.c.country_id == bindparam("country_id", type_=Integer)
)
# Where a record moves from one day to another, it stands beside neither.
_beside = _of_country & (_record.c.id != bindparam("record_id", type_=Integer))


def _latest(metric: str, among: ColumnElement[bool]) -> ScalarSelect[int | None]:
    """Select the count that is reported last among a country's records."""
    reported = select(_record.c[metric]).where(among, _record.c[metric].is_not(None))
    return reported.order_by(_record.c.date.desc()).limit(1).scalar_subquery()


def _next_day(metric: str) -> ScalarSelect[dt.date]:
    """Select the day on which the country reports the count next."""
    later = _beside & (_record.c.date > _date) & _record.c[metric].is_not(None)
    return select(func.min(_record.c.date)).where(later).scalar_subquery()


# What a country reports around a day, and in all.
_AROUND = select(
    *(
        _latest(metric, _beside & (_record.c.date < _date)).label(f"{metric}_before")
        for metric in METRICS
    ),
    *(_next_day(metric).label(f"{metric}_next") for metric in METRICS),
    *(
        select(found).where(_of_country).scalar_subquery().label(name)
        for name, found in (
            ("reports", func.count()),
            ("first_date", func.min(_record.c.date)),
            ("last_date", func.max(_record.c.date)),
        )
    ),
    *(_latest(metric, _of_country).label(metric) for metric in METRICS),
)


def follow(
    session: Session, record: Record, before: Mapping[Key, Counts], after: Mapping[Key, Counts]
) -> None:
    """Let the totals follow a record that was written: what it said before, and says now."""
    outbreak_id = record.outbreak_id
    moves: Moves = defaultdict(Counter)
    countries: dict[int, RowMapping] = {}
    for key in {**before, **after}:
        country_id, date = key
        asked = {"outbreak_id": outbreak_id, "country_id": country_id, "date": date}
        around = session.execute(_AROUND, {**asked, "record_id": record.id}).mappings().one()
        _move(moves, date, before.get(key), after.get(key), around)
        countries[country_id] = around
    _keep_days(session, outbreak_id, moves)
    _keep_countries(session, outbreak_id, countries)


def _move(
    moves: Moves, date: dt.date, before: Counts | None, after: Counts | None, around: RowMapping
) -> None:
    """Note by how much the day moves, and those on which the country reports a count next."""
    moves[date]["reports"] += (after is not None) - (before is not None)
    counts = zip(METRICS, before or _NOTHING, after or _NOTHING, strict=True)
    for metric, old, new in counts:
        moves[date][metric] += (new or 0) - (old or 0)
        # Where a count is not reported, the one before it stays the last that is known.
        known = around[f"{metric}_before"] or 0
        step = (known if new is None else new) - (known if old is None else old)
        moves[date][f"{metric}_step"] += step
        following = around[f"{metric}_next"]
        if following is not None:
            moves[following][f"{metric}_step"] -= step


def _keep_days(session: Session, outbreak_id: int, moves: Moves) -> None:
    rows = [
        {"outbreak_id": outbreak_id, "date": date} | {name: moved[name] for name in DAY_COLUMNS}
        for date, moved in moves.items()
        if any(moved.values())
    ]
    if rows:
        add_to_days(session, rows)
    left = [date for date, moved in moves.items() if moved["reports"] < 0]
    if left:
        session.execute(
            delete(_daily_total).where(
                _daily_total.c.outbreak_id == outbreak_id,
                _daily_total.c.date.in_(left),
                _daily_total.c.reports == 0,
            )
        )


def _keep_countries(session: Session, outbreak_id: int, totals: Mapping[int, RowMapping]) -> None:
    rows = [
        {"outbreak_id": outbreak_id, "country_id": country_id}
        | {name: total[name] for name in COUNTRY_COLUMNS}
        for country_id, total in totals.items()
        if total["reports"]
    ]
    if rows:
        put_countries(session, rows)
    left = [country_id for country_id, total in totals.items() if not total["reports"]]
    if left:
        session.execute(
            delete(_country_total).where(
                _country_total.c.outbreak_id == outbreak_id,
                _country_total.c.country_id.in_(left),
            )
        )
