from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class FormerSlug(Base):
    """An address that a thing had before it was renamed; it leads on to the present one."""

    __tablename__ = "former_slug"

    # Table of the thing.
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    row_id: Mapped[int]
