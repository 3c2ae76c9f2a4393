"""What a record says, now and before: writing a state keeps the one it supersedes."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Changeset, Record, RecordVersion
from app.services import totals


@dataclass(frozen=True)
class RecordValues:
    """What a record says: its key within the outbreak, its counts and its note."""

    country_id: int
    date: dt.date
    cases: int | None = None
    deaths: int | None = None
    recoveries: int | None = None
    note: str | None = None

    @property
    def key(self) -> tuple[int, dt.date]:
        """Return what makes the record unique within its outbreak."""
        return self.country_id, self.date

    @property
    def counts(self) -> totals.Counts:
        """Return its counts, in the order of METRICS."""
        return self.cases, self.deaths, self.recoveries


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


def get_record(session: Session, record_id: int, *, afresh: bool = False) -> Record | None:
    """Return a record with its country, outbreak, changeset and import, in one query.

    With `afresh` it says what is stored by now, also where the session knows it already.
    """
    return session.get(
        Record,
        record_id,
        options=[
            joinedload(Record.country),
            joinedload(Record.outbreak),
            joinedload(Record.changeset).joinedload(Changeset.source_import),
        ],
        populate_existing=afresh,
    )


def find_record(
    session: Session, outbreak_id: int, country_id: int, date: dt.date
) -> Record | None:
    """Return the record of a country and day, if there is one."""
    return session.scalar(
        select(Record).where(
            Record.outbreak_id == outbreak_id,
            Record.country_id == country_id,
            Record.date == date,
        )
    )


def create(session: Session, changeset: Changeset, values: RecordValues) -> Record:
    """Write a new record as part of a changeset."""
    record = Record(
        outbreak_id=changeset.outbreak_id, changeset=changeset, revision=1, **asdict(values)
    )
    session.add(record)
    changeset.added += 1
    session.flush()
    totals.follow(session, record, {}, {values.key: values.counts})
    return record


def rewrite(session: Session, changeset: Changeset, record: Record, values: RecordValues) -> None:
    """Give a record other values as part of a changeset."""
    before = values_of(record)
    _supersede(session, changeset, record)
    for field, value in asdict(values).items():
        setattr(record, field, value)
    record.changeset = changeset
    record.line = None
    record.revision += 1
    changeset.changed += 1
    session.flush()
    if before.country_id != values.country_id:
        # Read again when asked for: it is that of the state before.
        session.expire(record, ["country"])
    totals.follow(session, record, {before.key: before.counts}, {values.key: values.counts})


def remove(session: Session, changeset: Changeset, record: Record) -> None:
    """Delete a record as part of a changeset."""
    before = values_of(record)
    _supersede(session, changeset, record)
    session.delete(record)
    changeset.removed += 1
    session.flush()
    totals.follow(session, record, {before.key: before.counts}, {})


def _supersede(session: Session, changeset: Changeset, record: Record) -> None:
    """Keep the record's present state as a version that ends with this changeset."""
    session.add(
        RecordVersion(
            record_id=record.id,
            outbreak_id=record.outbreak_id,
            line=record.line,
            revision=record.revision,
            from_changeset_id=record.changeset_id,
            to_changeset=changeset,
            **asdict(values_of(record)),
        )
    )
