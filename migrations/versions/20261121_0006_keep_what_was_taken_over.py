"""Keep which values an entry took over from the one that was merged into it"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "deletion", sa.Column("taken_over", sa.JSON(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    with op.batch_alter_table("deletion") as batch:
        batch.drop_column("taken_over")
