"""What is said about a country's days, numbered as its table and its curve are marked."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Annotation, Finding
from app.services.annotations import list_annotations

# Accepted findings beyond these are told on their records' pages alone.
MOST_ACCEPTED = 100


@dataclass(frozen=True)
class Mark:
    """A numbered remark on a day: an annotation, or a finding that was accepted with a reason."""

    number: int
    date: dt.date
    annotation: Annotation | None = None
    finding: Finding | None = None


def list_marks(
    session: Session, outbreak_id: int, country_id: int, *, since: dt.date | None
) -> list[Mark]:
    """List a country's annotations, and its findings accepted `since` a day, by day; 2 queries."""
    remarks: list[Annotation | Finding] = [*list_annotations(session, outbreak_id, country_id)]
    if since is not None:
        remarks += _accepted(session, outbreak_id, country_id, since)
    dated = sorted(
        ((remark.date, remark) for remark in remarks if remark.date is not None),
        key=lambda pair: pair[0],
    )
    return [
        Mark(
            number,
            date,
            annotation=remark if isinstance(remark, Annotation) else None,
            finding=remark if isinstance(remark, Finding) else None,
        )
        for number, (date, remark) in enumerate(dated, start=1)
    ]


def _accepted(session: Session, outbreak_id: int, country_id: int, since: dt.date) -> list[Finding]:
    statement = (
        select(Finding)
        .where(
            Finding.outbreak_id == outbreak_id,
            Finding.country_id == country_id,
            Finding.date >= since,
            Finding.state == "accepted",
        )
        .options(joinedload(Finding.decision))
        .order_by(Finding.date.desc(), Finding.id)
        .limit(MOST_ACCEPTED)
    )
    return list(session.scalars(statement))
