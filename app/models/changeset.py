import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, UTCDateTime, utc_now
from app.models.imports import Import
from app.models.outbreak import Outbreak

KINDS = ("add", "edit", "delete", "bulk", "import", "undo", "example")


class Changeset(Base):
    """One accepted act that changed records: who, when, why; append-only."""

    __tablename__ = "changeset"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind_known"),
        # Ids are the order of the register's history, so none may be given twice.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    # The person's name as it was, kept when the user goes.
    actor: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("changeset.id"), index=True)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)

    outbreak: Mapped[Outbreak] = relationship()
    # Named so because `import` is a word of the language.
    source_import: Mapped[Import | None] = relationship(foreign_keys=[import_id])
    undoes: Mapped["Changeset | None"] = relationship(
        remote_side=[id], foreign_keys=[undoes_id], back_populates="undone_by"
    )
    undone_by: Mapped[list["Changeset"]] = relationship(
        foreign_keys=[undoes_id], back_populates="undoes", order_by="Changeset.id"
    )
