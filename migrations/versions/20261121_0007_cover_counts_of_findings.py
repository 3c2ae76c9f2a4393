"""Let the counts and groups of the queue be read from its index alone"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAME = "ix_finding_outbreak_id_state_grouping"
BEFORE = ["outbreak_id", "state", "grouping", "country_id", "date"]


def upgrade() -> None:
    op.drop_index(NAME, table_name="finding")
    op.create_index(NAME, "finding", [*BEFORE, "level", "todo_id"])


def downgrade() -> None:
    op.drop_index(NAME, table_name="finding")
    op.create_index(NAME, "finding", BEFORE)
