"""Which records an undoing writes to, found by statements over whole sets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
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
    union_all,
)
from sqlalchemy.orm import Session

from app.models import Changeset
from app.services.bulk_loading import look_at_sizes
from app.services.bulk_totals import is_most
from app.services.undoing.chains import size
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

# Told how many records are looked at, and how many there are.
Progress = Callable[[int, int], None]
# A large changeset's records are looked at in so many parts, each of so many ids at least.
_MOST_PARTS, _LEAST_IDS = 40, 10_000

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
    # So many of the outbreak's records that its totals are reckoned anew.
    is_most: bool

    @property
    def written(self) -> int:
        """Return how many records are written to."""
        return self.removed + self.set_back + self.put_back


def make_plan(session: Session, changeset: Changeset, progress: Progress | None = None) -> Plan:
    """Find the records that say what the changeset left them saying and can go back.

    Only temporary tables are written to.
    """
    drop_plan(session)
    _temporary.create_all(session.connection(), checkfirst=False)
    columns = [column.name for column in planned.c]
    for part in _parts(session, changeset):
        for rows in part.selects(changeset.id):
            session.execute(insert(planned).from_select(columns, rows))
        if progress:
            progress(part.done, size(changeset))
    look_at_sizes(session, planned)
    _leave_taken_keys(session)
    plan = _count(session, changeset.outbreak_id)
    if not plan.is_most:
        _find_touched(session)
    return plan


def drop_plan(session: Session) -> None:
    """Drop the plan's tables, or those that an interrupted undoing left."""
    schema = "temp" if session.get_bind().dialect.name == "sqlite" else "pg_temp"
    for table in _temporary.tables.values():
        session.execute(text(f"DROP TABLE IF EXISTS {schema}.{table.name}"))


@dataclass(frozen=True)
class _Part:
    """The records of a changeset with ids from one to another, or all of them."""

    ids: tuple[int, int] | None
    # How many records are looked at once this part is.
    done: int

    def selects(self, changeset_id: int) -> Iterator[Select[int, int, bool, bool]]:
        """Select what becomes of the part's records."""
        yield _standing(changeset_id).where(self._holds(record.c.id))
        yield _standing_again(changeset_id).where(self._holds(began.c.record_id))
        yield _deleted(changeset_id).where(self._holds(ended.c.record_id))

    def _holds(self, id: ColumnElement[int]) -> ColumnElement[bool]:
        return id.between(*self.ids) if self.ids else true()


def _parts(session: Session, changeset: Changeset) -> Iterator[_Part]:
    """Divide the changeset's records by their ids, where they are many."""
    many = size(changeset)
    if many < 2 * _LEAST_IDS:
        yield _Part(None, many)
        return
    first, last = _ends(session, changeset.id)
    step = max(_LEAST_IDS, -(-(last - first + 1) // _MOST_PARTS))
    for low in range(first, last + 1, step):
        high = min(low + step - 1, last)
        yield _Part((low, high), many * (high - first + 1) // (last - first + 1))


def _ends(session: Session, changeset_id: int) -> tuple[int, int]:
    """Return the lowest and the highest id of the records that a changeset wrote."""
    # The sums keep PostgreSQL from going through all records by id until it meets one of these.
    ids = union_all(
        select((record.c.id + 0).label("id")).where(record.c.changeset_id == changeset_id),
        select(began.c.record_id + 0).where(began_by(changeset_id)),
        select(ended.c.record_id + 0).where(ended_by(changeset_id)),
    ).subquery()
    first, last = session.execute(select(func.min(ids.c.id), func.max(ids.c.id))).one()
    return first or 0, last or 0


def _count(session: Session, outbreak_id: int) -> Plan:
    removed, put_back, all_of_them = session.execute(
        select(
            func.count(case((planned.c.version_id.is_(None), 1))),
            func.count(case((~planned.c.is_there, 1))),
            func.count(),
        ).select_from(planned)
    ).one()
    set_back = all_of_them - removed - put_back
    return Plan(removed, set_back, put_back, is_most(session, outbreak_id, removed + set_back))


def _find_touched(session: Session) -> None:
    """Note which countries are written to, each from which day on."""
    now = select(record.c.country_id, record.c.date).join_from(
        planned, record, record.c.id == planned.c.record_id
    )
    then = select(ended.c.country_id, ended.c.date).join_from(
        planned, ended, ended.c.id == planned.c.version_id
    )
    states = union_all(now, then).subquery()
    first = select(states.c.country_id, func.min(states.c.date)).group_by(states.c.country_id)
    session.execute(insert(touched).from_select(["country_id", "first_date"], first))
    look_at_sizes(session, touched)


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
