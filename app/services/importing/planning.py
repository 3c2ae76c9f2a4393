"""What the staged rows would change in the register: which are new, differ, say the same."""

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.models import METRICS, CountryTotal, Record
from app.services.bulk_totals import FIRST_DAY
from app.services.importing.staging import names, stage, touched

_record = Record.metadata.tables[Record.__tablename__]
of_country = names.c.name == stage.c.name


@dataclass(frozen=True)
class Ready:
    """What was made ready of a plan before the register was locked (see readying)."""

    # Those that change in at least one record.
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """How many staged rows are new to the register, say something else, say the same."""

    outbreak_id: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    # The outbreak has no record yet.
    first: bool = False
    ready: Ready | None = None
    # The changeset for which all records are built beside those of the register.
    built_for: int | None = None
    # The metrics of which a blank cell says that nothing was reported after all.
    blanked: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Tell whether applying would write anything."""
        return bool(self.added or self.changed)


def make_plan(
    session: Session, outbreak_id: int, staged: int, blanked: tuple[str, ...] = ()
) -> Plan:
    """Compare the staged rows, so many, with the register; note what is touched."""
    some = exists().where(CountryTotal.outbreak_id == outbreak_id)
    if session.scalar(select(some)):
        known, changed = session.execute(
            select(func.count(), func.count(case((says_else(blanked), 1)))).select_from(
                stage.join(names, of_country).join(_record, same_key(outbreak_id))
            )
        ).one()
        plan = Plan(outbreak_id, staged - known, changed, known - changed, blanked=blanked)
    else:
        plan = Plan(outbreak_id, added=staged, first=True)
    if plan.writes:
        find_touched(session, plan)
    return plan


def changed_rows(
    plan: Plan,
) -> tuple[FromClause, ColumnElement[bool], list[ColumnElement[int | None]]]:
    """Say where the rows that change a record come from, which they are, what the record says."""
    rows = stage.join(names, of_country).join(_record, same_key(plan.outbreak_id))
    return rows, says_else(plan.blanked), [_record.c[metric] for metric in METRICS]


def same_key(outbreak_id: int, record: FromClause = _record) -> ColumnElement[bool]:
    """Tell whether a record is of a staged row's outbreak, country and day."""
    return and_(
        record.c.outbreak_id == outbreak_id,
        record.c.country_id == names.c.country_id,
        record.c.date == stage.c.date,
    )


def says_else(blanked: tuple[str, ...] = ()) -> ColumnElement[bool]:
    """Tell whether a staged row contradicts the record of its key."""
    # A blank cell says nothing, so it contradicts nothing, unless it was asked to.
    return or_(
        *(
            and_(
                true() if metric in blanked else stage.c[metric].is_not(None),
                _record.c[metric].is_distinct_from(stage.c[metric]),
            )
            for metric in METRICS
        )
    )


def find_touched(session: Session, plan: Plan) -> None:
    """Note in `touched` which countries are written to, each from which day on."""
    if plan.first:
        # Finding each first day would mean sorting all rows; any day before will do.
        which = select(names.c.country_id, literal(FIRST_DAY, Date)).distinct()
        which = which.where(names.c.country_id.is_not(None))
    else:
        which = (
            select(names.c.country_id, func.min(stage.c.date))
            .select_from(
                stage.join(names, of_country).outerjoin(_record, same_key(plan.outbreak_id))
            )
            .where(
                names.c.country_id.is_not(None),
                or_(_record.c.id.is_(None), says_else(plan.blanked)),
            )
            .group_by(names.c.country_id)
        )
    session.execute(delete(touched))
    session.execute(insert(touched).from_select(["country_id", "first_date"], which))
