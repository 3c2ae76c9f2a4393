from typing import Literal

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

Counting = Literal["cumulative", "daily"]


class Outbreak(Base):
    """One epidemic being counted; pages, files and answers are always of one outbreak."""

    __tablename__ = "outbreak"
    __table_args__ = (
        CheckConstraint("counting IN ('cumulative', 'daily')", name="counting_known"),
        # At most one row may say true.
        Index(
            "uq_outbreak_is_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    counting: Mapped[str] = mapped_column(String(10), default="cumulative")
    is_default: Mapped[bool] = mapped_column(default=False)
    # The example outbreak: every page and file of it says "simulated".
    simulated: Mapped[bool] = mapped_column(default=False)
