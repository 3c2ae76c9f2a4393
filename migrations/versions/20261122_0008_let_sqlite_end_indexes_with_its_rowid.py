"""Let SQLite end indexes with its rowid, which it does anyway, and not name the id besides"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The columns in front of the id, by the index's name on SQLite.
INDEXES = {
    "ix_record_changeset_id": ["changeset_id"],
    "ix_record_outbreak_id_cases": ["outbreak_id", "cases"],
    "ix_record_outbreak_id_deaths": ["outbreak_id", "deaths"],
    "ix_record_outbreak_id_recoveries": ["outbreak_id", "recoveries"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        _change(name, columns, before=name, after=f"{name}_id")


def downgrade() -> None:
    for name, columns in INDEXES.items():
        _change(name, [*columns, "id"], before=f"{name}_id", after=name)


def _change(name: str, columns: list[str], *, before: str, after: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        op.drop_index(name, table_name="record")
        op.create_index(name, "record", columns)
    else:
        # PostgreSQL's goes on having the id, and now says so.
        op.execute(f"ALTER INDEX {before} RENAME TO {after}")
