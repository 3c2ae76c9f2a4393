"""The register as of a changeset, as docs/architecture.md says it can be asked for."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import METRICS, Record, RecordVersion

FIELDS = ("country_id", "date", *METRICS, "note")


def as_of(session: Session, changeset_id: int) -> dict[int, tuple[Any, ...]]:
    """Return what each record said when a changeset had been made, by record id."""
    versions = session.scalars(
        select(RecordVersion).where(
            RecordVersion.from_changeset_id <= changeset_id,
            RecordVersion.to_changeset_id > changeset_id,
        )
    )
    states: list[tuple[int, Record | RecordVersion]] = [
        (version.record_id, version) for version in versions
    ]
    records = session.scalars(select(Record).where(Record.changeset_id <= changeset_id))
    states += [(record.id, record) for record in records]
    found = {id: tuple(getattr(state, name) for name in FIELDS) for id, state in states}
    assert len(found) == len(states), "a record has two states at once"
    return found
