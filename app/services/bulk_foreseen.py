"""The kept totals as they will be, reckoned before records are written, on SQLite.

What takes time then happens while nobody waits for the register (see importing.readying).
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Integer,
    MetaData,
    Table,
    and_,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from app.models import METRICS, CountryTotal
from app.services.bulk_totals import (
    COUNTRY_COLUMNS,
    DAY_COLUMNS,
    FIRST_DAY,
    add_to_days,
    latest,
    move_days,
    put_countries,
)

_foreseen = MetaData()
_country_total = CountryTotal.metadata.tables[CountryTotal.__tablename__]

# What the touched countries will have reported, each from its first touched day on. A row on
# FIRST_DAY says what they reported last before that.
series = Table(
    "foreseen_record",
    _foreseen,
    Column("outbreak_id", Integer, primary_key=True),
    Column("country_id", Integer, primary_key=True),
    Column("date", Date, primary_key=True),
    *(Column(metric, Integer) for metric in METRICS),
    # 1 where the record is new.
    Column("added", Integer, server_default="0"),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
# By how much each day moves.
_days = Table(
    "foreseen_day",
    _foreseen,
    Column("outbreak_id", Integer, primary_key=True),
    Column("date", Date, primary_key=True),
    *(Column(name, BigInteger) for name in DAY_COLUMNS),
    prefixes=["TEMPORARY"],
)
_countries = Table(
    "foreseen_country",
    _foreseen,
    Column("outbreak_id", Integer),
    Column("country_id", Integer),
    *(Column(name, Date if name.endswith("_date") else Integer) for name in COUNTRY_COLUMNS),
    prefixes=["TEMPORARY"],
)


def begin_series(session: Session, outbreak_id: int, touched: Table) -> None:
    """Create the tables; note in `series` what the touched countries reported last before."""
    _foreseen.create_all(session.connection(), checkfirst=False)
    country_id, first_date = touched.c.country_id, touched.c.first_date
    before = [latest(metric, country_id, literal(outbreak_id), first_date) for metric in METRICS]
    bases = select(literal(outbreak_id), country_id, literal(FIRST_DAY, Date), *before)
    columns = ["outbreak_id", "country_id", "date", *METRICS]
    session.execute(insert(series).from_select(columns, bases))


def foresee(session: Session, outbreak_id: int, touched: Table) -> None:
    """Reckon the totals that the records of `series` will make, once those are all there."""
    move_days(session, outbreak_id, touched, -1, into=_days)
    move_days(session, outbreak_id, touched, 1, records=series, into=_days)
    found = (
        select(
            series.c.country_id,
            func.sum(series.c.added).label("added"),
            func.max(series.c.date).label("last_date"),
        )
        .group_by(series.c.country_id)
        .subquery()
    )
    total, first_date = _country_total, touched.c.first_date
    country_id = touched.c.country_id
    states = select(
        literal(outbreak_id),
        country_id,
        func.coalesce(total.c.reports, 0) + found.c.added,
        func.min(func.coalesce(total.c.first_date, first_date), first_date),
        found.c.last_date,
        *(latest(metric, country_id, literal(outbreak_id), records=series) for metric in METRICS),
    ).select_from(
        touched.join(found, found.c.country_id == country_id).outerjoin(
            total, and_(total.c.outbreak_id == outbreak_id, total.c.country_id == country_id)
        )
    )
    session.execute(insert(_countries).from_select(_countries.columns.keys(), states))


def put_foreseen(session: Session) -> None:
    """Let the totals be as they were foreseen, now that the records are written."""
    # Without a condition SQLite reads ON CONFLICT as part of the FROM.
    add_to_days(session, select(_days).where(_days.c.date.is_not(None)))
    put_countries(session, select(_countries).where(_countries.c.country_id.is_not(None)))
