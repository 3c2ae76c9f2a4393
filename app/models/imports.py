import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, UTCDateTime, utc_now
from app.models.outbreak import Outbreak

# receiving: bytes arrive; checking: rows are looked at; checked: waits for decisions;
# applying: is being written; refused: nothing was stored because of a problem;
# discarded: somebody gave it up; expired: nobody came back.
IMPORT_STATUSES = (
    "receiving",
    "checking",
    "checked",
    "applying",
    "applied",
    "refused",
    "discarded",
    "expired",
)
# What became, or would become, of a line that is listed.
ROW_OUTCOMES = ("held", "unreadable", "left_out", "warning", "changed")
# What a decision is about: one line, a name of the file, or all lines of one problem.
DECISION_KINDS = ("row", "name", "problem")


class Import(Base):
    """One file offered to the register, what it held and what became of its rows."""

    __tablename__ = "import"
    __table_args__ = (
        CheckConstraint(
            f"status IN ({', '.join(map(repr, IMPORT_STATUSES))})", name="status_known"
        ),
        Index("ix_import_outbreak_id_heading", "outbreak_id", "heading"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"))
    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    # Bytes of the file as it arrived.
    size: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(10))
    # What a person asked for: how to read the file, and the policies (ImportOptions.as_dict).
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # What was understood or asked for: encoding, delimiter, date format, column map, policies.
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Why the file cannot be read as it stands, and what may be answered (Question.as_dict).
    question: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # Names the heading row: files that look alike are read alike.
    heading: Mapped[str | None] = mapped_column(String(64))
    # Outcomes: read = added + changed + same + summed + held + unreadable + left_out.
    read: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    # Parts of a country that went into the sum of another line.
    summed: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    # Lines that a decision keeps out.
    left_out: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # By problem: how many of the lines left out it explains.
    problems: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    checked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    outbreak: Mapped[Outbreak] = relationship()
    rows: Mapped[list["ImportRow"]] = relationship(
        back_populates="source_import", passive_deletes=True, order_by="ImportRow.line"
    )
    decisions: Mapped[list["ImportDecision"]] = relationship(
        passive_deletes=True, order_by="ImportDecision.id"
    )


class ImportPiece(Base):
    """Some bytes of an offered file, packed by zlib; any web process can read them again."""

    __tablename__ = "import_piece"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("import.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """A line of an import that somebody should look at, once for each problem it has."""

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({', '.join(map(repr, ROW_OUTCOMES))})", name="outcome_known"),
        Index("ix_import_row_import_id_outcome_line", "import_id", "outcome", "line"),
        # Lines that contradict each other are put together by day.
        Index("ix_import_row_import_id_problem_date", "import_id", "problem", "date"),
    )

    import_id: Mapped[int] = mapped_column(
        ForeignKey("import.id", ondelete="CASCADE"), primary_key=True
    )
    # conflict, near_name, exists, date, number, name, width, broken; changed; sum, cases_fall, ...
    problem: Mapped[str] = mapped_column(String(20), primary_key=True)
    # The heading is line 1; a line break inside a quoted cell counts.
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str] = mapped_column(String(10))
    # The cells as they stood in the file, by field name.
    cells: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Names what the cells say, so that what was settled once is known again.
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    # Filled in where they could be read.
    country_id: Mapped[int | None] = mapped_column(ForeignKey("country.id"), index=True)
    date: Mapped[dt.date | None] = mapped_column(Date)
    cases: Mapped[int | None]
    deaths: Mapped[int | None]
    recoveries: Mapped[int | None]
    # What they are compared with: the register's counts, or those of the report before.
    cases_before: Mapped[int | None]
    deaths_before: Mapped[int | None]
    recoveries_before: Mapped[int | None]
    # One object a reason: column, value, reason, suggestion (each text, suggestion may be null).
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # Names of countries that may be meant, best first.
    candidates: Mapped[list[str]] = mapped_column(JSON, default=list)

    source_import: Mapped[Import] = relationship(back_populates="rows")


class ImportSpelling(Base):
    """A name of a checked file that comes close to a country's: how often, and first in which line.

    Counted by the check, because a file may have 100,000 of them and a page shows some.
    """

    __tablename__ = "import_spelling"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("import.id", ondelete="CASCADE"), primary_key=True
    )
    # The first line that has it.
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    spelling: Mapped[str] = mapped_column(Text)
    count: Mapped[int]


class ImportDecision(Base):
    """What somebody decided about a line, a name or a problem of an import."""

    __tablename__ = "import_decision"
    __table_args__ = (
        UniqueConstraint("import_id", "kind", "key"),
        CheckConstraint(f"kind IN ({', '.join(map(repr, DECISION_KINDS))})", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    # The line's number, the name as the file spells it, or the problem.
    key: Mapped[str] = mapped_column(String(300))
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Of a line's cells: a later file that says the same is settled the same.
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
