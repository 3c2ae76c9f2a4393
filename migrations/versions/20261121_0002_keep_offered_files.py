"""Keep offered files, what is decided about them, and jobs"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OLD_STATUSES = ("checked", "applied", "refused")
STATUSES = (
    "receiving",
    "checking",
    "checked",
    "applying",
    "applied",
    "refused",
    "discarded",
    "expired",
)
OLD_OUTCOMES = ("held", "unreadable")
OUTCOMES = ("held", "unreadable", "left_out", "warning", "changed")
COUNTS = ("cases", "deaths", "recoveries")
# The problem of a cell, by the field whose column it stands in.
# A table made anew would forget that it gives no id twice.
NUMBERED = {"sqlite_autoincrement": True}
CELL_PROBLEMS = {"date": "date", "country": "name"} | dict.fromkeys(COUNTS, "number")


def upgrade() -> None:
    _widen_import()
    _create_import_piece()
    _create_import_decision()
    _create_job()
    _rebuild_rows(_create_rows, _with_problem)


def downgrade() -> None:
    _rebuild_rows(_create_old_rows, _without_problem)
    for table in ("job", "import_decision", "import_piece"):
        op.drop_table(table)
    _narrow_import()


def _known(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


def _link(
    column: str, target: str, *, nullable: bool = False, ondelete: str | None = None, **rest: Any
) -> sa.Column[int]:
    link = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(column, sa.Integer(), link, nullable=nullable, **rest)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False, server_default="{}")


def _widen_import() -> None:
    with op.batch_alter_table("import", table_kwargs=NUMBERED) as batch:
        batch.alter_column("size", type_=sa.BigInteger(), existing_type=sa.Integer())
        batch.add_column(_json("wishes"))
        batch.add_column(sa.Column("question", sa.JSON()))
        batch.add_column(sa.Column("heading", sa.String(64)))
        batch.add_column(_count("summed"))
        batch.add_column(_count("left_out"))
        batch.add_column(_json("problems"))
        batch.add_column(sa.Column("checked_at", MOMENT))
        batch.drop_constraint("status_known", type_="check")
        batch.create_check_constraint("status_known", _known("status", STATUSES))
        batch.drop_index("ix_import_outbreak_id")
        batch.create_index("ix_import_outbreak_id_heading", ["outbreak_id", "heading"])
    # The defaults were for the rows that were there: from here on the models say them.
    with op.batch_alter_table("import", table_kwargs=NUMBERED) as batch:
        for name in ("wishes", "summed", "left_out", "problems"):
            batch.alter_column(name, server_default=None)


def _narrow_import() -> None:
    unknown = [status for status in STATUSES if status not in OLD_STATUSES]
    op.execute(
        sa.text("DELETE FROM import WHERE status IN :unknown").bindparams(
            sa.bindparam("unknown", unknown, expanding=True)
        )
    )
    with op.batch_alter_table("import", table_kwargs=NUMBERED) as batch:
        batch.drop_index("ix_import_outbreak_id_heading")
        batch.create_index("ix_import_outbreak_id", ["outbreak_id"])
        batch.drop_constraint("status_known", type_="check")
        batch.create_check_constraint("status_known", _known("status", OLD_STATUSES))
        batch.alter_column("size", type_=sa.Integer(), existing_type=sa.BigInteger())
        for name in (
            "wishes",
            "question",
            "heading",
            "summed",
            "left_out",
            "problems",
            "checked_at",
        ):
            batch.drop_column(name)


def _create_import_piece() -> None:
    op.create_table(
        "import_piece",
        _link("import_id", "import.id", primary_key=True, ondelete="CASCADE"),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )


def _create_import_decision() -> None:
    op.create_table(
        "import_decision",
        sa.Column("id", sa.Integer(), primary_key=True),
        _link("import_id", "import.id", ondelete="CASCADE"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), index=True),
        _link("user_id", "user.id", nullable=True, ondelete="SET NULL", index=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.UniqueConstraint("import_id", "kind", "key"),
        sa.CheckConstraint(_known("kind", ("row", "name", "problem")), name="kind_known"),
    )


def _create_job() -> None:
    statuses = ("queued", "running", "done", "failed", "stopped")
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        _link("import_id", "import.id", nullable=True, ondelete="CASCADE", index=True),
        _link("changeset_id", "changeset.id", nullable=True, index=True),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("error", sa.JSON()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _link("user_id", "user.id", nullable=True, ondelete="SET NULL", index=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("heartbeat_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint(_known("kind", ("check", "apply", "undo")), name="kind_known"),
        sa.CheckConstraint(_known("status", statuses), name="status_known"),
    )
    op.create_index("ix_job_status_heartbeat_at", "job", ["status", "heartbeat_at"])


def _rebuild_rows(create: Any, convert: Any) -> None:
    """Make import_row anew with its rows, some thousand at a time: its key changes."""
    connection = op.get_bind()
    headings = {
        id: {heading: field for field, heading in _loaded(options).get("columns", {}).items()}
        for id, options in connection.execute(sa.text("SELECT id, options FROM import"))
    }
    op.rename_table("import_row", "import_row_before")
    for index in sa.inspect(connection).get_indexes("import_row_before"):
        op.drop_index(index["name"], table_name="import_row_before")
    if connection.dialect.name == "postgresql":
        for constraint in ("pk_import_row", "fk_import_row_import_id_import"):
            op.execute(f"ALTER TABLE import_row_before DROP CONSTRAINT {constraint}")
        op.execute("ALTER TABLE import_row_before DROP CONSTRAINT fk_import_row_country_id_country")
        op.execute("ALTER TABLE import_row_before DROP CONSTRAINT ck_import_row_outcome_known")
    create()
    before = sa.Table("import_row_before", sa.MetaData(), autoload_with=connection)
    after = sa.Table("import_row", sa.MetaData(), autoload_with=connection)
    for part in connection.execute(sa.select(before)).mappings().partitions(1000):
        rows = [row for row in (convert(dict(row), headings) for row in part) if row]
        if rows:
            connection.execute(sa.insert(after), rows)
    op.drop_table("import_row_before")


def _with_problem(row: dict[str, Any], headings: dict[int, dict[str, str]]) -> dict[str, Any]:
    reasons = _loaded(row["reasons"])
    first = reasons[0] if reasons else {}
    text, column = first.get("reason", ""), first.get("column", "")
    if row["outcome"] == "held":
        problem = "conflict" if "different counts" in text else "near_name"
    else:
        field = headings.get(row["import_id"], {}).get(column, "")
        problem = CELL_PROBLEMS.get(field, "width" if " cells, " in text else "broken")
    return {**row, "problem": problem, "candidates": []}


def _without_problem(row: dict[str, Any], _headings: object) -> dict[str, Any] | None:
    if row["outcome"] not in OLD_OUTCOMES:
        return None
    gone = ("problem", "fingerprint", "candidates", *(f"{name}_before" for name in COUNTS))
    return {name: value for name, value in row.items() if name not in gone}


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _create_rows() -> None:
    op.create_table(
        "import_row",
        _link("import_id", "import.id", primary_key=True, ondelete="CASCADE"),
        sa.Column("problem", sa.String(20), primary_key=True),
        sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64)),
        _link("country_id", "country.id", nullable=True, index=True),
        sa.Column("date", sa.Date()),
        *(sa.Column(name, sa.Integer()) for name in COUNTS),
        *(sa.Column(f"{name}_before", sa.Integer()) for name in COUNTS),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.CheckConstraint(_known("outcome", OUTCOMES), name="outcome_known"),
    )
    op.create_index(
        "ix_import_row_import_id_outcome_line", "import_row", ["import_id", "outcome", "line"]
    )
    op.create_index(
        "ix_import_row_import_id_problem_date", "import_row", ["import_id", "problem", "date"]
    )


def _create_old_rows() -> None:
    op.create_table(
        "import_row",
        _link("import_id", "import.id", primary_key=True, ondelete="CASCADE"),
        sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        _link("country_id", "country.id", nullable=True, index=True),
        sa.Column("date", sa.Date()),
        *(sa.Column(name, sa.Integer()) for name in COUNTS),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint(_known("outcome", OLD_OUTCOMES), name="outcome_known"),
    )
