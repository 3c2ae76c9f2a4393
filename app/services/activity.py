"""The list of changesets: who did what to the register, newest first."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session, joinedload

from app.models import Changeset, Outbreak, Record, RecordVersion


@dataclass(frozen=True)
class Filter:
    """Which changesets are asked for; None asks for all."""

    kind: str | None = None
    actor: str | None = None
    country_id: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True)
class ChangesetPage:
    """A part of the list, and the ids from which the older and the newer part are asked for."""

    changesets: list[Changeset]
    older: int | None
    newer: int | None


def list_changesets(
    session: Session,
    wanted: Filter,
    *,
    limit: int,
    below: int | None = None,
    above: int | None = None,
) -> ChangesetPage:
    """List changesets, newest first, below or above an id; one or two queries."""
    statement = _narrowed(select(Changeset), wanted).options(joinedload(Changeset.source_import))
    if above is not None:
        upwards = statement.where(Changeset.id > above).order_by(Changeset.id).limit(limit + 1)
        found = list(session.scalars(upwards))
        more = len(found) > limit
        changesets = found[:limit][::-1]
        older = changesets[-1].id if changesets else None
        return ChangesetPage(changesets, older, changesets[0].id if more else None)
    if below is not None:
        statement = statement.where(Changeset.id < below)
    found = list(session.scalars(statement.order_by(Changeset.id.desc()).limit(limit + 1)))
    changesets = found[:limit]
    newer = changesets[0].id if below is not None and changesets else None
    return ChangesetPage(changesets, changesets[-1].id if len(found) > limit else None, newer)


def list_actors(session: Session, limit: int = 200) -> list[str]:
    """List the names of those who wrote to the register, in order."""
    return list(
        session.scalars(select(Changeset.actor).distinct().order_by(Changeset.actor).limit(limit))
    )


def get_changeset(session: Session, changeset_id: int) -> Changeset | None:
    """Return a changeset with its import."""
    return session.get(Changeset, changeset_id, options=[joinedload(Changeset.source_import)])


def _narrowed(statement: Select[Changeset], wanted: Filter) -> Select[Changeset]:
    if wanted.kind is not None:
        statement = statement.where(Changeset.kind == wanted.kind)
    if wanted.actor is not None:
        statement = statement.where(Changeset.actor == wanted.actor)
    if wanted.country_id is not None:
        statement = statement.where(Changeset.id.in_(_changesets_of(wanted.country_id)))
    if wanted.first_day is not None:
        statement = statement.where(Changeset.created_at >= _midnight(wanted.first_day))
    if wanted.last_day is not None and wanted.last_day < dt.date.max:
        after = wanted.last_day + dt.timedelta(days=1)
        statement = statement.where(Changeset.created_at < _midnight(after))
    return statement


def _changesets_of(country_id: int) -> Select[int]:
    """Select the changesets that wrote to a country's records."""
    # The indexes begin with the outbreak, of which there are few.
    outbreaks = select(Outbreak.id)
    present = Record.outbreak_id.in_(outbreaks) & (Record.country_id == country_id)
    past = RecordVersion.outbreak_id.in_(outbreaks) & (RecordVersion.country_id == country_id)
    parts = union(
        select(Record.changeset_id.label("id")).where(present),
        select(RecordVersion.from_changeset_id).where(past),
        select(RecordVersion.to_changeset_id).where(past),
    ).subquery()
    return select(parts.c.id)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, dt.UTC)
