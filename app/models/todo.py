import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.database import Base, UTCDateTime, utc_now
from app.models.country import Country
from app.models.imports import Import
from app.models.person import Person

# 1 is the most urgent.
PRIORITIES = (1, 2, 3, 4)
TODO_EVENTS = ("added", "changed", "done", "reopened", "comment", "findings", "deleted", "restored")


class Todo(Base):
    """Work for a person; may belong to a record, a country, an import or to findings."""

    __tablename__ = "todo"
    __table_args__ = (
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority_known"),
        # A deleted to-do may come back under the same id, so no other may ever get it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    notes: Mapped[str | None] = mapped_column(Text)
    due: Mapped[dt.date | None] = mapped_column(Date, index=True)
    priority: Mapped[int] = mapped_column(default=3)
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    country_id: Mapped[int | None] = mapped_column(ForeignKey("country.id"), index=True)
    # No foreign key: the record may be deleted, the work remains.
    record_id: Mapped[int | None] = mapped_column(index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    # When it is due again once it is done: a rule of RFC 5545, "FREQ=WEEKLY;BYDAY=FR".
    repeat: Mapped[str | None] = mapped_column(String(100))
    # Where somebody put it among those of its day; 0 is nowhere in particular.
    position: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    revision: Mapped[int] = mapped_column(default=1)

    assignee: Mapped[Person | None] = relationship()
    country: Mapped[Country | None] = relationship()
    # Named so because `import` is a word of the language.
    source_import: Mapped[Import | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}

    @validates("due")
    def _leave_order(self, _key: str, due: dt.date | None) -> dt.date | None:
        if due != self.due:
            self.position = 0
        return due


class TodoEvent(Base):
    """A step in a to-do's life, or a comment on it; append-only."""

    __tablename__ = "todo_event"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, TODO_EVENTS))})", name="kind_known"),
        Index("ix_todo_event_todo_id_id", "todo_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # No foreign key: a deleted to-do's log outlives it, and is its own again when it comes back.
    todo_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    # Column -> [before, after].
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # A comment, or why.
    text: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    # The person's name as it was, kept when the user goes.
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)


class SavedView(Base):
    """A name that a user gave to a filter of the to-dos; its query is the page's own address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[str] = mapped_column(String(2000))
