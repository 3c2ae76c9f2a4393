import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UTCDateTime, utc_now


class Deletion(Base):
    """A deleted entry of a directory, with all that bringing it back needs; kept for good."""

    __tablename__ = "deletion"
    __table_args__ = (Index("ix_deletion_kind_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Table of the entry.
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(300))
    # Its columns as they were.
    row: Mapped[dict[str, Any]] = mapped_column(JSON)
    # "todo.assignee_id" -> ids of the rows that named the entry and name nothing now.
    named_by: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    # The entry that it was merged into, which those rows name instead. No foreign key: that one may
    # be deleted, too.
    merged_into: Mapped[int | None]
    # Columns whose values that entry took over, because it said nothing there.
    taken_over: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor: Mapped[str] = mapped_column(String(200))
    deleted_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    restored_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
