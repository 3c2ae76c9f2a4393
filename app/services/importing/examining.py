"""What happens to a file before the register is locked: read, check, settle, compare."""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Changeset, Outbreak
from app.services.importing import staging
from app.services.importing.checked import Checked
from app.services.importing.checking import Checker
from app.services.importing.explaining import Explainer
from app.services.importing.left_out import RowsLeftOut
from app.services.importing.naming import find_countries, stage_names
from app.services.importing.options import ImportOptions
from app.services.importing.planning import make_plan
from app.services.importing.series import Row, Series
from app.services.importing.settling import hold_names, merge_names, note_falls, settle_repeats
from app.services.importing.source import Source
from app.services.importing.suggesting import suggest_countries
from app.services.importing.understanding import Understanding, refuse_other_counting, rows_of
from app.services.importing.warning import collect_warnings, compare_with_register

# Told how many of the file's bytes have been read, and how many it has.
Progress = Callable[[int, int], None]
# Falls in memory before they are put into their table.
_MOST_FALLS = 5000


def examine(
    session: Session,
    source: Source,
    understanding: Understanding,
    outbreak_id: int,
    options: ImportOptions,
    progress: Progress | None,
) -> Checked:
    """Put a file's rows on the stage and compare them with the register, writing nothing to it."""
    staging.create(session)
    series, left_out = Series(), RowsLeftOut(session)
    checker = _read(session, source, understanding, series, left_out, progress)
    outbreak = session.get_one(Outbreak, outbreak_id)
    refuse_other_counting(understanding, outbreak.counting)
    checked = Checked(
        outbreak_id,
        outbreak.counting,
        source,
        understanding,
        options,
        checker.names.spellings,
        checker.read,
        series,
        left_out,
    )
    _settle(session, checked)
    compare(session, checked)
    _explain(session, checked)
    return checked


def compare(session: Session, checked: Checked) -> None:
    """Say what the staged rows mean for the register as it stands now."""
    checked.latest = _latest_change(session, checked.outbreak_id)
    compare_with_register(session, checked.series, checked.outbreak_id, checked.naming.countries)
    checked.warnings = collect_warnings(session, checked.counting)
    checked.plan = make_plan(session, checked.outbreak_id)


def has_moved(session: Session, checked: Checked) -> bool:
    """Tell whether the outbreak's records have changed since the file was compared with them."""
    return _latest_change(session, checked.outbreak_id) != checked.latest


def _latest_change(session: Session, outbreak_id: int) -> int | None:
    newest = select(func.max(Changeset.id)).where(Changeset.outbreak_id == outbreak_id)
    return session.scalar(newest)


def _read(
    session: Session,
    source: Source,
    understanding: Understanding,
    series: Series,
    left_out: RowsLeftOut,
    progress: Progress | None,
) -> Checker:
    with staging.filling(session) as stage:

        def keep(rows: Sequence[Row]) -> None:
            series.follow(rows)
            stage.put(rows)

        how = understanding
        checker = Checker(how.heading, how.date_format, keep, left_out.add, how.numbers)
        for rows in rows_of(source, understanding):
            checker.check(rows)
            if left_out.is_full or len(series.falls) >= _MOST_FALLS:
                stage.pause()
                left_out.flush()
                note_falls(session, series)
            if progress:
                progress(source.place(), source.size)
    left_out.flush()
    note_falls(session, series)
    return checker


def _settle(session: Session, checked: Checked) -> None:
    """Take out the rows that wait for a decision: repeats that differ, names that come close."""
    series = checked.series
    checked.repeated = settle_repeats(session, series)
    checked.naming = naming = find_countries(session, checked.spellings)
    stage_names(session, checked.spellings, naming)
    hold_names(session, series, naming.near)
    checked.repeated += merge_names(session, series, naming.merged)


def _explain(session: Session, checked: Checked) -> None:
    naming, suggestions = checked.naming, {}
    if checked.counting == "cumulative":
        suggestions = suggest_countries(session, checked.outbreak_id, naming)
    heading = checked.understanding.heading
    explainer = Explainer(checked.spellings, naming, heading, suggestions)
    checked.left_out.add_all(explainer.explain_all(session))
