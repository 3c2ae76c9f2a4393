"""Rows that look odd and are not to be stored, where that was decided of all of their kind."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import METRICS
from app.services.importing.report import LEFT_OUT, Problem
from app.services.importing.series import Count, Row, Series
from app.services.importing.settling import chosen_rows, follow_again, reconsider, take_out
from app.services.importing.staging import falls, stage
from app.services.importing.warning import odd_rows

_FALLS: dict[str, Problem] = {
    "cases": "cases_fall",
    "deaths": "deaths_fall",
    "recoveries": "recoveries_fall",
}
_ODD: tuple[Problem, ...] = ("sum", "deaths", "future", "ancient")
# Lines named in one statement.
_TOGETHER = 500

# By number of the name: the counts that the register reported last before the file.
Before = Mapping[int, Sequence[Count]]


def leave_out_odd(
    session: Session, series: Series, counting: str, problems: Collection[str]
) -> None:
    """Leave out the rows that look odd by themselves."""
    odd = odd_rows(counting)
    for kind in _ODD:
        if kind not in problems or kind not in odd:
            continue
        numbers = set(session.scalars(select(stage.c.name).where(odd[kind]).distinct()))
        if numbers:
            reconsider(session, series, numbers)
            take_out(session, odd[kind], kind, LEFT_OUT)
            follow_again(session, series)


def leave_out_falls(
    session: Session, series: Series, problems: Collection[str], before: Before
) -> None:
    """Leave out the rows that fall below the last row of their country that is not left out."""
    metrics = [metric for metric in METRICS if _FALLS[metric] in problems]
    falling = select(falls.c.name).where(falls.c.metric.in_(metrics)).distinct()
    numbers = set(session.scalars(falling)) if metrics else set()
    if not numbers:
        return
    reconsider(session, series, numbers)
    rows = (row for part in chosen_rows(session) for row in part)
    dropped = list(_falling(rows, metrics, before))
    for start in range(0, len(dropped), _TOGETHER):
        for metric in metrics:
            part = dropped[start : start + _TOGETHER]
            lines = [line for line, of in part if of == metric]
            if lines:
                take_out(session, stage.c.line.in_(lines), _FALLS[metric], LEFT_OUT)
    follow_again(session, series)


def _falling(
    rows: Iterable[Row], metrics: Sequence[str], before: Before
) -> Iterator[tuple[int, str]]:
    """Yield the lines that fall, each with the metric; they come by country and day."""
    name = -1
    last: list[Count] = []
    for line, number, _, *counts in rows:
        if number != name:
            name, last = number, list(before.get(number, (None, None, None)))
        fallen = [
            metric
            for metric, count, earlier in zip(METRICS, counts, last, strict=True)
            if count is not None and earlier is not None and count < earlier and metric in metrics
        ]
        if fallen:
            yield line, fallen[0]
        else:
            last = [old if new is None else new for old, new in zip(last, counts, strict=True)]
