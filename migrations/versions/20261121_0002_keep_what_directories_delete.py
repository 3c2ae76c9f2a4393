"""Keep what directories delete; give people addresses and countries a revision"""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.database import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DIRECTORIES = ("person", "todo", "video")


def upgrade() -> None:
    _create_tables()
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("slug", sa.String(length=200), nullable=True))
    _fill_slugs()
    with op.batch_alter_table("person") as batch_op:
        batch_op.alter_column("slug", existing_type=sa.String(length=200), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_person_slug"), ["slug"])
    with op.batch_alter_table("country") as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    _rebuild_directories(sqlite_autoincrement=True)


def downgrade() -> None:
    _rebuild_directories(sqlite_autoincrement=False)
    with op.batch_alter_table("country") as batch_op:
        batch_op.drop_column("revision")
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_person_slug"), type_="unique")
        batch_op.drop_column("slug")
    with op.batch_alter_table("deletion") as batch_op:
        batch_op.drop_index("ix_deletion_kind_id")
        batch_op.drop_index(batch_op.f("ix_deletion_user_id"))
    op.drop_table("deletion")
    op.drop_table("former_slug")


def _create_tables() -> None:
    op.create_table(
        "former_slug",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_former_slug")),
    )
    op.create_table(
        "deletion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("named_by", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("deleted_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("restored_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_deletion_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion")),
    )
    with op.batch_alter_table("deletion") as batch_op:
        batch_op.create_index("ix_deletion_kind_id", ["kind", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deletion_user_id"), ["user_id"], unique=False)


def _fill_slugs() -> None:
    person = sa.table("person", sa.column("id"), sa.column("name"), sa.column("slug"))
    connection = op.get_bind()
    taken = {"new", "deleted"}
    for row in connection.execute(sa.select(person).order_by(person.c.id)).all():
        plain = unicodedata.normalize("NFKD", row.name).casefold()
        letters = "".join(mark for mark in plain if not unicodedata.combining(mark))
        base = unicodedata.normalize("NFC", re.sub(r"[\W_]+", "-", letters).strip("-")) or "-"
        slug = base[:180] if base[:180] not in taken else f"{base[:180]}-{row.id}"
        taken.add(slug)
        connection.execute(sa.update(person).where(person.c.id == row.id).values(slug=slug))


def _rebuild_directories(**arguments: Any) -> None:
    """Let SQLite give, or not, an id again that a deleted row had; PostgreSQL never does."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in DIRECTORIES:
        with op.batch_alter_table(table, recreate="always", table_kwargs=arguments) as batch_op:
            # SQLite forgets the key's name where it counts ids itself.
            batch_op.create_primary_key(batch_op.f(f"pk_{table}"), ["id"])
