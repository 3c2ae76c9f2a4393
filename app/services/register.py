"""The register's write path for a few rows: every write is a changeset and keeps versions."""

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from app.models import Changeset, Country, Record
from app.services import states
from app.services.cells import read_text
from app.services.changesets import Actor, lock_outbreak, open_changeset
from app.services.messages import Message, ServiceError
from app.services.rules import check_series
from app.services.states import RecordValues, find_record, get_record, values_of
from app.services.undoing import CannotUndo, undo

__all__ = [
    "Actor",
    "CannotUndo",
    "DuplicateRecord",
    "RecordValues",
    "StaleRecord",
    "add_record",
    "change_record",
    "delete_record",
    "find_record",
    "get_record",
    "lock_outbreak",
    "open_changeset",
    "undo",
    "values_of",
]

MAX_NOTE = 5000


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


def add_record(
    session: Session, outbreak_id: int, values: RecordValues, actor: Actor, reason: str = ""
) -> Record:
    """Add a record as a changeset of its own; DuplicateRecord when its key is taken."""
    lock_for_addition(session, outbreak_id, values)
    return add_locked(session, outbreak_id, values, actor, reason)


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
    record = lock_for_change(session, record_id, values, revision)
    change_locked(session, record, values, actor, reason)
    return record


def delete_record(
    session: Session, record_id: int, actor: Actor, *, revision: int, reason: str = ""
) -> Changeset:
    """Delete a record that still has the revision the caller read; StaleRecord otherwise."""
    record = _lock_record(session, record_id, revision)
    changeset = open_changeset(session, record.outbreak_id, "delete", actor, reason)
    states.remove(session, changeset, record)
    check_series(session, record.outbreak_id, [record.country_id], changeset.id)
    return changeset


def lock_for_addition(session: Session, outbreak_id: int, values: RecordValues) -> None:
    """Lock an outbreak for `add_locked`; DuplicateRecord when the key is taken."""
    lock_outbreak(session, outbreak_id)
    _refuse_taken_key(session, outbreak_id, values)


def add_locked(
    session: Session, outbreak_id: int, values: RecordValues, actor: Actor, reason: str
) -> Record:
    """Add a record as a changeset of its own, after `lock_for_addition`."""
    values = _tidy(values)
    changeset = open_changeset(session, outbreak_id, "add", actor, reason)
    record = states.create(session, changeset, values)
    check_series(session, outbreak_id, [values.country_id], changeset.id)
    return record


def lock_for_change(
    session: Session, record_id: int, values: RecordValues, revision: int
) -> Record:
    """Return a record for `change_locked`; StaleRecord or DuplicateRecord when that cannot be."""
    record = _lock_record(session, record_id, revision)
    if values.key != values_of(record).key:
        _refuse_taken_key(session, record.outbreak_id, values)
    return record


def change_locked(
    session: Session, record: Record, values: RecordValues, actor: Actor, reason: str
) -> None:
    """Change a record of `lock_for_change`; values that say the same write nothing."""
    values = _tidy(values)
    if values == values_of(record):
        return
    changeset = open_changeset(session, record.outbreak_id, "edit", actor, reason)
    countries = {record.country_id, values.country_id}
    states.rewrite(session, changeset, record, values)
    check_series(session, record.outbreak_id, countries, changeset.id)


def _lock_record(session: Session, record_id: int, revision: int) -> Record:
    """Return a record which nobody else can change now; StaleRecord when its revision differs."""
    record = session.get(Record, record_id)
    if record is not None:
        lock_outbreak(session, record.outbreak_id)
        # Read again, now that nobody else can be writing to it.
        record = get_record(session, record_id, afresh=True)
    if record is None or record.revision != revision:
        raise StaleRecord(record)
    return record


def _refuse_taken_key(session: Session, outbreak_id: int, values: RecordValues) -> None:
    existing = find_record(session, outbreak_id, *values.key)
    if existing is not None:
        country = session.get_one(Country, values.country_id)
        raise DuplicateRecord(existing.id, country.name, values.date)


def _tidy(values: RecordValues) -> RecordValues:
    return replace(values, note=read_text(values.note or "", most=MAX_NOTE, lines=True) or None)
