import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, UTCDateTime, utc_now
from app.models.country import Country
from app.models.person import Person

# 1 is the most urgent.
PRIORITIES = (1, 2, 3, 4)


class Todo(Base):
    """Work for a person; may belong to a record or a country."""

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
    done_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    revision: Mapped[int] = mapped_column(default=1)

    assignee: Mapped[Person | None] = relationship()
    country: Mapped[Country | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}
