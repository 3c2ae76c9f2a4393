"""Create the register"""

import sqlalchemy as sa
from alembic import op

from app.database import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "country",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_country")),
        sa.UniqueConstraint("code", name=op.f("uq_country_code")),
        sa.UniqueConstraint("name", name=op.f("uq_country_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_country_slug")),
    )
    op.create_table(
        "outbreak",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("counting", sa.String(length=10), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "counting IN ('cumulative', 'daily')", name=op.f("ck_outbreak_counting_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbreak")),
        sa.UniqueConstraint("slug", name=op.f("uq_outbreak_slug")),
    )
    with op.batch_alter_table("outbreak", schema=None) as batch_op:
        batch_op.create_index(
            "uq_outbreak_is_default",
            ["is_default"],
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("organisation", sa.String(length=200), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name_key", name=op.f("uq_person_name_key")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_address"), ["address"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempt_created_at"), ["created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempt_name_hash"), ["name_hash"], unique=False
        )

    op.create_table(
        "country_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(length=200), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"],
            ["country.id"],
            name=op.f("fk_country_alias_country_id_country"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_country_alias")),
        sa.UniqueConstraint("alias", name=op.f("uq_country_alias_alias")),
    )
    with op.batch_alter_table("country_alias", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_country_alias_country_id"), ["country_id"], unique=False
        )

    op.create_table(
        "country_total",
        sa.Column("outbreak_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("deaths", sa.Integer(), nullable=True),
        sa.Column("recoveries", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["country_id"], ["country.id"], name=op.f("fk_country_total_country_id_country")
        ),
        sa.ForeignKeyConstraint(
            ["outbreak_id"], ["outbreak.id"], name=op.f("fk_country_total_outbreak_id_outbreak")
        ),
        sa.PrimaryKeyConstraint("outbreak_id", "country_id", name=op.f("pk_country_total")),
    )
    with op.batch_alter_table("country_total", schema=None) as batch_op:
        batch_op.create_index(
            "ix_country_total_outbreak_id_reports", ["outbreak_id", "reports"], unique=False
        )

    op.create_table(
        "daily_total",
        sa.Column("outbreak_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        sa.Column("deaths", sa.BigInteger(), nullable=False),
        sa.Column("recoveries", sa.BigInteger(), nullable=False),
        sa.Column("cases_step", sa.BigInteger(), nullable=False),
        sa.Column("deaths_step", sa.BigInteger(), nullable=False),
        sa.Column("recoveries_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbreak_id"], ["outbreak.id"], name=op.f("fk_daily_total_outbreak_id_outbreak")
        ),
        sa.PrimaryKeyConstraint("outbreak_id", "date", name=op.f("pk_daily_total")),
    )
    op.create_table(
        "todo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("done_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_todo_priority_known")),
        sa.ForeignKeyConstraint(
            ["assignee_id"],
            ["person.id"],
            name=op.f("fk_todo_assignee_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["country_id"], ["country.id"], name=op.f("fk_todo_country_id_country")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todo")),
    )
    with op.batch_alter_table("todo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_todo_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_todo_country_id"), ["country_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_todo_due"), ["due"], unique=False)
        batch_op.create_index(batch_op.f("ix_todo_record_id"), ["record_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("username_key", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("disabled_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('reader', 'editor', 'admin')", name=op.f("ck_user_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_user_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_email_key")),
        sa.UniqueConstraint("person_id", name=op.f("uq_user_person_id")),
        sa.UniqueConstraint("username_key", name=op.f("uq_user_username_key")),
    )
    op.create_table(
        "video",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["country.id"], name=op.f("fk_video_country_id_country")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video")),
    )
    with op.batch_alter_table("video", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_video_country_id"), ["country_id"], unique=False)

    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbreak_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('checked', 'applied', 'refused')", name=op.f("ck_import_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["outbreak_id"], ["outbreak.id"], name=op.f("fk_import_outbreak_id_outbreak")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_import_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_outbreak_id"), ["outbreak_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_session_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_user_session")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_session_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "changeset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbreak_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('add', 'edit', 'delete', 'bulk', 'import', 'undo', 'example')",
            name=op.f("ck_changeset_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_changeset_import_id_import")
        ),
        sa.ForeignKeyConstraint(
            ["outbreak_id"], ["outbreak.id"], name=op.f("fk_changeset_outbreak_id_outbreak")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["changeset.id"], name=op.f("fk_changeset_undoes_id_changeset")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_changeset_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changeset")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("changeset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changeset_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_changeset_outbreak_id"), ["outbreak_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_changeset_undoes_id"), ["undoes_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_changeset_user_id"), ["user_id"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("deaths", sa.Integer(), nullable=True),
        sa.Column("recoveries", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('held', 'unreadable')", name=op.f("ck_import_row_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["country_id"], ["country.id"], name=op.f("fk_import_row_country_id_country")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import.id"],
            name=op.f("fk_import_row_import_id_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_row_country_id"), ["country_id"], unique=False)

    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbreak_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("deaths", sa.Integer(), nullable=True),
        sa.Column("recoveries", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("changeset_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("cases >= 0", name=op.f("ck_record_cases_not_negative")),
        sa.CheckConstraint("deaths >= 0", name=op.f("ck_record_deaths_not_negative")),
        sa.CheckConstraint("recoveries >= 0", name=op.f("ck_record_recoveries_not_negative")),
        sa.ForeignKeyConstraint(
            ["changeset_id"], ["changeset.id"], name=op.f("fk_record_changeset_id_changeset")
        ),
        sa.ForeignKeyConstraint(
            ["country_id"], ["country.id"], name=op.f("fk_record_country_id_country")
        ),
        sa.ForeignKeyConstraint(
            ["outbreak_id"], ["outbreak.id"], name=op.f("fk_record_outbreak_id_outbreak")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint(
            "outbreak_id", "date", "country_id", name=op.f("uq_record_outbreak_id_date_country_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index("ix_record_changeset_id", ["changeset_id", "id"], unique=False)
        batch_op.create_index(
            "ix_record_noted",
            ["outbreak_id", "id"],
            unique=False,
            sqlite_where=sa.text("note IS NOT NULL"),
            postgresql_where=sa.text("note IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_record_outbreak_id_cases", ["outbreak_id", "cases", "id"], unique=False
        )
        batch_op.create_index(
            "ix_record_outbreak_id_country_id_date",
            ["outbreak_id", "country_id", "date"],
            unique=False,
        )
        batch_op.create_index(
            "ix_record_outbreak_id_deaths", ["outbreak_id", "deaths", "id"], unique=False
        )
        batch_op.create_index(
            "ix_record_outbreak_id_recoveries", ["outbreak_id", "recoveries", "id"], unique=False
        )

    op.create_table(
        "record_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("outbreak_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("deaths", sa.Integer(), nullable=True),
        sa.Column("recoveries", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("from_changeset_id", sa.Integer(), nullable=False),
        sa.Column("to_changeset_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["country.id"], name=op.f("fk_record_version_country_id_country")
        ),
        sa.ForeignKeyConstraint(
            ["from_changeset_id"],
            ["changeset.id"],
            name=op.f("fk_record_version_from_changeset_id_changeset"),
        ),
        sa.ForeignKeyConstraint(
            ["outbreak_id"], ["outbreak.id"], name=op.f("fk_record_version_outbreak_id_outbreak")
        ),
        sa.ForeignKeyConstraint(
            ["to_changeset_id"],
            ["changeset.id"],
            name=op.f("fk_record_version_to_changeset_id_changeset"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
        sa.UniqueConstraint(
            "record_id", "revision", name=op.f("uq_record_version_record_id_revision")
        ),
    )
    with op.batch_alter_table("record_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_record_version_from_changeset_id", ["from_changeset_id"], unique=False
        )
        batch_op.create_index(
            "ix_record_version_outbreak_id_country_id_date",
            ["outbreak_id", "country_id", "date"],
            unique=False,
        )
        batch_op.create_index(
            "ix_record_version_to_changeset_id", ["to_changeset_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("record_version", schema=None) as batch_op:
        batch_op.drop_index("ix_record_version_to_changeset_id")
        batch_op.drop_index("ix_record_version_outbreak_id_country_id_date")
        batch_op.drop_index("ix_record_version_from_changeset_id")

    op.drop_table("record_version")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index("ix_record_outbreak_id_recoveries")
        batch_op.drop_index("ix_record_outbreak_id_deaths")
        batch_op.drop_index("ix_record_outbreak_id_country_id_date")
        batch_op.drop_index("ix_record_outbreak_id_cases")
        batch_op.drop_index(
            "ix_record_noted",
            sqlite_where=sa.text("note IS NOT NULL"),
            postgresql_where=sa.text("note IS NOT NULL"),
        )
        batch_op.drop_index("ix_record_changeset_id")

    op.drop_table("record")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_row_country_id"))

    op.drop_table("import_row")
    with op.batch_alter_table("changeset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_changeset_user_id"))
        batch_op.drop_index(batch_op.f("ix_changeset_undoes_id"))
        batch_op.drop_index(batch_op.f("ix_changeset_outbreak_id"))
        batch_op.drop_index(batch_op.f("ix_changeset_import_id"))

    op.drop_table("changeset")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))
        batch_op.drop_index(batch_op.f("ix_user_session_expires_at"))

    op.drop_table("user_session")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_user_id"))
        batch_op.drop_index(batch_op.f("ix_import_outbreak_id"))

    op.drop_table("import")
    with op.batch_alter_table("video", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_video_country_id"))

    op.drop_table("video")
    op.drop_table("user")
    with op.batch_alter_table("todo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_todo_record_id"))
        batch_op.drop_index(batch_op.f("ix_todo_due"))
        batch_op.drop_index(batch_op.f("ix_todo_country_id"))
        batch_op.drop_index(batch_op.f("ix_todo_assignee_id"))

    op.drop_table("todo")
    op.drop_table("daily_total")
    with op.batch_alter_table("country_total", schema=None) as batch_op:
        batch_op.drop_index("ix_country_total_outbreak_id_reports")

    op.drop_table("country_total")
    with op.batch_alter_table("country_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_country_alias_country_id"))

    op.drop_table("country_alias")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_name_hash"))
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_created_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_address"))

    op.drop_table("sign_in_attempt")
    op.drop_table("person")
    with op.batch_alter_table("outbreak", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_outbreak_is_default",
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )

    op.drop_table("outbreak")
    op.drop_table("country")
