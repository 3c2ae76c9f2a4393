"""What became of records: the states they had, and what each changeset did to them."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union
from sqlalchemy.orm import Session, joinedload

from app.models import METRICS, Changeset, Country, Record, RecordVersion
from app.services.states import RecordValues, values_of

State = Record | RecordVersion
# In the order in which people read them.
FIELDS = ("country", "date", *METRICS, "note")


# What a changeset did to a record: the state it ended, the state it began, its id.
Step = tuple[State | None, State | None, int]


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after; a country is its name, None is "not there"."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class RecordChange:
    """What one changeset did to one record: added, changed, deleted or restored it."""

    record_id: int
    country: str
    date: dt.date
    kind: str
    fields: tuple[FieldChange, ...]
    revision: int
    line: int | None
    changeset: Changeset


@dataclass(frozen=True)
class Page:
    """A part of a record's or a changeset's changes, and where the next part begins."""

    changes: list[RecordChange]
    next: int | None


def of_record(session: Session, record_id: int, *, limit: int, below: int | None = None) -> Page:
    """List what was done to a record, newest first, `limit` states below a revision; 4 queries.

    A deletion and the restoration after it are two changes.
    """
    # The state after the page and the one before it tell how the page's states ended and began.
    statement = select(RecordVersion).where(RecordVersion.record_id == record_id)
    if below is not None:
        statement = statement.where(RecordVersion.revision <= below)
    states: list[State] = list(
        session.scalars(statement.order_by(RecordVersion.revision.desc()).limit(limit + 2))
    )
    record = session.get(Record, record_id)
    if record is not None and (below is None or record.revision <= below):
        states.insert(0, record)
    newer = states.pop(0) if below is not None and states else None
    more = len(states) > limit
    steps = list(_steps(newer, states[:limit], states[limit] if more else None))
    changes = _changes(session, steps, _changesets(session, {number for *_, number in steps}))
    return Page(changes, states[limit - 1].revision if more else None)


def of_changeset(session: Session, changeset: Changeset, *, limit: int, after: int = 0) -> Page:
    """List what a changeset did, by record id above `after`; 5 queries whatever its size."""
    ids = list(session.scalars(_touched(changeset.id, limit + 1, after)))
    page = ids[:limit]
    steps = _steps_of(
        session,
        Record.id.in_(page) & (Record.changeset_id == changeset.id),
        RecordVersion.record_id.in_(page) & (RecordVersion.from_changeset_id == changeset.id),
        RecordVersion.record_id.in_(page) & (RecordVersion.to_changeset_id == changeset.id),
    )
    changes = _changes(session, steps, {changeset.id: changeset})
    return Page(changes, page[-1] if len(ids) > limit else None)


def of_single(session: Session, changesets: Iterable[Changeset]) -> dict[int, RecordChange]:
    """Say, by changeset, what those of these that wrote a single record did; 4 queries."""
    single = {
        changeset.id: changeset
        for changeset in changesets
        if changeset.added + changeset.changed + changeset.removed == 1
    }
    if not single:
        return {}
    steps = _steps_of(
        session,
        Record.changeset_id.in_(single),
        RecordVersion.from_changeset_id.in_(single),
        RecordVersion.to_changeset_id.in_(single),
    )
    return {change.changeset.id: change for change in _changes(session, steps, single)}


def deleted_record(session: Session, record_id: int) -> RecordChange | None:
    """Return how a record was deleted, or None when it is there or never was."""
    page = of_record(session, record_id, limit=1)
    newest = page.changes[0] if page.changes else None
    return newest if newest is not None and newest.kind == "deleted" else None


def state_at(session: Session, record_id: int, revision: int) -> RecordValues | None:
    """Return what a record said at a revision, or None when it never had that one."""
    record = session.get(Record, record_id)
    if record is not None and record.revision == revision:
        return values_of(record)
    version = session.scalar(
        select(RecordVersion).where(
            RecordVersion.record_id == record_id, RecordVersion.revision == revision
        )
    )
    return None if version is None else values_of(version)


def recent_reasons(session: Session, user_id: int, limit: int = 3) -> list[str]:
    """List the last different reasons a user gave for edits, newest first."""
    reasons = session.scalars(
        select(Changeset.reason)
        .where(Changeset.user_id == user_id, Changeset.reason != "", Changeset.kind != "import")
        .order_by(Changeset.id.desc())
        .limit(20)
    )
    # What a person kept against a warning stands in parentheses behind the reason.
    typed = (reason.partition("(kept: ")[0].strip() for reason in reasons)
    return list(dict.fromkeys(reason for reason in typed if reason))[:limit]


def _steps(newer: State | None, states: list[State], older: State | None) -> Iterator[Step]:
    """Walk a record's states, newest first, from one to the one before it."""
    for state, before in zip(states, [*states[1:], older], strict=False):
        if isinstance(state, RecordVersion) and (
            newer is None or _beginning(newer) != state.to_changeset_id
        ):
            yield state, None, state.to_changeset_id
        follows = isinstance(before, RecordVersion) and before.to_changeset_id == _beginning(state)
        yield before if follows else None, state, _beginning(state)
        newer = state


