"""The kept totals: per outbreak and day, per outbreak and country (see models.totals)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import METRICS, CountryTotal, DailyTotal, Record

Key = tuple[int, dt.date]  # country id, date
# (date, column of daily_total) -> what a country adds to it
Shares = Counter[tuple[dt.date, str]]


@contextmanager
def kept(session: Session, outbreak_id: int, keys: Collection[Key]) -> Iterator[None]:
    """Keep the totals true while the block changes the records of these few keys."""
    session.flush()
    before = _shares(session, outbreak_id, keys)
    yield
    session.flush()
    after = _shares(session, outbreak_id, keys)
    after.subtract(before)
    _add_to_days(session, outbreak_id, after)
    for country_id in {country_id for country_id, _ in keys}:
        _refresh_country(session, outbreak_id, country_id)
    session.flush()


def _shares(session: Session, outbreak_id: int, keys: Collection[Key]) -> Shares:
    """Say what the countries of the keys add to the days which those keys can move."""
    shares: Shares = Counter()
    touched = {
        (country_id, day)
        for country_id, date in keys
        for day in _moved_days(session, outbreak_id, country_id, date)
    }
    for country_id, day in touched:
        record = session.execute(
            select(Record.cases, Record.deaths, Record.recoveries).where(
                Record.outbreak_id == outbreak_id,
                Record.country_id == country_id,
                Record.date == day,
            )
        ).one_or_none()
        if record is None:
            continue
        shares[day, "reports"] += 1
        for metric, count in zip(METRICS, record, strict=True):
            if count is not None:
                shares[day, metric] += count
                last = _last_count(session, outbreak_id, country_id, metric, before=day)
                shares[day, f"{metric}_step"] += count - (last or 0)
    return shares


def _moved_days(session: Session, outbreak_id: int, country_id: int, date: dt.date) -> set[dt.date]:
    """List the day itself and, for each metric, the country's next report of it."""
    days = {date}
    for metric in METRICS:
        following = session.scalar(
            select(Record.date)
            .where(
                Record.outbreak_id == outbreak_id,
                Record.country_id == country_id,
                Record.date > date,
                _column(metric).is_not(None),
            )
            .order_by(Record.date)
            .limit(1)
        )
        if following is not None:
            days.add(following)
    return days


def _last_count(
    session: Session,
    outbreak_id: int,
    country_id: int,
    metric: str,
    *,
    before: dt.date | None = None,
) -> int | None:
    """Return the country's latest reported count of a metric, of all days or before one."""
    statement = select(_column(metric)).where(
        Record.outbreak_id == outbreak_id,
        Record.country_id == country_id,
        _column(metric).is_not(None),
    )
    if before is not None:
        statement = statement.where(Record.date < before)
    return session.scalar(statement.order_by(Record.date.desc()).limit(1))


def _column(metric: str) -> InstrumentedAttribute[int | None]:
    column: InstrumentedAttribute[int | None] = getattr(Record, metric)
    return column


def _add_to_days(session: Session, outbreak_id: int, differences: Shares) -> None:
    for (date, column), difference in differences.items():
        if not difference:
            continue
        total = session.get(DailyTotal, (outbreak_id, date), with_for_update=True)
        if total is None:
            total = _empty_day(outbreak_id, date)
            session.add(total)
        setattr(total, column, getattr(total, column) + difference)
        session.flush()
    for date in {date for date, _ in differences}:
        total = session.get(DailyTotal, (outbreak_id, date))
        if total is not None and total.reports == 0:
            session.delete(total)


def _empty_day(outbreak_id: int, date: dt.date) -> DailyTotal:
    columns = ("reports", *METRICS, *(f"{metric}_step" for metric in METRICS))
    return DailyTotal(outbreak_id=outbreak_id, date=date, **dict.fromkeys(columns, 0))


def _refresh_country(session: Session, outbreak_id: int, country_id: int) -> None:
    """Reckon a country's total again from its own records."""
    total = session.get(CountryTotal, (outbreak_id, country_id), with_for_update=True)
    reports, first, last = session.execute(
        select(func.count(), func.min(Record.date), func.max(Record.date)).where(
            Record.outbreak_id == outbreak_id, Record.country_id == country_id
        )
    ).one()
    if not reports:
        if total is not None:
            session.delete(total)
        return
    if total is None:
        total = CountryTotal(outbreak_id=outbreak_id, country_id=country_id)
        session.add(total)
    total.reports, total.first_date, total.last_date = reports, first, last
    for metric in METRICS:
        setattr(total, metric, _last_count(session, outbreak_id, country_id, metric))
