"""The staged rows into the register: what is new, what changes, and nothing else is written."""

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models import METRICS, Changeset, CountryTotal, Record, RecordVersion
from app.services.bulk_totals import FIRST_DAY, Days, kept_in_bulk
from app.services.importing.loading import fast_loading
from app.services.importing.staging import names, stage, touched

_record = Record.metadata.tables[Record.__tablename__]
_version = Record.metadata.tables[RecordVersion.__tablename__]
_of_country = names.c.name == stage.c.name


@dataclass(frozen=True)
class Plan:
    """How many staged rows are new to the register, say something else, say the same."""

    outbreak_id: int
    added: int
    changed: int
    same: int
    # The outbreak has no record yet.
    first: bool

    @property
    def writes(self) -> bool:
        """Tell whether applying would write anything."""
        return bool(self.added or self.changed)


def make_plan(session: Session, outbreak_id: int) -> Plan:
    """Compare the staged rows with the register."""
    staged = session.scalar(select(func.count()).select_from(stage)) or 0
    some = exists().where(CountryTotal.outbreak_id == outbreak_id)
    if not session.scalar(select(some)):
        return Plan(outbreak_id, added=staged, changed=0, same=0, first=True)
    known, changed = session.execute(
        select(func.count(), func.count(case((_says_else(), 1)))).select_from(
            stage.join(names, _of_country).join(_record, _same_key(outbreak_id))
        )
    ).one()
    return Plan(outbreak_id, staged - known, changed, known - changed, first=False)


def apply_plan(session: Session, plan: Plan, changeset: Changeset, days: Days) -> None:
    """Write what the plan found under the changeset, with versions and totals.

    `days` are the totals of the staged rows by day: of an outbreak's first import, the register's.
    """
    changeset.added, changeset.changed = plan.added, plan.changed
    session.flush()
    _find_touched(session, plan)
    known_days = days if plan.first else None
    with kept_in_bulk(session, plan.outbreak_id, touched, known_days):
        if plan.changed:
            _keep_versions(session, plan.outbreak_id, changeset.id)
            _change(session, plan.outbreak_id, changeset.id)
        if plan.added:
            with fast_loading(session, plan.added):
                _add(session, plan, changeset.id)
    session.expire_all()


def _same_key(outbreak_id: int, record: FromClause = _record) -> ColumnElement[bool]:
    return and_(
        record.c.outbreak_id == outbreak_id,
        record.c.country_id == names.c.country_id,
        record.c.date == stage.c.date,
    )


def _says_else() -> ColumnElement[bool]:
    # A blank cell says nothing, so it contradicts nothing.
    return or_(
        *(
            and_(
                stage.c[metric].is_not(None),
                _record.c[metric].is_distinct_from(stage.c[metric]),
            )
            for metric in METRICS
        )
    )


def _find_touched(session: Session, plan: Plan) -> None:
    """Note which countries are written to, each from which day on."""
    if plan.first:
        # Finding each first day would mean sorting all rows; any day before will do.
        which = select(names.c.country_id, literal(FIRST_DAY, Date)).distinct()
        which = which.where(names.c.country_id.is_not(None))
    else:
        which = (
            select(names.c.country_id, func.min(stage.c.date))
            .select_from(
                stage.join(names, _of_country).outerjoin(_record, _same_key(plan.outbreak_id))
            )
            .where(or_(_record.c.id.is_(None), _says_else()))
            .group_by(names.c.country_id)
        )
    session.execute(delete(touched))
    session.execute(insert(touched).from_select(["country_id", "first_date"], which))


def _keep_versions(session: Session, outbreak_id: int, changeset_id: int) -> None:
    same = [
        column.name for column in _version.c if column.name in _record.c and column.name != "id"
    ]
    states = (
        select(
            *(_record.c[name] for name in same),
            _record.c.id,
            _record.c.changeset_id,
            literal(changeset_id),
        )
        .select_from(stage.join(names, _of_country).join(_record, _same_key(outbreak_id)))
        .where(_says_else())
    )
    columns = [*same, "record_id", "from_changeset_id", "to_changeset_id"]
    session.execute(insert(_version).from_select(columns, states))


def _change(session: Session, outbreak_id: int, changeset_id: int) -> None:
    new = {metric: func.coalesce(stage.c[metric], _record.c[metric]) for metric in METRICS}
    session.execute(
        update(_record)
        .values(
            **new,
            line=stage.c.line,
            changeset_id=changeset_id,
            revision=_record.c.revision + 1,
        )
        .where(_of_country, _same_key(outbreak_id), _says_else())
    )


def _add(session: Session, plan: Plan, changeset_id: int) -> None:
    columns = ["outbreak_id", "country_id", "date", *METRICS, "line", "changeset_id", "revision"]
    rows: Select[tuple[object, ...]] = select(
        literal(plan.outbreak_id),
        names.c.country_id,
        stage.c.date,
        *(stage.c[metric] for metric in METRICS),
        stage.c.line,
        literal(changeset_id),
        literal(1),
    ).select_from(stage.join(names, _of_country))
    if not plan.first:
        known = _record.alias("known")
        rows = rows.where(~exists(select(known.c.id).where(_same_key(plan.outbreak_id, known))))
    session.execute(insert(_record).from_select(columns, rows))
