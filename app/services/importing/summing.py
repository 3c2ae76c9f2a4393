"""What is new each day added up to totals, on from what the register says."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models import METRICS, Record
from app.models.record import MAX_COUNT
from app.services.importing.report import ImportRefused
from app.services.importing.staging import bases, names, raws, stage
from app.services.messages import Message

_record = Record.metadata.tables[Record.__tablename__]


def sum_up(session: Session, outbreak_id: int) -> None:
    """Turn the staged counts into totals: each country's running sums in the order of its days.

    They go on from its last report before the file's first day. A count that is blank stays
    blank. Raises ImportRefused where a sum is larger than a count can be.
    """
    _find_bases(session, outbreak_id)
    sums = _running_sums().subquery()
    too_large = or_(*(sums.c[metric] > MAX_COUNT for metric in METRICS))
    line = session.scalar(select(func.min(sums.c.line)).where(too_large))
    if line is not None:
        text = "On line %(line)s the sum of the new counts is larger than %(most)s."
        raise ImportRefused(Message(text, line=line, most=f"{MAX_COUNT:,}"))
    said = select(stage.c.line, *(stage.c[metric] for metric in METRICS))
    session.execute(delete(raws))
    session.execute(insert(raws).from_select(["line", *METRICS], said))
    totals = {metric: sums.c[metric] for metric in METRICS}
    session.execute(update(stage).values(**totals).where(stage.c.line == sums.c.line))


def _find_bases(session: Session, outbreak_id: int) -> None:
    """Note what the register says of each country just before the file's first day."""
    first = (
        select(stage.c.name, func.min(stage.c.date).label("date")).group_by(stage.c.name).subquery()
    )
    latest = []
    for metric in METRICS:
        before = and_(
            _record.c.outbreak_id == outbreak_id,
            _record.c.country_id == names.c.country_id,
            _record.c.date < first.c.date,
            _record.c[metric].is_not(None),
        )
        found = select(_record.c[metric]).where(before).order_by(_record.c.date.desc()).limit(1)
        latest.append(found.correlate(names, first).scalar_subquery())
    rows = select(first.c.name, *latest).select_from(
        first.join(names, names.c.name == first.c.name)
    )
    session.execute(delete(bases))
    session.execute(insert(bases).from_select(["name", *METRICS], rows))


def _running_sums() -> Select[Any]:
    columns = []
    for metric in METRICS:
        count = cast(stage.c[metric], BigInteger)
        so_far = func.sum(count).over(partition_by=stage.c.name, order_by=stage.c.date)
        total = func.coalesce(bases.c[metric], 0) + so_far
        columns.append(case((count.is_not(None), total)).label(metric))
    return select(stage.c.line, *columns).join(bases, bases.c.name == stage.c.name)
