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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, UTCDateTime, utc_now
from app.models.changeset import Changeset
from app.models.country import Country
from app.models.outbreak import Outbreak
from app.models.todo import Todo

# Worst first.
LEVELS = ("error", "warning", "notice")
FINDING_STATES = ("open", "accepted", "resolved")
ACTS = ("accept", "reopen", "assign", "exempt", "undo", "settings")


class Finding(Base):
    """Something a rule saw in the register.

    `key` says what it is about (rule, metric, country, day): the same thing seen again is the same
    finding. It is open until somebody accepts it with a reason or it is no longer true; it opens
    again when what it says changes.
    """

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("outbreak_id", "key"),
        CheckConstraint(f"level IN ({', '.join(map(repr, LEVELS))})", name="level_known"),
        CheckConstraint(f"state IN ({', '.join(map(repr, FINDING_STATES))})", name="state_known"),
        # The queue: its counts and groups, read from here alone, and the findings of a group.
        Index(
            "ix_finding_outbreak_id_state_grouping",
            "outbreak_id",
            "state",
            "grouping",
            "country_id",
            "date",
            "level",
            "todo_id",
        ),
        # Those of a record, of a country, and of the series that are checked again.
        Index("ix_finding_outbreak_id_country_id_date", "outbreak_id", "country_id", "date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"))
    rule: Mapped[str] = mapped_column(String(30))
    level: Mapped[str] = mapped_column(String(10))
    # NULL: it is about the day as a whole.
    country_id: Mapped[int | None] = mapped_column(ForeignKey("country.id"), index=True)
    # NULL: it is about the country as a whole.
    date: Mapped[dt.date | None] = mapped_column(Date)
    metric: Mapped[str | None] = mapped_column(String(10))
    # By how much: cases fallen, days missing; in the rule's own unit.
    size: Mapped[int | None]
    key: Mapped[str] = mapped_column(String(120))
    # Findings that are decided alike: "decline:cases:1".
    grouping: Mapped[str] = mapped_column(String(60))
    # What it saw, the numbers of the days around, and what it suggests; see services.rules.
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="open")
    # Why it was accepted.
    reason: Mapped[str] = mapped_column(Text, default="")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("finding_decision.id"), index=True)
    todo_id: Mapped[int | None] = mapped_column(
        ForeignKey("todo.id", ondelete="SET NULL"), index=True
    )
    # What the register's state was written by when the finding was first seen.
    changeset_id: Mapped[int | None] = mapped_column(ForeignKey("changeset.id"), index=True)
    found_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    # When its state last changed.
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)

    outbreak: Mapped[Outbreak] = relationship()
    country: Mapped[Country | None] = relationship()
    todo: Mapped[Todo | None] = relationship()
    changeset: Mapped[Changeset | None] = relationship()
    decision: Mapped["FindingDecision | None"] = relationship(foreign_keys=[decision_id])
    events: Mapped[list["FindingEvent"]] = relationship(
        back_populates="finding", order_by="FindingEvent.id", passive_deletes=True
    )


class FindingDecision(Base):
    """What somebody decided about one finding or many at once; undone as one."""

    __tablename__ = "finding_decision"
    __table_args__ = (CheckConstraint(f"act IN ({', '.join(map(repr, ACTS))})", name="act_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    # The person's name as it was, kept when the user goes.
    actor: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("finding_decision.id"), index=True)
    count: Mapped[int] = mapped_column(default=0)


class FindingEvent(Base):
    """A step in a finding's life: found, decided, resolved, open again; append-only."""

    __tablename__ = "finding_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(
        ForeignKey("finding.id", ondelete="CASCADE"), index=True
    )
    # NULL: the rules did it, when they looked at what `changeset` wrote.
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("finding_decision.id"), index=True)
    changeset_id: Mapped[int | None] = mapped_column(ForeignKey("changeset.id"), index=True)
    # The finding's state, reason, todo_id and details before and after, as far as they changed.
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)

    finding: Mapped[Finding] = relationship(back_populates="events")
    decision: Mapped[FindingDecision | None] = relationship()
    changeset: Mapped[Changeset | None] = relationship()
