"""Keep findings, what is decided about them, and what happens to to-dos"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LEVELS = ("error", "warning", "notice")
STATES = ("open", "accepted", "resolved")
ACTS = ("accept", "reopen", "assign", "exempt", "undo", "settings")
TODO_EVENTS = ("added", "changed", "done", "reopened", "comment", "findings", "deleted", "restored")
# A table made anew would forget that it gives no id twice.
NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    _widen_person()
    _widen_todo()
    _create_todo_event()
    _create_saved_view()
    _create_rules()
    _create_annotation()
    _create_finding_decision()
    _create_finding()
    _create_finding_event()


def downgrade() -> None:
    for table in (
        "finding_event",
        "finding",
        "finding_decision",
        "annotation",
        "unchecked_series",
        "rule_exemption",
        "rule_setting",
        "saved_view",
        "todo_event",
    ):
        op.drop_table(table)
    with op.batch_alter_table("todo", table_kwargs=NUMBERED) as batch:
        batch.drop_index("ix_todo_import_id")
        batch.drop_constraint("fk_todo_import_id_import", type_="foreignkey")
        for name in ("import_id", "repeat", "position"):
            batch.drop_column(name)
    with op.batch_alter_table("person", table_kwargs=NUMBERED) as batch:
        for name in ("active", "calendar"):
            batch.drop_column(name)


def _known(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _link(
    column: str, target: str, *, nullable: bool = False, ondelete: str | None = None, **rest: Any
) -> sa.Column[int]:
    link = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(column, sa.Integer(), link, nullable=nullable, **rest)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=False)


def _by() -> tuple[sa.Column[Any], ...]:
    user = _link("user_id", "user.id", nullable=True, ondelete="SET NULL", index=True)
    return user, sa.Column("actor", sa.String(200), nullable=False)


def _widen_person() -> None:
    with op.batch_alter_table("person", table_kwargs=NUMBERED) as batch:
        batch.add_column(
            sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch.add_column(sa.Column("calendar", sa.Integer(), nullable=False, server_default="0"))
    # The defaults were for the rows that were there: from here on the models say them.
    with op.batch_alter_table("person", table_kwargs=NUMBERED) as batch:
        for name in ("active", "calendar"):
            batch.alter_column(name, server_default=None)


def _widen_todo() -> None:
    with op.batch_alter_table("todo", table_kwargs=NUMBERED) as batch:
        batch.add_column(sa.Column("import_id", sa.Integer()))
        batch.add_column(sa.Column("repeat", sa.String(100)))
        batch.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        batch.create_foreign_key("fk_todo_import_id_import", "import", ["import_id"], ["id"])
        batch.create_index("ix_todo_import_id", ["import_id"])
    with op.batch_alter_table("todo", table_kwargs=NUMBERED) as batch:
        batch.alter_column("position", server_default=None)


def _create_todo_event() -> None:
    op.create_table(
        "todo_event",
        _id(),
        sa.Column("todo_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        _text("text"),
        *_by(),
        _moment("at"),
        sa.CheckConstraint(_known("kind", TODO_EVENTS), name="kind_known"),
        sa.Index("ix_todo_event_todo_id_id", "todo_id", "id"),
    )


def _create_saved_view() -> None:
    op.create_table(
        "saved_view",
        _id(),
        _link("user_id", "user.id", ondelete="CASCADE"),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.String(2000), nullable=False),
        sa.UniqueConstraint("user_id", "name"),
    )


def _create_rules() -> None:
    op.create_table(
        "rule_setting",
        _link("outbreak_id", "outbreak.id", primary_key=True),
        sa.Column("rule", sa.String(30), primary_key=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "rule_exemption",
        _link("outbreak_id", "outbreak.id", primary_key=True),
        sa.Column("rule", sa.String(30), primary_key=True),
        _link("country_id", "country.id", primary_key=True, index=True),
        _text("reason"),
        *_by(),
        _moment("created_at"),
    )
    op.create_table(
        "unchecked_series",
        _link("outbreak_id", "outbreak.id", primary_key=True),
        _link("country_id", "country.id", primary_key=True, index=True),
        _link("changeset_id", "changeset.id", index=True),
    )


def _create_annotation() -> None:
    op.create_table(
        "annotation",
        _id(),
        _link("outbreak_id", "outbreak.id"),
        _link("country_id", "country.id", index=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        _text("text"),
        *_by(),
        _moment("created_at"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(_known("kind", ("note", "break")), name="kind_known"),
        sa.Index("ix_annotation_outbreak_id_country_id_date", "outbreak_id", "country_id", "date"),
        **NUMBERED,
    )


def _create_finding_decision() -> None:
    op.create_table(
        "finding_decision",
        _id(),
        _link("outbreak_id", "outbreak.id", index=True),
        sa.Column("act", sa.String(10), nullable=False),
        _text("reason"),
        *_by(),
        _moment("decided_at"),
        _link("undoes_id", "finding_decision.id", nullable=True, index=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(_known("act", ACTS), name="act_known"),
    )


def _create_finding() -> None:
    key = ("outbreak_id", "country_id", "date")
    group = ("outbreak_id", "state", "grouping", "country_id", "date")
    op.create_table(
        "finding",
        _id(),
        _link("outbreak_id", "outbreak.id"),
        sa.Column("rule", sa.String(30), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        _link("country_id", "country.id", nullable=True, index=True),
        sa.Column("date", sa.Date()),
        sa.Column("metric", sa.String(10)),
        sa.Column("size", sa.Integer()),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("grouping", sa.String(60), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        _text("reason"),
        _link("decision_id", "finding_decision.id", nullable=True, index=True),
        _link("todo_id", "todo.id", nullable=True, ondelete="SET NULL", index=True),
        _link("changeset_id", "changeset.id", nullable=True, index=True),
        _moment("found_at"),
        _moment("changed_at"),
        sa.UniqueConstraint("outbreak_id", "key"),
        sa.CheckConstraint(_known("level", LEVELS), name="level_known"),
        sa.CheckConstraint(_known("state", STATES), name="state_known"),
        sa.Index("ix_finding_outbreak_id_state_grouping", *group),
        sa.Index("ix_finding_outbreak_id_country_id_date", *key),
    )


def _create_finding_event() -> None:
    op.create_table(
        "finding_event",
        _id(),
        _link("finding_id", "finding.id", ondelete="CASCADE", index=True),
        _link("decision_id", "finding_decision.id", nullable=True, index=True),
        _link("changeset_id", "changeset.id", nullable=True, index=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        _moment("at"),
    )
