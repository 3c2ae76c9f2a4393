"""Create the register"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Constraints are named by the convention in app/database.py, here as in the models.
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_country()
    _create_outbreak()
    _create_country_alias()
    _create_person()
    _create_sign_in_attempt()
    _create_user()
    _create_user_session()
    _create_import()
    _create_changeset()
    _create_import_row()
    _create_record()
    _create_record_version()
    _create_country_total()
    _create_daily_total()
    _create_former_slug()
    _create_todo()
    _create_video()
    _create_deletion()
    _insert_default_outbreak()


def downgrade() -> None:
    for table in (
        "deletion",
        "video",
        "todo",
        "former_slug",
        "daily_total",
        "country_total",
        "record_version",
        "record",
        "import_row",
        "changeset",
        "import",
        "user_session",
        "user",
        "sign_in_attempt",
        "person",
        "country_alias",
        "outbreak",
        "country",
    ):
        op.drop_table(table)


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _link(
    column: str, target: str, *, nullable: bool = False, ondelete: str | None = None, **rest: Any
) -> sa.Column[int]:
    link = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(column, sa.Integer(), link, nullable=nullable, **rest)


def _create_country() -> None:
    op.create_table(
        "country",
        _key(),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("slug", sa.String(200), nullable=False, unique=True),
        sa.Column("code", sa.String(3), unique=True),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
    )


def _create_outbreak() -> None:
    op.create_table(
        "outbreak",
        _key(),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("counting", sa.String(10), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint("counting IN ('cumulative', 'daily')", name="counting_known"),
    )
    op.create_index(
        "uq_outbreak_is_default",
        "outbreak",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )


def _create_country_alias() -> None:
    op.create_table(
        "country_alias",
        _key(),
        sa.Column("alias", sa.String(200), nullable=False, unique=True),
        _link("country_id", "country.id", ondelete="CASCADE", index=True),
    )


def _create_person() -> None:
    op.create_table(
        "person",
        _key(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False, unique=True),
        sa.Column("email", sa.String(254)),
        sa.Column("organisation", sa.String(200)),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )


def _create_sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        _key(),
        sa.Column("name_hash", sa.String(64), nullable=False, index=True),
        sa.Column("address", sa.String(45), nullable=False, index=True),
        sa.Column("created_at", MOMENT, nullable=False, index=True),
    )


def _create_user() -> None:
    op.create_table(
        "user",
        _key(),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("username_key", sa.String(80), nullable=False, unique=True),
        sa.Column("email", sa.String(254)),
        sa.Column("email_key", sa.String(254), unique=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        _link("person_id", "person.id", nullable=True, ondelete="SET NULL", unique=True),
        sa.Column("disabled_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('reader', 'editor', 'admin')", name="role_known"),
    )


def _create_user_session() -> None:
    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _link("user_id", "user.id", ondelete="CASCADE", index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )


def _create_import() -> None:
    op.create_table(
        "import",
        _key(),
        _link("outbreak_id", "outbreak.id", index=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        _link("user_id", "user.id", nullable=True, ondelete="SET NULL", index=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint("status IN ('checked', 'applied', 'refused')", name="status_known"),
        sqlite_autoincrement=True,
    )


def _create_changeset() -> None:
    op.create_table(
        "changeset",
        _key(),
        _link("outbreak_id", "outbreak.id", index=True),
        sa.Column("kind", sa.String(10), nullable=False),
        _link("user_id", "user.id", nullable=True, ondelete="SET NULL", index=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _link("import_id", "import.id", nullable=True, index=True),
        _link("undoes_id", "changeset.id", nullable=True, index=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('add', 'edit', 'delete', 'bulk', 'import', 'undo', 'example')",
            name="kind_known",
        ),
        sqlite_autoincrement=True,
    )


def _create_import_row() -> None:
    op.create_table(
        "import_row",
        _link("import_id", "import.id", primary_key=True, ondelete="CASCADE"),
        sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        _link("country_id", "country.id", nullable=True, index=True),
        sa.Column("date", sa.Date()),
        sa.Column("cases", sa.Integer()),
        sa.Column("deaths", sa.Integer()),
        sa.Column("recoveries", sa.Integer()),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("outcome IN ('held', 'unreadable')", name="outcome_known"),
    )


def _create_record() -> None:
    op.create_table(
        "record",
        _key(),
        _link("outbreak_id", "outbreak.id"),
        _link("country_id", "country.id"),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("cases", sa.Integer()),
        sa.Column("deaths", sa.Integer()),
        sa.Column("recoveries", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("line", sa.Integer()),
        _link("changeset_id", "changeset.id"),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.CheckConstraint("cases >= 0", name="cases_not_negative"),
        sa.CheckConstraint("deaths >= 0", name="deaths_not_negative"),
        sa.CheckConstraint("recoveries >= 0", name="recoveries_not_negative"),
        sa.UniqueConstraint("outbreak_id", "date", "country_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_record_changeset_id", "record", ["changeset_id", "id"])
    op.create_index(
        "ix_record_noted",
        "record",
        ["outbreak_id", "id"],
        sqlite_where=sa.text("note IS NOT NULL"),
        postgresql_where=sa.text("note IS NOT NULL"),
    )
    op.create_index("ix_record_outbreak_id_cases", "record", ["outbreak_id", "cases", "id"])
    op.create_index(
        "ix_record_outbreak_id_country_id_date", "record", ["outbreak_id", "country_id", "date"]
    )
    op.create_index("ix_record_outbreak_id_deaths", "record", ["outbreak_id", "deaths", "id"])
    op.create_index(
        "ix_record_outbreak_id_recoveries", "record", ["outbreak_id", "recoveries", "id"]
    )


def _create_record_version() -> None:
    op.create_table(
        "record_version",
        _key(),
        sa.Column("record_id", sa.Integer(), nullable=False),
        _link("outbreak_id", "outbreak.id"),
        _link("country_id", "country.id"),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("cases", sa.Integer()),
        sa.Column("deaths", sa.Integer()),
        sa.Column("recoveries", sa.Integer()),
        sa.Column("note", sa.Text()),
        sa.Column("line", sa.Integer()),
        sa.Column("revision", sa.Integer(), nullable=False),
        _link("from_changeset_id", "changeset.id"),
        _link("to_changeset_id", "changeset.id"),
        sa.UniqueConstraint("record_id", "revision"),
    )
    for column in ("from_changeset_id", "to_changeset_id"):
        op.create_index(
            f"ix_record_version_{column}_record_id", "record_version", [column, "record_id"]
        )
    op.create_index(
        "ix_record_version_outbreak_id_country_id_date",
        "record_version",
        ["outbreak_id", "country_id", "date"],
    )


def _create_country_total() -> None:
    op.create_table(
        "country_total",
        _link("outbreak_id", "outbreak.id", primary_key=True),
        _link("country_id", "country.id", primary_key=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("cases", sa.Integer()),
        sa.Column("deaths", sa.Integer()),
        sa.Column("recoveries", sa.Integer()),
    )
    op.create_index(
        "ix_country_total_outbreak_id_reports",
        "country_total",
        ["outbreak_id", "reports", "country_id"],
    )


def _create_daily_total() -> None:
    op.create_table(
        "daily_total",
        _link("outbreak_id", "outbreak.id", primary_key=True),
        sa.Column("date", sa.Date(), primary_key=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        sa.Column("deaths", sa.BigInteger(), nullable=False),
        sa.Column("recoveries", sa.BigInteger(), nullable=False),
        sa.Column("cases_step", sa.BigInteger(), nullable=False),
        sa.Column("deaths_step", sa.BigInteger(), nullable=False),
        sa.Column("recoveries_step", sa.BigInteger(), nullable=False),
    )


def _create_former_slug() -> None:
    op.create_table(
        "former_slug",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("slug", sa.String(200), primary_key=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
    )


def _create_todo() -> None:
    op.create_table(
        "todo",
        _key(),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("due", sa.Date(), index=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        _link("assignee_id", "person.id", nullable=True, ondelete="SET NULL", index=True),
        _link("country_id", "country.id", nullable=True, index=True),
        sa.Column("record_id", sa.Integer(), index=True),
        sa.Column("done_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name="priority_known"),
        sqlite_autoincrement=True,
    )


def _create_video() -> None:
    op.create_table(
        "video",
        _key(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("link", sa.String(2000), nullable=False),
        sa.Column("date", sa.Date()),
        _link("country_id", "country.id", nullable=True, index=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )


def _create_deletion() -> None:
    op.create_table(
        "deletion",
        _key(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("named_by", sa.JSON(), nullable=False),
        _link("user_id", "user.id", nullable=True, ondelete="SET NULL", index=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=False),
        sa.Column("restored_at", MOMENT),
    )
    op.create_index("ix_deletion_kind_id", "deletion", ["kind", "id"])


def _insert_default_outbreak() -> None:
    flags = [sa.column(name, sa.Boolean) for name in ("is_default", "simulated")]
    outbreak = sa.table("outbreak", *map(sa.column, ("slug", "name", "counting")), *flags)
    values = {"slug": "outbreak", "name": "Outbreak", "counting": "cumulative"}
    op.execute(outbreak.insert().values(**values, is_default=True, simulated=False))
