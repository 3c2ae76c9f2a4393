from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.database import Base
from app.models.names import fold, tidy


class Person(Base):
    """Somebody work is given to; needs no account."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    # The name without regard to case, blanks and Unicode form.
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    organisation: Mapped[str | None] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}

    @validates("name")
    def _tidy(self, _key: str, name: str) -> str:
        self.name_key = fold(name)
        return tidy(name)
