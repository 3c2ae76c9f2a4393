from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.database import Base
from app.models.names import fold, slugify, tidy


class Person(Base):
    """Somebody work is given to; needs no account."""

    __tablename__ = "person"
    # A deleted person may come back under the same id, so no other may ever get it.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    # The name without regard to case, blanks and Unicode form.
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    organisation: Mapped[str | None] = mapped_column(String(200))
    # Nobody gives work to somebody who is away for good; what they did keeps their name.
    active: Mapped[bool] = mapped_column(default=True)
    # Part of the calendar's secret link: another number, another link. 0: there is none.
    calendar: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    slug: Mapped[str] = mapped_column(String(200), unique=True)

    __mapper_args__ = {"version_id_col": revision}

    @validates("name")
    def _tidy(self, _key: str, name: str) -> str:
        self.name_key = fold(name)
        if self.slug is None:
            self.slug = slugify(name)
        return tidy(name)
