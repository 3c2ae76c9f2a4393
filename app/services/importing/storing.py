"""What happens under the register's lock: new countries, the ledger, the records."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.models import Import, Outbreak
from app.services.changesets import Actor, open_changeset
from app.services.directory import put_before_example
from app.services.importing.applying import apply_plan
from app.services.importing.checked import Checked
from app.services.importing.deciding import Decisions
from app.services.importing.keeping import keep_decisions
from app.services.importing.ledger import finish_import, open_import
from app.services.importing.lines import keep_looked_at
from app.services.importing.naming import create_countries, remember_names
from app.services.importing.planning import find_touched
from app.services.importing.report import Report
from app.services.importing.staging import touched
from app.services.rules import mark_unchecked


def store(
    session: Session, checked: Checked, actor: Actor, import_id: int | None, decisions: Decisions
) -> Report:
    """Write the staged rows to the register, and the import with its report to the ledger."""
    report = checked.report()
    record = open_import(session, report, checked, actor, import_id)
    report.import_id = record.id
    _keep_decisions(session, checked, record, actor, decisions)
    if report.stopped:
        keep_looked_at(session, checked, record.id)
        report.refuse()
    else:
        if not create_countries(session, checked.naming):
            checked.plan = replace(checked.plan, ready=None, built_for=None)
            checked.collected = False
            if checked.plan.writes:
                find_touched(session, checked.plan)
        moved = Decisions(rows=checked.moved)
        keep_decisions(session, record.id, actor, moved, checked.patches.fingerprints)
        remember_names(session, checked.spellings, checked.naming)
        keep_looked_at(session, checked, record.id, created=True)
        _apply(session, checked, report, record, actor)
        put_before_example(session, session.get_one(Outbreak, checked.outbreak_id))
        report.status = "applied"
    finish_import(record, report)
    session.flush()
    return report


def _keep_decisions(
    session: Session, checked: Checked, record: Import, actor: Actor, decisions: Decisions
) -> None:
    """Keep what was decided, apart from what could not be carried out."""
    unmet = {unmet.key for unmet in checked.unmet if unmet.kind == "row"}
    rows = {line: row for line, row in decisions.rows.items() if str(line) not in unmet}
    met = replace(decisions, rows=rows)
    keep_decisions(session, record.id, actor, met, checked.patches.fingerprints)


def _apply(
    session: Session, checked: Checked, report: Report, record: Import, actor: Actor
) -> None:
    options, plan = checked.options, checked.plan
    if not plan.writes:
        return
    changeset = open_changeset(session, record.outbreak_id, options.kind, actor, options.reason)
    changeset.import_id = record.id
    session.flush()
    report.changeset_id = changeset.id
    apply_plan(session, plan, changeset, checked.series.days)
    mark_unchecked(session, changeset, touched)
