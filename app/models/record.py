import datetime as dt
from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, only_on
from app.models.changeset import Changeset
from app.models.country import Country
from app.models.outbreak import Outbreak

METRICS = ("cases", "deaths", "recoveries")
# The largest count a 32-bit INTEGER column holds, refused above before it reaches the database.
MAX_COUNT = 2_147_483_647


def _not_negative() -> tuple[CheckConstraint, ...]:
    return tuple(
        CheckConstraint(f"{metric} >= 0", name=f"{metric}_not_negative") for metric in METRICS
    )


def _ending_with_id(*columns: str) -> Iterator[Index]:
    """Yield an index whose entries of the same values are in the order of the records' ids.

    SQLite's are anyway: to name the id would only store it twice.
    """
    name = "_".join(("ix_record", *columns))
    yield only_on("sqlite", Index(name, *columns))
    yield only_on("postgresql", Index(f"{name}_id", *columns, "id"))


def _with_counts(*columns: str) -> Iterator[Index]:
    """Yield an index that on SQLite tells the counts, too.

    A country's records lie all over the register, which grows by days: each would be looked up on
    a page of its own. PostgreSQL would have to write every index anew wherever a count changes.
    """
    name = "_".join(("ix_record", *columns))
    yield only_on("sqlite", Index("_".join((name, *METRICS)), *columns, *METRICS))
    yield only_on("postgresql", Index(name, *columns))


class Record(Base):
    """The counts of one outbreak, country and day; NULL is "not reported", never 0.

    Only the register's write path (services.register, services.importing) writes here: each row
    names the changeset that wrote its present state, and what it superseded is a RecordVersion.
    """

    __tablename__ = "record"
    __table_args__ = (
        # Files come in the order of their dates, so this index grows at its end.
        UniqueConstraint("outbreak_id", "date", "country_id"),
        *_with_counts("outbreak_id", "country_id", "date"),
        # The list sorts by a count and then by id.
        *(index for metric in METRICS for index in _ending_with_id("outbreak_id", metric)),
        *_ending_with_id("changeset_id"),
        # Few records have a note; this is how a search reads just those.
        Index(
            "ix_record_noted",
            "outbreak_id",
            "id",
            sqlite_where=text("note IS NOT NULL"),
            postgresql_where=text("note IS NOT NULL"),
        ),
        *_not_negative(),
        # A deleted record keeps its id in the history, so no other may ever get it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"))
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"))
    date: Mapped[dt.date] = mapped_column(Date)
    cases: Mapped[int | None]
    deaths: Mapped[int | None]
    recoveries: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)
    # Line of the changeset's import that this state was read from.
    line: Mapped[int | None]
    changeset_id: Mapped[int] = mapped_column(ForeignKey("changeset.id"))
    # Optimistic lock: counts the states this record has had, the first is 1.
    revision: Mapped[int] = mapped_column(default=1, server_default="1")

    outbreak: Mapped[Outbreak] = relationship()
    country: Mapped[Country] = relationship()
    changeset: Mapped[Changeset] = relationship()

    # The UPDATE itself compares the revision; services.register counts it up.
    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}


class RecordVersion(Base):
    """A state of a record that a changeset superseded or deleted; append-only.

    The state was true from `from_changeset_id` until `to_changeset_id` took its place, so the
    register as of changeset N is the records with changeset_id <= N together with the versions
    where from_changeset_id <= N < to_changeset_id.
    """

    __tablename__ = "record_version"
    __table_args__ = (
        UniqueConstraint("record_id", "revision"),
        Index("ix_record_version_outbreak_id_country_id_date", "outbreak_id", "country_id", "date"),
        # With the record, so that a large change is told in parts without sorting it.
        Index("ix_record_version_from_changeset_id_record_id", "from_changeset_id", "record_id"),
        Index("ix_record_version_to_changeset_id_record_id", "to_changeset_id", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # No foreign key: a deleted record's versions outlive it.
    record_id: Mapped[int]
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"))
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"))
    date: Mapped[dt.date] = mapped_column(Date)
    cases: Mapped[int | None]
    deaths: Mapped[int | None]
    recoveries: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)
    line: Mapped[int | None]
    revision: Mapped[int]
    from_changeset_id: Mapped[int] = mapped_column(ForeignKey("changeset.id"))
    to_changeset_id: Mapped[int] = mapped_column(ForeignKey("changeset.id"))

    from_changeset: Mapped[Changeset] = relationship(foreign_keys=[from_changeset_id])
    to_changeset: Mapped[Changeset] = relationship(foreign_keys=[to_changeset_id])
