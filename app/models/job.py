import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, UTCDateTime, utc_now

JOB_KINDS = ("check", "apply", "undo")
JOB_STATUSES = ("queued", "running", "done", "failed", "stopped")


class Job(Base):
    """Work that takes longer than a request may: what is asked for and how far it is."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, JOB_KINDS))})", name="kind_known"),
        CheckConstraint(f"status IN ({', '.join(map(repr, JOB_STATUSES))})", name="status_known"),
        Index("ix_job_status_heartbeat_at", "status", "heartbeat_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="queued")
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("import.id", ondelete="CASCADE"), index=True
    )
    # What an undo takes back.
    changeset_id: Mapped[int | None] = mapped_column(ForeignKey("changeset.id"), index=True)
    # What else the job needs to know.
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # How much is done of how much, in the job's own unit; 0 of 0 is not known.
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    # Why it failed: the text of a message and its values.
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    attempts: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor: Mapped[str] = mapped_column(String(200))
    queued_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    # The worker says that it lives; a running job without it for long is taken up again.
    heartbeat_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
