"""Rows whose record says something else: whether they change it, wait, or are left out."""

from collections.abc import Mapping

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from app.services.importing.deciding import RowDecision
from app.services.importing.options import ImportOptions
from app.services.importing.planning import Plan, changed_rows
from app.services.importing.report import HELD, LEFT_OUT, Outcome
from app.services.importing.series import Series
from app.services.importing.settling import follow_again, reconsider, take_out
from app.services.importing.staging import choices, stage


def settle_existing(
    session: Session,
    series: Series,
    plan: Plan,
    options: ImportOptions,
    rows: Mapping[int, RowDecision],
    *,
    leave_out: bool,
) -> bool:
    """Take out the rows that would change a record and may not; tell whether there are any.

    What was decided of a line comes first, then whose counts stand in general.
    """
    decided = {line: row.existing for line, row in rows.items() if row.existing}
    if not plan.changed or (options.existing == "file" and not decided):
        return False
    session.execute(delete(choices))
    if decided:
        values = [{"line": line, "existing": choice} for line, choice in decided.items()]
        session.execute(insert(choices), values)
    source, of_change, _ = changed_rows(plan)
    changing = stage.c.line.in_(select(stage.c.line).select_from(source).where(of_change))
    chosen = select(choices.c.line).where(choices.c.existing == "register")
    refused = changing & stage.c.line.in_(chosen)
    waiting = changing & ~exists().where(choices.c.line == stage.c.line)
    which = refused if options.existing == "file" else refused | waiting
    names = set(session.scalars(select(stage.c.name).where(which).distinct()))
    if not names:
        return False
    # The rows that stay are compared with each other only.
    reconsider(session, series, names)
    take_out(session, refused, "exists", LEFT_OUT)
    if options.existing != "file":
        outcome: Outcome = LEFT_OUT if options.existing == "register" or leave_out else HELD
        take_out(session, waiting, "exists", outcome)
    follow_again(session, series)
    return True
