from typing import Any, Literal

from sqlalchemy import CheckConstraint, Connection, Index, String, Table, event, text
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


@event.listens_for(Outbreak.__table__, "after_create")
def _add_default_outbreak(table: Table, connection: Connection, **_: Any) -> None:
    # The first migration does the same: a register always has an outbreak to write into.
    connection.execute(
        table.insert().values(
            slug="outbreak",
            name="Outbreak",
            counting="cumulative",
            is_default=True,
            simulated=False,
        )
    )
