"""Let SQLite's index of a country's days tell the counts of each"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = ["outbreak_id", "country_id", "date"]
COUNTS = ["cases", "deaths", "recoveries"]


def upgrade() -> None:
    _replace(KEY, [*KEY, *COUNTS])


def downgrade() -> None:
    _replace([*KEY, *COUNTS], KEY)


def _replace(before: list[str], after: list[str]) -> None:
    if op.get_context().dialect.name == "sqlite":
        op.drop_index(_name(before), table_name="record")
        op.create_index(_name(after), "record", after)


def _name(columns: list[str]) -> str:
    return "_".join(("ix_record", *columns))