def _steps_of(
    session: Session,
    present: ColumnElement[bool],
    began: ColumnElement[bool],
    ended: ColumnElement[bool],
) -> list[Step]:
    """Pair the states that some changesets began with those they ended, in order of records."""
    states: list[State] = [
        *session.scalars(select(Record).where(present)),
        *session.scalars(select(RecordVersion).where(began)),
    ]
    new = {(_record_id(state), _beginning(state)): state for state in states}
    old = {
        (version.record_id, version.to_changeset_id): version
        for version in session.scalars(select(RecordVersion).where(ended))
    }
    return [(old.get(key), new.get(key), key[1]) for key in sorted(new.keys() | old.keys())]


def _touched(changeset_id: int, limit: int, after: int) -> Select[int]:
    """Select the ids of the records a changeset wrote; each part is read no further than needed."""
    parts = (
        select(Record.id.label("id")).where(Record.changeset_id == changeset_id, Record.id > after),
        select(RecordVersion.record_id.label("id")).where(
            RecordVersion.from_changeset_id == changeset_id, RecordVersion.record_id > after
        ),
        select(RecordVersion.record_id.label("id")).where(
            RecordVersion.to_changeset_id == changeset_id, RecordVersion.record_id > after
        ),
    )
    bounded = [select(part.order_by("id").limit(limit).subquery()) for part in parts]
    ids = union(*bounded).subquery()
    return select(ids.c.id).order_by(ids.c.id).limit(limit)


def _changesets(session: Session, ids: Collection[int]) -> dict[int, Changeset]:
    statement = select(Changeset).where(Changeset.id.in_(ids))
    with_import = statement.options(joinedload(Changeset.source_import))
    return {changeset.id: changeset for changeset in session.scalars(with_import)}


def _changes(
    session: Session, steps: Collection[Step], changesets: Mapping[int, Changeset]
) -> list[RecordChange]:
    """Describe the steps in words people know: names of countries, fields that differ."""
    states = [state for step in steps for state in step[:2] if state is not None]
    named = select(Country.id, Country.name).where(
        Country.id.in_({state.country_id for state in states})
    )
    names = {row.id: row.name for row in session.execute(named)}
    return [_change(old, new, changesets[number], names) for old, new, number in steps]


def _change(
    old: State | None, new: State | None, changeset: Changeset, names: dict[int, str]
) -> RecordChange:
    state = new or old
    if state is None:
        raise ValueError("a changeset did nothing to a record it is said to have written")
    before, after = _fields(old, names), _fields(new, names)
    return RecordChange(
        record_id=_record_id(state),
        country=names[state.country_id],
        date=state.date,
        kind=_kind(old, new),
        fields=tuple(
            FieldChange(field, before.get(field), after.get(field))
            for field in FIELDS
            if before.get(field) != after.get(field)
        ),
        revision=state.revision,
        line=state.line,
        changeset=changeset,
    )


def _fields(state: State | None, names: dict[int, str]) -> dict[str, Any]:
    if state is None:
        return {}
    values = {field: getattr(state, field) for field in FIELDS if field != "country"}
    return {"country": names[state.country_id], **values}


def _kind(old: State | None, new: State | None) -> str:
    if new is None:
        return "deleted"
    if old is not None:
        return "changed"
    return "added" if new.revision == 1 else "restored"


def _record_id(state: State) -> int:
    return state.id if isinstance(state, Record) else state.record_id


def _beginning(state: State) -> int:
    return state.changeset_id if isinstance(state, Record) else state.from_changeset_id
