import datetime as dt

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.country import Country


class Video(Base):
    """A briefing: a name, a description and a link; nothing of it is embedded."""

    __tablename__ = "video"
    # A deleted video may come back under the same id, so no other may ever get it.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(2000))
    date: Mapped[dt.date | None] = mapped_column(Date)
    country_id: Mapped[int | None] = mapped_column(ForeignKey("country.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1)

    country: Mapped[Country | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}
