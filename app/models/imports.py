import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, UTCDateTime, utc_now
from app.models.outbreak import Outbreak


class Import(Base):
    """One file offered to the register, what it held and what became of its rows."""

    __tablename__ = "import"
    __table_args__ = (
        CheckConstraint("status IN ('checked', 'applied', 'refused')", name="status_known"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), index=True)
    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    # Bytes of the file as it arrived.
    size: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    # What was understood or asked for: encoding, delimiter, date format, column map, policies.
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Outcomes: read = added + changed + same + held + unreadable.
    read: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    outbreak: Mapped[Outbreak] = relationship()
    rows: Mapped[list["ImportRow"]] = relationship(
        back_populates="source_import", passive_deletes=True, order_by="ImportRow.line"
    )


class ImportRow(Base):
    """A line of an import that is not in the register: held for a decision, or unreadable."""

    __tablename__ = "import_row"
    __table_args__ = (CheckConstraint("outcome IN ('held', 'unreadable')", name="outcome_known"),)

    import_id: Mapped[int] = mapped_column(
        ForeignKey("import.id", ondelete="CASCADE"), primary_key=True
    )
    # The heading is line 1; a line break inside a quoted cell counts.
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # The cells as they stood in the file, by field name.
    cells: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Filled in where they could be read.
    country_id: Mapped[int | None] = mapped_column(ForeignKey("country.id"), index=True)
    date: Mapped[dt.date | None] = mapped_column(Date)
    cases: Mapped[int | None]
    deaths: Mapped[int | None]
    recoveries: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(10))
    # One object a reason: column, value, reason, suggestion (each text, suggestion may be null).
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    source_import: Mapped[Import] = relationship(back_populates="rows")
