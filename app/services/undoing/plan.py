"""Which records an undoing writes to, found by statements over whole sets."""

from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session

from app.services.bulk_loading import look_at_sizes
from app.services.undoing.states import (
    KEY,
    began,
    began_by,
    ended,
    ended_by,
    key_differs,
    record,
    says_what_began,
)

# Apart from the register's own tables: these live as long as one undoing.
_temporary = MetaData()

# A record to take back: the state it goes back to, or NULL to be removed.
planned = Table(
    "undo_record",
    _temporary,
    Column("record_id", Integer, primary_key=True, autoincrement=False),
    Column("version_id", Integer),
    Column("is_there", Boolean, nullable=False),
    # Its country or day becomes another one, or it has none at present.
    Column("arrives", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)
# Countries that are written to, each from its first day on.
touched = Table(
    "undo_touched",
    _temporary,
    Column("country_id", Integer, primary_key=True, autoincrement=False),
    Column("first_date", Date),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True)
class Plan:
    """How many records are removed, set back to what they said before, and put back."""

    removed: int
    set_back: int
    put_back: int

    @property
    def written(self) -> int:
        """Return how many records are written to."""
        return self.removed + self.set_back + self.put_back


def make_plan(session: Session, changeset_id: int) -> Plan:
    """Find the records that say what the changeset left them saying and can go back."""
    drop_plan(session)
    _temporary.create_all(session.connection(), checkfirst=False)
    for rows in (_standing(changeset_id), _standing_again(changeset_id), _deleted(changeset_id)):
        session.execute(insert(planned).from_select([column.name for column in planned.c], rows))
    look_at_sizes(session, planned)
    _leave_taken_keys(session)
    removed, put_back, all_of_them = session.execute(
        select(
            func.count(case((planned.c.version_id.is_(None), 1))),
            func.count(case((~planned.c.is_there, 1))),
            func.count(),
        ).select_from(planned)
    ).one()
    return Plan(removed, all_of_them - removed - put_back, put_back)


def drop_plan(session: Session) -> None:
    """Drop the plan's tables, or those that an interrupted undoing left."""
    schema = "temp" if session.get_bind().dialect.name == "sqlite" else "pg_temp"
    for table in _temporary.tables.values():
        session.execute(text(f"DROP TABLE IF EXISTS {schema}.{table.name}"))


def _standing(changeset_id: int) -> Select[int, int, bool, bool]:
    """Select the records whose present state the changeset wrote."""
    before = and_(ended.c.record_id == record.c.id, ended_by(changeset_id))
    moves = case((ended.c.id.is_(None), false()), else_=key_differs(record, ended))
    return (
        select(record.c.id, ended.c.id, true(), moves)
        .select_from(record.outerjoin(ended, before))
        .where(record.c.changeset_id == changeset_id)
    )


def _standing_again(changeset_id: int) -> Select[int, int, bool, bool]:
    """Select the records that were changed since, and changed back again."""
    before = and_(ended.c.record_id == began.c.record_id, ended_by(changeset_id))
    moves = case((ended.c.id.is_(None), false()), else_=key_differs(record, ended))
    return (
        select(record.c.id, ended.c.id, true(), moves)
        .select_from(began.join(record, says_what_began()).outerjoin(ended, before))
        .where(began_by(changeset_id))
    )


def _deleted(changeset_id: int) -> Select[int, int, bool, bool]:
    """Select the records that the changeset deleted."""
    gone = ~exists().where(record.c.id == ended.c.record_id)
    # A state between: the changeset changed the record, and somebody deleted it later.
    later = exists().where(began_by(changeset_id), began.c.record_id == ended.c.record_id)
    return select(ended.c.record_id, ended.c.id, false(), true()).where(
        ended_by(changeset_id), gone, ~later
    )


def _leave_taken_keys(session: Session) -> None:
    """Leave out the records whose country and day another record has, which stays."""
    holder, leaving = record.alias("holder"), planned.alias("leaving")
    same_key = and_(
        holder.c.outbreak_id == ended.c.outbreak_id,
        *(holder.c[name] == ended.c[name] for name in KEY),
    )
    taken = exists().where(
        ended.c.id == planned.c.version_id,
        same_key,
        holder.c.id != planned.c.record_id,
        ~exists().where(leaving.c.record_id == holder.c.id),
    )
    # Whoever is left out keeps a key, which may be another's: again until nobody is.
    statement = delete(planned).where(planned.c.arrives, taken)
    while session.connection().execute(statement).rowcount:
        pass
