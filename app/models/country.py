from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.database import Base
from app.models.names import fold_country


class Country(Base):
    """A reporting country or area; its id never changes, so renaming rewrites no record."""

    __tablename__ = "country"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    # ISO 3166-1 alpha-3, for the countries and areas that have one.
    code: Mapped[str | None] = mapped_column(String(3), unique=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")

    aliases: Mapped[list["CountryAlias"]] = relationship(
        back_populates="country", cascade="all, delete-orphan", order_by="CountryAlias.alias"
    )

    __mapper_args__ = {"version_id_col": revision}


class CountryAlias(Base):
    """Another way to write a country's name, folded; the country's own name is one of them."""

    __tablename__ = "country_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(String(200), unique=True)
    country_id: Mapped[int] = mapped_column(
        ForeignKey("country.id", ondelete="CASCADE"), index=True
    )

    country: Mapped[Country] = relationship(back_populates="aliases")

    @validates("alias")
    def _fold(self, _key: str, alias: str) -> str:
        return fold_country(alias)
