"""What happens to a file before the register is locked: read, check, settle, compare."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.models import METRICS, Outbreak
from app.services.bulk_loading import small_cache
from app.services.changesets import newest_changeset
from app.services.importing import staging
from app.services.importing.checked import Checked
from app.services.importing.checking import Checker
from app.services.importing.deciding import Decisions, RowDecision
from app.services.importing.dropping import leave_out_falls, leave_out_odd
from app.services.importing.existing import settle_existing
from app.services.importing.explaining import Explainer
from app.services.importing.left_out import RowsLeftOut
from app.services.importing.naming import find_countries, keep_used, stage_names
from app.services.importing.options import ImportOptions
from app.services.importing.patching import Patches
from app.services.importing.planning import make_plan
from app.services.importing.recipes import Asked
from app.services.importing.remembered_sums import find_sums, leave_out_sums
from app.services.importing.remembering import Memory, recall
from app.services.importing.report import HELD, LEFT_OUT
from app.services.importing.series import Row, Series
from app.services.importing.settling import (
    Repeats,
    follow_all,
    hold_names,
    merge_names,
    note_falls,
    settle_repeats,
)
from app.services.importing.source import Source
from app.services.importing.suggesting import Suggestion, suggest_countries
from app.services.importing.summing import sum_up
from app.services.importing.understanding import Understanding, refuse_other_counting, rows_of
from app.services.importing.warning import (
    collect_warnings,
    compare_with_register,
    count_fallen,
    reported_before,
)

# Told how many of the file's bytes have been read, and how many it has.
Progress = Callable[[int, int], None]
# Falls in memory before they are put into their table.
_MOST_FALLS = 5000
# A line that is settled may stand against another one that is settled, too.
_MOST_READINGS = 3


@dataclass(frozen=True)
class Task:
    """A file that is to be checked, for which outbreak, and what was asked and decided."""

    source: Source
    understanding: Understanding
    outbreak_id: int
    asked: Asked
    decisions: Decisions
    progress: Progress | None = None

    @property
    def options(self) -> ImportOptions:
        """Return how to read the file and what to do with it."""
        return self.asked.options


def examine(session: Session, task: Task) -> Checked:
    """Put a file's rows on the stage and compare them with the register, writing nothing to it.

    Where lines that wait were settled in an earlier import, or as a group, the file is read again
    with what was decided about them.
    """
    with small_cache(session):
        return _examine(session, task)


def _examine(session: Session, task: Task) -> Checked:
    heading, moved = task.asked.heading, dict[int, RowDecision]()
    memory = recall(session, task.outbreak_id, heading, task.decisions)
    for _ in range(_MOST_READINGS):
        decided = replace(task.decisions, rows={**moved, **task.decisions.rows})
        checked = _examine_once(session, task, decided, memory)
        suggestions = _suggest(session, checked)
        fitting = _fitting(checked, suggestions)
        _explain(session, checked, suggestions)
        recalled = memory.recall_waiting(session, decided)
        if not recalled and fitting.keys() <= moved.keys():
            break
        moved |= fitting
    checked.settled, checked.moved = sorted(memory.imports.items()), moved
    checked.settled_names = memory.settled_names
    checked.unmet = checked.patches.find_unmet(task.decisions, checked.spellings)
    return checked


def compare(session: Session, checked: Checked) -> None:
    """Say what the staged rows mean for the register as it stands now."""
    options, outbreak_id = checked.options, checked.outbreak_id
    checked.collected = False
    checked.latest = newest_changeset(session, outbreak_id)
    _compare_falls(session, checked)
    blanked: tuple[str, ...] = ()
    if options.blanks == "overwrite":
        # A file without a column says nothing about it.
        blanked = tuple(of for of in METRICS if of in checked.understanding.heading.places)
    checked.plan = make_plan(session, outbreak_id, checked.series.rows, blanked)
    leave_out = checked.decisions.problems.get("exists") == "leave_out"
    rows = checked.decisions.rows
    series, plan = checked.series, checked.plan
    if settle_existing(session, series, plan, options, rows, leave_out=leave_out):
        _compare_falls(session, checked)
        checked.plan = make_plan(session, outbreak_id, checked.series.rows, blanked)
    checked.warnings = collect_warnings(session, checked.counting, series)
    checked.fallen = count_fallen(session, checked.warnings)


def _compare_falls(session: Session, checked: Checked) -> None:
    countries = checked.naming.countries
    before = reported_before(session, checked.series, checked.outbreak_id, countries)
    compare_with_register(session, checked.series, before)


def compare_again(session: Session, checked: Checked) -> None:
    """Say it anew, once the register has moved on."""
    compare(session, checked)
    _explain(session, checked, {})


def has_moved(session: Session, checked: Checked) -> bool:
    """Tell whether the outbreak's records have changed since the file was compared with them."""
    return newest_changeset(session, checked.outbreak_id) != checked.latest


