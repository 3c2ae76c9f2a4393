"""What happens under the register's lock: names, plan, apply, ledger and report."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Import, Outbreak
from app.services.changesets import Actor, open_changeset
from app.services.directory import put_before_example
from app.services.importing.applying import apply_plan
from app.services.importing.checking import Checker
from app.services.importing.explaining import explain_conflicts, explain_names
from app.services.importing.foreseeing import Foresight
from app.services.importing.ledger import keep_rows
from app.services.importing.naming import Naming, name_countries
from app.services.importing.options import ImportOptions
from app.services.importing.planning import make_plan
from app.services.importing.report import Report, RowsLeftOut
from app.services.importing.series import Series
from app.services.importing.settling import hold_names, merge_names
from app.services.importing.source import Source
from app.services.importing.suggesting import suggest_countries
from app.services.importing.understanding import Understanding
from app.services.importing.warning import (
    Warnings,
    collect_warnings,
    compare_with_register,
    fall_warnings,
    of_counting,
)


@dataclass
class Checked:
    """A file's rows, checked and staged, before the register is asked about them."""

    source: Source
    understanding: Understanding
    checker: Checker
    series: Series
    # Rows that say what an earlier line says.
    repeated: int = 0
    # Rows that contradict each other, and rows whose country has to be decided.
    conflicts: RowsLeftOut = field(default_factory=RowsLeftOut)
    unnamed: RowsLeftOut = field(default_factory=RowsLeftOut)
    warnings: Warnings = field(default_factory=dict)
    # What was planned before the register was locked.
    foresight: Foresight | None = None

    @property
    def held(self) -> int:
        """Return how many rows wait for a decision."""
        return self.conflicts.count + self.unnamed.count


def store(
    session: Session, checked: Checked, outbreak: Outbreak, actor: Actor, options: ImportOptions
) -> Report:
    """Write the staged rows to the register, and the import with its report to the ledger."""
    countries = session.begin_nested()
    naming = _decide_names(session, checked, outbreak.id)
    report = _begin_report(checked, outbreak)
    problems = report.held or report.unreadable
    if problems and options.on_problem == "abort":
        # Nothing is stored, so no new country either.
        countries.rollback()
        naming.countries.clear()
        report.status = "refused"
        report.held = report.read - report.unreadable
        record = _record_import(session, report, outbreak.id, actor, options)
    else:
        countries.commit()
        report.new_countries = naming.new
        record = _record_import(session, report, outbreak.id, actor, options)
        _apply(session, checked, naming, report, record, options)
        put_before_example(session, outbreak)
    _explain(session, checked, naming, report, outbreak)
    _finish(session, record, report)
    return report


def _decide_names(session: Session, checked: Checked, outbreak_id: int) -> Naming:
    series = checked.series
    naming = name_countries(session, checked.checker.names.spellings)
    hold_names(session, series, checked.unnamed, naming.near)
    checked.repeated += merge_names(session, series, naming.merged, checked.conflicts)
    if naming.near or naming.merged:
        checked.warnings = collect_warnings(session)
    compare_with_register(session, series, outbreak_id, naming.countries)
    checked.warnings |= fall_warnings(series)
    return naming


def _begin_report(checked: Checked, outbreak: Outbreak) -> Report:
    source, checker = checked.source, checked.checker
    return Report(
        filename=source.name,
        sha256=source.sha256,
        size=source.size,
        read=checker.read,
        held=checked.held,
        unreadable=checker.unreadable.count,
        understood=checked.understanding.as_dict(),
        warnings=of_counting(checked.warnings, outbreak.counting),
    )


def _record_import(
    session: Session, report: Report, outbreak_id: int, actor: Actor, options: ImportOptions
) -> Import:
    record = Import(
        outbreak_id=outbreak_id,
        filename=report.filename,
        sha256=report.sha256,
        size=report.size,
        status=report.status,
        options={**report.understood, "on_problem": options.on_problem},
        warnings=report.warnings,
        user_id=actor.user_id,
        actor=actor.name,
    )
    session.add(record)
    session.flush()
    report.import_id = record.id
    return record


def _apply(
    session: Session,
    checked: Checked,
    naming: Naming,
    report: Report,
    record: Import,
    options: ImportOptions,
) -> None:
    foresight = checked.foresight
    if foresight and foresight.holds(session, naming.countries):
        plan = foresight.plan
    else:
        plan = make_plan(session, record.outbreak_id)
    report.added, report.changed = plan.added, plan.changed
    report.same = plan.same + checked.repeated
    if plan.writes:
        actor = Actor(record.actor, record.user_id)
        changeset = open_changeset(session, record.outbreak_id, options.kind, actor, options.reason)
        changeset.import_id = record.id
        report.changeset_id = changeset.id
        apply_plan(session, plan, changeset, checked.series.days)


def _explain(
    session: Session, checked: Checked, naming: Naming, report: Report, outbreak: Outbreak
) -> None:
    spellings, heading = checked.checker.names.spellings, checked.understanding.heading
    explain_conflicts(checked.conflicts.listed, spellings, naming, heading)
    explain_names(checked.unnamed.listed, spellings, naming, heading)
    if outbreak.counting == "cumulative":
        suggest_countries(session, outbreak.id, checked.conflicts.listed)
    rows = (checked.conflicts, checked.unnamed, checked.checker.unreadable)
    report.left_out = sorted(
        (row for left_out in rows for row in left_out.listed), key=lambda row: row.line
    )


def _finish(session: Session, record: Import, report: Report) -> None:
    report.add_up()
    for name in ("read", "added", "changed", "same", "held", "unreadable"):
        setattr(record, name, getattr(report, name))
    record.finished_at = utc_now()
    keep_rows(session, record.id, report.left_out)
    session.flush()
