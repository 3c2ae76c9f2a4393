"""The states a changeset began and ended, as parts of statements."""

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression, and_, exists, or_

from app.models import METRICS, Record, RecordVersion

record = Record.metadata.tables[Record.__tablename__]
version = Record.metadata.tables[RecordVersion.__tablename__]

KEY = ("country_id", "date")
VALUES = (*KEY, *METRICS, "note")

# States that the changeset began and another ended; states that it ended.
began = version.alias("began")
ended = version.alias("ended")


def began_by(changeset_id: int | SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Tell the states which the changeset began and another superseded."""
    return began.c.from_changeset_id == changeset_id


def ended_by(changeset_id: int) -> ColumnElement[bool]:
    """Tell the states which the changeset superseded or deleted."""
    return ended.c.to_changeset_id == changeset_id


def says_what_began(of: FromClause = record) -> ColumnElement[bool]:
    """Tell the records that say again what the changeset left them saying.

    Somebody changed them since and took that back, so there is nobody's work to lose.
    """
    return and_(
        of.c.id == began.c.record_id,
        *(of.c[name].is_not_distinct_from(began.c[name]) for name in VALUES),
    )


def changed_since(changeset_id: int | SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Tell the states the changeset began that its records do not say any more."""
    return and_(began_by(changeset_id), ~exists().where(says_what_began()))


def key_taken(changeset_id: int) -> ColumnElement[bool]:
    """Tell the states the changeset ended whose country and day another record has now.

    A record that the undoing takes away, or moves, gives its key free.
    """
    holder = record.alias("holder")
    leaving = or_(
        holder.c.changeset_id == changeset_id,
        exists().where(began_by(changeset_id), says_what_began(holder)),
    )
    return exists().where(
        holder.c.outbreak_id == ended.c.outbreak_id,
        *(holder.c[name] == ended.c[name] for name in KEY),
        holder.c.id != ended.c.record_id,
        ~leaving,
    )


def key_differs(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Tell states of different countries or days."""
    return or_(*(one.c[name] != other.c[name] for name in KEY))
