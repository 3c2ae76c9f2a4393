"""Where the outbreak stands, for the first page."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.database import utc_now
from app.models import Changeset, Country, CountryTotal, DailyTotal, Import, Outbreak, Todo
from app.services.countries import list_standings
from app.services.findings import RuleCount, count_open_by_rule
from app.services.history import RecordChange, of_single


@dataclass(frozen=True)
class Standing:
    """The latest counts of all countries together, and what the latest day added to them."""

    date: dt.date
    countries: int
    cases: int | None
    deaths: int | None
    recoveries: int | None
    day: DailyTotal | None


@dataclass(frozen=True)
class Overview:
    """What the first page shows; `standing` is None while the register is empty."""

    outbreak: Outbreak | None
    standing: Standing | None
    countries: list[tuple[Country, CountryTotal]]
    changes: list[Changeset]
    # What those changes of a single record did, by changeset id.
    single: dict[int, RecordChange]
    imported: Import | None
    # Open findings by rule, and how many to-dos should have been done by now.
    findings: list[RuleCount]
    overdue: int


def describe(session: Session, *, changes: int) -> Overview:
    """Describe where the default outbreak stands; 12 queries at most, whatever its size."""
    outbreak = session.scalar(select(Outbreak).where(Outbreak.is_default))
    if outbreak is None:
        return Overview(None, None, [], [], {}, None, [], 0)
    latest = list(session.scalars(_latest_changes(outbreak.id, changes)))
    return Overview(
        outbreak,
        _standing(session, outbreak.id),
        list_standings(session, outbreak.id),
        latest,
        of_single(session, latest),
        session.scalar(_latest_import(outbreak.id)),
        count_open_by_rule(session, outbreak.id),
        _count_overdue(session),
    )


def _count_overdue(session: Session) -> int:
    overdue = Todo.done_at.is_(None), Todo.due < utc_now().date()
    return session.scalar(select(func.count()).where(*overdue)) or 0


def _standing(session: Session, outbreak_id: int) -> Standing | None:
    date, countries, cases, deaths, recoveries = session.execute(
        select(
            func.max(CountryTotal.last_date),
            func.count(),
            func.sum(CountryTotal.cases),
            func.sum(CountryTotal.deaths),
            func.sum(CountryTotal.recoveries),
        ).where(CountryTotal.outbreak_id == outbreak_id)
    ).one()
    if date is None:
        return None
    day = session.get(DailyTotal, (outbreak_id, date))
    return Standing(date, countries, cases, deaths, recoveries, day)


def _latest_changes(outbreak_id: int, limit: int) -> Select[Changeset]:
    return (
        select(Changeset)
        .where(Changeset.outbreak_id == outbreak_id)
        .options(joinedload(Changeset.source_import))
        .order_by(Changeset.id.desc())
        .limit(limit)
    )


def _latest_import(outbreak_id: int) -> Select[Import]:
    return (
        select(Import)
        .where(Import.outbreak_id == outbreak_id, Import.status == "applied")
        .order_by(Import.id.desc())
        .limit(1)
    )
