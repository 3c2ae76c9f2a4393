"""Keep which entry took the place of one that was merged into it"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deletion", sa.Column("merged_into", sa.Integer()))


def downgrade() -> None:
    with op.batch_alter_table("deletion") as batch:
        batch.drop_column("merged_into")
