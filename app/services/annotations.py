"""Notes and breaks of a series, on a country's day: added, changed, deleted and brought back."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Annotation, Deletion
from app.services import deletions
from app.services.changesets import Actor, lock_outbreak
from app.services.entries import add_entry, save_entry
from app.services.rules.checking import check_series

# More on one country's page would be a list nobody reads.
MOST_SHOWN = 100


@dataclass(frozen=True)
class AnnotationValues:
    """What an annotation says of a day; `kind` is "note" or "break"."""

    date: dt.date
    kind: str
    text: str


def list_annotations(
    session: Session,
    outbreak_id: int,
    country_id: int,
    *,
    date: dt.date | None = None,
    limit: int = MOST_SHOWN,
) -> list[Annotation]:
    """List the newest days' annotations of a country, or those of one day, the earliest first."""
    statement = select(Annotation).where(
        Annotation.outbreak_id == outbreak_id, Annotation.country_id == country_id
    )
    if date is not None:
        statement = statement.where(Annotation.date == date)
    newest = statement.order_by(Annotation.date.desc(), Annotation.id.desc()).limit(limit)
    return list(session.scalars(newest))[::-1]


def find_annotation(
    session: Session, annotation_id: int, *, lock: bool = False
) -> Annotation | None:
    """Find an annotation with its country; with `lock` nobody else changes it meanwhile."""
    statement = (
        select(Annotation)
        .where(Annotation.id == annotation_id)
        .options(joinedload(Annotation.country))
    )
    return session.scalar(statement.with_for_update(of=Annotation) if lock else statement)


def add_annotation(
    session: Session, outbreak_id: int, country_id: int, values: AnnotationValues, actor: Actor
) -> Annotation:
    """Add an annotation; a form that is sent twice adds one."""
    annotation = add_entry(
        session,
        Annotation,
        {
            "outbreak_id": outbreak_id,
            "country_id": country_id,
            **asdict(values),
            "user_id": actor.user_id,
            "actor": actor.name,
        },
    )
    _look_again(session, annotation, values.kind)
    return annotation


def change_annotation(
    session: Session, annotation: Annotation, values: AnnotationValues, *, revision: int
) -> None:
    """Give an annotation these values; StaleEntry when it has another revision by now."""
    before = annotation.kind
    save_entry(session, annotation, asdict(values), revision=revision)
    _look_again(session, annotation, before, values.kind)


def delete_annotation(
    session: Session, annotation: Annotation, actor: Actor, *, revision: int
) -> Deletion:
    """Delete an annotation; StaleEntry when it has another revision than was read."""
    deletion = deletions.delete_entry(session, annotation, actor, revision=revision)
    _look_again(session, annotation, annotation.kind)
    return deletion


def restore_annotation(session: Session, deletion_id: int) -> Annotation:
    """Bring a deleted annotation back; CannotRestore when that cannot be."""
    annotation = deletions.restore_entry(session, Annotation, deletion_id)
    _look_again(session, annotation, annotation.kind)
    return annotation


def _look_again(session: Session, annotation: Annotation, *kinds: str) -> None:
    """Let the rules look at the series where a break came, moved or went."""
    if "break" in kinds:
        lock_outbreak(session, annotation.outbreak_id)
        check_series(session, annotation.outbreak_id, [annotation.country_id], None)
