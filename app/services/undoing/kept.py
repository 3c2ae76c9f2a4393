"""The records that an undoing keeps, because people changed them since, named in parts."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from app.models import Changeset, Country, Record, RecordVersion
from app.services.states import find_record
from app.services.undoing.chains import count_kept
from app.services.undoing.states import (
    began,
    changed_since,
    ended,
    ended_by,
    key_taken,
    record,
    version,
)

Why = Literal["changed", "deleted", "taken"]


@dataclass(frozen=True)
class KeptRow:
    """A record that stays as it is: changed or deleted since, or its former day is taken.

    `record_id` is the record to look at, of a taken day the one that has it now; `changeset` is
    the last that wrote to it, None when nobody has that day any more.
    """

    record_id: int
    country: str
    date: dt.date
    why: Why
    changeset: Changeset | None


@dataclass(frozen=True)
class KeptPage:
    """A part of the kept records, and the record id after which the next part begins."""

    rows: list[KeptRow]
    next: int | None


def list_kept(session: Session, changeset_id: int, *, limit: int, after: int = 0) -> KeptPage:
    """List what undoing a changeset would keep, by record id above `after`."""
    since = _changed().where(changed_since(changeset_id), began.c.record_id > after)
    taken = _taken().where(
        ended_by(changeset_id), key_taken(changeset_id), ended.c.record_id > after
    )
    return _page(session, changeset_id, (since, taken), limit)


def list_kept_by(session: Session, undoing: Changeset, *, limit: int, after: int = 0) -> KeptPage:
    """List what an undoing kept, as it is now, by record id above `after`."""
    undone_id = undoing.undoes_id
    if undone_id is None or not count_kept(undoing):
        return KeptPage([], None)
    # Asked from what was written in between, which is little beside a large import.
    since = _changed().where(
        began.c.to_changeset_id > undone_id,
        began.c.to_changeset_id < undoing.id,
        began.c.from_changeset_id + 0 == undone_id,
        began.c.record_id > after,
        ~_written_by(undoing.id, began.c.record_id),
    )
    taken = _taken().where(
        ended_by(undone_id), ended.c.record_id > after, ~_written_by(undoing.id, ended.c.record_id)
    )
    return _page(session, undone_id, (since, taken), limit)


def _changed() -> Select[int, int]:
    return select(began.c.record_id.label("id"), literal(0).label("taken"))


def _taken() -> Select[int, int]:
    return select(ended.c.record_id.label("id"), literal(1).label("taken"))


def _written_by(changeset_id: int, record_id: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(
        exists().where(record.c.id == record_id, record.c.changeset_id == changeset_id),
        *(
            exists().where(version.c.record_id == record_id, side == changeset_id)
            for side in (version.c.from_changeset_id, version.c.to_changeset_id)
        ),
    )


def _page(
    session: Session, changeset_id: int, parts: tuple[Select[int, int], ...], limit: int
) -> KeptPage:
    # Each part is read no further than needed.
    bounded = [select(part.order_by("id").limit(limit + 1).subquery()) for part in parts]
    found = union_all(*bounded).subquery()
    # A record that was changed since is told as that, whoever has its former day.
    statement = select(found.c.id, func.min(found.c.taken)).group_by(found.c.id)
    ids = [(id, taken) for id, taken in session.execute(statement.order_by(found.c.id))]
    page = ids[:limit]
    holders = _holders(session, changeset_id, [id for id, taken in page if taken])
    changed = _newest(session, [id for id, taken in page if not taken])
    rows = [holders[id] if taken else changed[id] for id, taken in page]
    return KeptPage(rows, page[-1][0] if len(ids) > limit else None)


def _newest(session: Session, ids: Sequence[int]) -> dict[int, KeptRow]:
    """Say what became of records that were changed or deleted since."""
    states = select(RecordVersion).where(RecordVersion.record_id.in_(ids))
    last = {state.record_id: state for state in session.scalars(states.order_by("revision"))}
    present = {row.id: row for row in session.scalars(_records().where(Record.id.in_(ids)))}
    countries = _names(session, {state.country_id for state in last.values()})
    writers = _changesets(session, {state.to_changeset_id for state in last.values()})
    rows = {
        id: KeptRow(
            id, countries[state.country_id], state.date, "deleted", writers[state.to_changeset_id]
        )
        for id, state in last.items()
    }
    for id, row in present.items():
        rows[id] = KeptRow(id, row.country.name, row.date, "changed", row.changeset)
    return rows


def _holders(session: Session, changeset_id: int, ids: Sequence[int]) -> dict[int, KeptRow]:
    """Say who has the former country and day of records."""
    states = {
        state.record_id: state
        for state in session.scalars(
            select(RecordVersion).where(
                RecordVersion.to_changeset_id == changeset_id, RecordVersion.record_id.in_(ids)
            )
        )
    }
    countries = _names(session, {state.country_id for state in states.values()})
    rows = {}
    for id, state in states.items():
        holder = find_record(session, state.outbreak_id, state.country_id, state.date)
        rows[id] = KeptRow(
            holder.id if holder else id,
            countries[state.country_id],
            state.date,
            "taken",
            holder.changeset if holder else None,
        )
    return rows


def _records() -> Select[Record]:
    return select(Record).options(joinedload(Record.country), joinedload(Record.changeset))


def _names(session: Session, ids: Collection[int]) -> dict[int, str]:
    named = select(Country.id, Country.name).where(Country.id.in_(ids))
    return {row.id: row.name for row in session.execute(named)}


def _changesets(session: Session, ids: Collection[int]) -> dict[int, Changeset]:
    found = session.scalars(select(Changeset).where(Changeset.id.in_(ids)))
    return {changeset.id: changeset for changeset in found}
