"""The register's write path for a few rows: every write opens a changeset and keeps versions."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Country, Outbreak, Record, RecordVersion
from app.services import totals
from app.services.messages import Message, ServiceError


@dataclass(frozen=True)
class Actor:
    """Who does something; scripts and commands have a name and no user."""

    name: str
    user_id: int | None = None


@dataclass(frozen=True)
class RecordValues:
    """What a record says: its key within the outbreak, its counts and its note."""

    country_id: int
    date: dt.date
    cases: int | None = None
    deaths: int | None = None
    recoveries: int | None = None
    note: str | None = None


class DuplicateRecord(ServiceError):
    """The outbreak already has a record for this country and day: `record_id`."""

    def __init__(self, record_id: int, country: str, date: dt.date) -> None:
        super().__init__(
            Message("%(country)s already has a record for %(date)s.", country=country, date=date)
        )
        self.record_id = record_id


class StaleRecord(ServiceError):
    """Somebody changed or deleted the record since it was read; `record` is None when deleted."""

    def __init__(self, record: Record | None) -> None:
        text = (
            "The record was changed meanwhile." if record else "The record was deleted meanwhile."
        )
        super().__init__(Message(text))
        self.record = record


class CannotUndo(ServiceError):
    """The changeset cannot be undone: it was already, or later changes build upon it."""


def values_of(state: Record | RecordVersion) -> RecordValues:
    """Return what a record, or an earlier version of it, says."""
    return RecordValues(
        country_id=state.country_id,
        date=state.date,
        cases=state.cases,
        deaths=state.deaths,
        recoveries=state.recoveries,
        note=state.note,
    )


def lock_outbreak(session: Session, outbreak_id: int) -> None:
    """Let one writer at a time change an outbreak's records, until the transaction ends.

    Changesets are thus committed in the order of their ids, which is what asking for a past state
    relies on. SQLite has one writer anyway; PostgreSQL locks the outbreak's row.
    """
    session.execute(
        select(Outbreak.id).where(Outbreak.id == outbreak_id).with_for_update(key_share=True)
    )


def open_changeset(
    session: Session, outbreak_id: int, kind: str, actor: Actor, reason: str = ""
) -> Changeset:
    """Open the changeset that the coming writes belong to."""
    lock_outbreak(session, outbreak_id)
    changeset = Changeset(
        outbreak_id=outbreak_id,
        kind=kind,
        user_id=actor.user_id,
        actor=actor.name,
        reason=reason.strip(),
    )
    session.add(changeset)
    session.flush()
    return changeset


def add_record(
    session: Session, outbreak_id: int, values: RecordValues, actor: Actor, reason: str = ""
) -> Record:
    """Add a record as a changeset of its own; DuplicateRecord when its key is taken."""
    lock_outbreak(session, outbreak_id)
    _refuse_taken_key(session, outbreak_id, values)
    changeset = open_changeset(session, outbreak_id, "add", actor, reason)
    record = Record(
        outbreak_id=outbreak_id, changeset_id=changeset.id, revision=1, **asdict(values)
    )
    with totals.kept(session, outbreak_id, [(values.country_id, values.date)]):
        session.add(record)
    changeset.added = 1
    session.flush()
    return record


def change_record(
    session: Session,
    record_id: int,
    values: RecordValues,
    actor: Actor,
    *,
    revision: int,
    reason: str = "",
) -> Record:
    """Change a record that still has the revision the caller read.

    Raises StaleRecord when it has another, DuplicateRecord when the new key is taken. Values that
    say the same write nothing.
    """
    record = _locked(session, record_id, revision)
    before = values_of(record)
    if values == before:
        return record
    if (values.country_id, values.date) != (before.country_id, before.date):
        _refuse_taken_key(session, record.outbreak_id, values)
    changeset = open_changeset(session, record.outbreak_id, "edit", actor, reason)
    _write(session, record, values, changeset)
    changeset.changed = 1
    session.flush()
    return record


def delete_record(
    session: Session, record_id: int, actor: Actor, *, revision: int, reason: str = ""
) -> Changeset:
    """Delete a record that still has the revision the caller read; StaleRecord otherwise."""
    record = _locked(session, record_id, revision)
    changeset = open_changeset(session, record.outbreak_id, "delete", actor, reason)
    _remove(session, record, changeset)
    changeset.removed = 1
    session.flush()
    return changeset


def undo(session: Session, changeset_id: int, actor: Actor, reason: str = "") -> Changeset:
    """Take a changeset back by a changeset of its own.

    Raises CannotUndo, writing nothing, when it was undone before or when a later changeset wrote
    to one of its records or took one of their keys.
    """
    undone = session.get(Changeset, changeset_id)
    if undone is None:
        raise CannotUndo(Message("There is no such change."))
    lock_outbreak(session, undone.outbreak_id)
    session.refresh(undone)
    if undone.undone_by:
        raise CannotUndo(Message("This change was undone already."))
    written = list(session.scalars(select(Record).where(Record.changeset_id == changeset_id)))
    superseded = {
        version.record_id: version
        for version in session.scalars(
            select(RecordVersion).where(RecordVersion.to_changeset_id == changeset_id)
        )
    }
    _refuse_built_upon(session, undone, written, superseded)
    changeset = open_changeset(session, undone.outbreak_id, "undo", actor, reason)
    changeset.undoes_id = undone.id
    # Removed first, so that a key which moved from one record to another is free again.
    for record in written:
        if record.id not in superseded:
            _remove(session, record, changeset)
            changeset.removed += 1
    for record in written:
        if record.id in superseded:
            _write(session, record, values_of(superseded.pop(record.id)), changeset)
            changeset.changed += 1
    for version in superseded.values():
        _restore(session, version, changeset)
        changeset.added += 1
    session.flush()
    return changeset


def _locked(session: Session, record_id: int, revision: int) -> Record:
    record = session.get(Record, record_id)
    if record is not None:
        lock_outbreak(session, record.outbreak_id)
        # Read again, now that nobody else can be writing to it.
        record = session.get(Record, record_id, populate_existing=True)
    if record is None or record.revision != revision:
        raise StaleRecord(record)
    return record


def _at(session: Session, outbreak_id: int, values: RecordValues) -> Record | None:
    return session.scalar(
        select(Record).where(
            Record.outbreak_id == outbreak_id,
            Record.country_id == values.country_id,
            Record.date == values.date,
        )
    )


def _refuse_taken_key(session: Session, outbreak_id: int, values: RecordValues) -> None:
    existing = _at(session, outbreak_id, values)
    if existing is not None:
        country = session.get_one(Country, values.country_id)
        raise DuplicateRecord(existing.id, country.name, values.date)


def _refuse_built_upon(
    session: Session,
    undone: Changeset,
    written: list[Record],
    superseded: dict[int, RecordVersion],
) -> None:
    built_upon = session.scalar(
        select(RecordVersion.id).where(RecordVersion.from_changeset_id == undone.id).limit(1)
    )
    keys_free = {(record.country_id, record.date) for record in written}
    for version in superseded.values():
        key = (version.country_id, version.date)
        if key not in keys_free and _at(session, version.outbreak_id, values_of(version)):
            built_upon = version.id
    if built_upon is not None:
        raise CannotUndo(
            Message("Later changes build upon this one. Undo those first, or edit the record.")
        )


def _supersede(session: Session, record: Record, changeset: Changeset) -> None:
    """Keep the record's present state as a version that ends with this changeset."""
    session.add(
        RecordVersion(
            record_id=record.id,
            outbreak_id=record.outbreak_id,
            line=record.line,
            revision=record.revision,
            from_changeset_id=record.changeset_id,
            to_changeset_id=changeset.id,
            **asdict(values_of(record)),
        )
    )


def _write(session: Session, record: Record, values: RecordValues, changeset: Changeset) -> None:
    keys = {(record.country_id, record.date), (values.country_id, values.date)}
    with totals.kept(session, record.outbreak_id, keys):
        _supersede(session, record, changeset)
        for field, value in asdict(values).items():
            setattr(record, field, value)
        record.changeset_id = changeset.id
        record.line = None
        record.revision += 1


def _remove(session: Session, record: Record, changeset: Changeset) -> None:
    with totals.kept(session, record.outbreak_id, [(record.country_id, record.date)]):
        _supersede(session, record, changeset)
        session.delete(record)


def _restore(session: Session, version: RecordVersion, changeset: Changeset) -> None:
    values = values_of(version)
    with totals.kept(session, version.outbreak_id, [(values.country_id, values.date)]):
        session.add(
            Record(
                id=version.record_id,
                outbreak_id=version.outbreak_id,
                changeset_id=changeset.id,
                revision=version.revision + 1,
                **asdict(values),
            )
        )