def _examine_once(session: Session, task: Task, decided: Decisions, memory: Memory) -> Checked:
    decisions = memory.add_to(decided)
    checker, series, left_out = _read(session, task, decisions)
    memory.confirm(checker.patches.fingerprints, decided)
    spellings = checker.names.spellings
    if memory.recall_read(session, spellings, decided, read=checker.read):
        decisions = memory.add_to(decided)
        checker, series, left_out = _read(session, task, decisions)
    # What was decided of a line that says something else by now does not count.
    changed = checker.patches.changed
    rows = {line: row for line, row in decisions.rows.items() if line not in changed}
    names = memory.recall_names(session, checker.names.spellings, decisions.names)
    outbreak = session.get_one(Outbreak, task.outbreak_id)
    checked = Checked(
        task.outbreak_id,
        outbreak.counting,
        task.source,
        task.understanding,
        task.asked,
        replace(decisions, rows=rows, names={**names, **decisions.names}),
        checker.patches,
        checker.names.spellings,
        checker.read,
        series,
        left_out,
    )
    _settle(session, checked, memory)
    compare(session, checked)
    return checked


def _read(
    session: Session, task: Task, decisions: Decisions
) -> tuple[Checker, Series, RowsLeftOut]:
    staging.create(session)
    how, patches, series = task.understanding, Patches(decisions.rows), Series()
    left_out = RowsLeftOut(session, decisions.problems, patches.fingerprints)
    with staging.filling(session) as stage:

        def keep(rows: Sequence[Row]) -> None:
            series.follow(rows)
            stage.put(rows)

        checker = Checker(how.heading, how.date_format, keep, left_out.add, how.numbers, patches)
        for rows in rows_of(task.source, how):
            checker.check(rows)
            if left_out.is_full or len(series.falls) >= _MOST_FALLS:
                stage.pause()
                left_out.flush()
                note_falls(session, series)
            if task.progress:
                task.progress(task.source.place(), task.source.size)
    left_out.flush()
    note_falls(session, series)
    return checker, series, left_out


def _settle(session: Session, checked: Checked, memory: Memory) -> None:
    """Take out the rows that wait for a decision, and do what was decided of groups."""
    series, problems = checked.series, checked.decisions.problems
    checked.repeats = rules = Repeats(
        problems.get("conflict", "hold"),
        sums=checked.options.parts == "sum",
        parts=bool(checked.understanding.heading.parts),
    )
    settle_repeats(session, series, rules)
    spellings = checked.spellings
    checked.naming = naming = find_countries(session, spellings, checked.decisions.names)
    stage_names(session, spellings, naming)
    leaves_out = problems.get("near_name") == "leave_out"
    hold_names(session, series, naming.near, LEFT_OUT if leaves_out else HELD)
    merge_names(session, series, naming.merged, rules)
    sums = find_sums(session, memory, checked) if rules.summed else {}
    if _tells_new_counts(checked):
        sum_up(session, checked.outbreak_id)
        checked.series = series = follow_all(session)
    unwanted = [problem for problem, choice in problems.items() if choice == "leave_out"]
    if unwanted and checked.counting == "cumulative":
        before = reported_before(session, series, checked.outbreak_id, naming.countries)
        compare_with_register(session, series, before)
        leave_out_falls(session, series, unwanted, before)
    leave_out_odd(session, series, checked.counting, unwanted)
    leave_out_sums(session, series, memory, sums)
    keep_used(session, naming, series.names)


def _tells_new_counts(checked: Checked) -> bool:
    """Tell whether the file's counts are to be added up to the totals that are counted."""
    if checked.adds_up:
        return True
    refuse_other_counting(checked.understanding, checked.counting)
    return False


def _suggest(session: Session, checked: Checked) -> dict[int, Suggestion]:
    if checked.counting != "cumulative":
        return {}
    return suggest_countries(session, checked.outbreak_id, checked.naming)


def _fitting(checked: Checked, suggestions: dict[int, Suggestion]) -> dict[int, RowDecision]:
    """Return the lines that go to the one country they fit, where that was decided of all."""
    if checked.decisions.problems.get("conflict") != "suggestion":
        return {}
    return {
        line: RowDecision(cells={"country": found.candidates[0]})
        for line, found in suggestions.items()
        if len(found.candidates) == 1
    }


def _explain(session: Session, checked: Checked, suggestions: dict[int, Suggestion]) -> None:
    heading = checked.understanding.heading
    explainer = Explainer(checked.spellings, checked.naming, heading, suggestions)
    checked.left_out.add_all(explainer.explain_all(session))
    session.execute(staging.held.delete())
