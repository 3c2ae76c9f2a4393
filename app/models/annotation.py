import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, UTCDateTime, utc_now
from app.models.country import Country
from app.models.outbreak import Outbreak

ANNOTATION_KINDS = ("note", "break")
LONGEST_NAME = 100


class Annotation(Base):
    """A note, or a break in the series, on a country's day: "cases counted anew from here"."""

    __tablename__ = "annotation"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, ANNOTATION_KINDS))})", name="kind_known"),
        Index("ix_annotation_outbreak_id_country_id_date", "outbreak_id", "country_id", "date"),
        # A deleted annotation may come back under the same id, so no other may ever get it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"))
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), index=True)
    date: Mapped[dt.date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(10), default="note")
    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    revision: Mapped[int] = mapped_column(default=1)

    outbreak: Mapped[Outbreak] = relationship()
    country: Mapped[Country] = relationship()

    @property
    def name(self) -> str:
        """What it is called where it stands among others: how its text begins."""
        line = " ".join(self.text.split())
        return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"

    __mapper_args__ = {"version_id_col": revision}
