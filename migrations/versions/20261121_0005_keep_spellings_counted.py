"""Keep how often each name of a checked file comes that is close to a country's"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_spelling",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import.id"],
            name="fk_import_spelling_import_id_import",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_import_spelling"),
    )
    _count_spellings()


def downgrade() -> None:
    op.drop_table("import_spelling")


def _count_spellings() -> None:
    """Count those of files that wait already, as their check would have."""
    rows = sa.table(
        "import_row",
        sa.column("import_id", sa.Integer()),
        sa.column("problem", sa.String()),
        sa.column("outcome", sa.String()),
        sa.column("line", sa.Integer()),
        sa.column("cells", sa.JSON()),
    )
    spellings = sa.table(
        "import_spelling",
        *(sa.column(name, sa.Integer()) for name in ("import_id", "line", "count")),
        sa.column("spelling", sa.Text()),
    )
    spelling = rows.c.cells["country"].as_string().label("spelling")
    waits = (rows.c.problem == "near_name") & (rows.c.outcome == "held")
    # Grouped outside: PostgreSQL does not know an expression with a parameter in it again.
    found = sa.select(rows.c.import_id, spelling, rows.c.line).where(waits).subquery()
    counted = sa.select(
        found.c.import_id, sa.func.min(found.c.line), found.c.spelling, sa.func.count()
    ).group_by(found.c.import_id, found.c.spelling)
    columns = ["import_id", "line", "spelling", "count"]
    op.execute(sa.insert(spellings).from_select(columns, counted))
