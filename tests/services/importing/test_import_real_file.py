from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Changeset, Import, ImportRow, Record, RecordVersion
from tests.support.imports import assert_totals_true, import_now, outcomes


def test_real_file_goes_in_but_for_two_contradicting_lines(
    session: Session, real_file: Path, reload: Callable[[], Session]
) -> None:
    report = import_now(session, real_file)
    assert report.read == 2538
    assert outcomes(report) == (2536, 0, 0, 2, 0)
    fresh = reload()
    assert fresh.scalar(select(func.count()).select_from(Record)) == 2536
    assert_totals_true(fresh)
    first = fresh.scalars(select(Record).where(Record.line == 2)).one()
    assert (first.country.name, first.date.isoformat(), first.cases) == ("Germany", "2003-03-17", 1)


def test_contradicting_lines_are_both_held_and_one_looks_like_viet_nam(
    session: Session, real_file: Path
) -> None:
    report = import_now(session, real_file)
    china, viet_nam = report.rows
    assert (china.line, viet_nam.line) == (367, 385)
    assert china.counts == (1309, 58, 1037)
    assert viet_nam.counts == (62, 4, 46)
    assert "Lines 367 and 385" in str(china.reasons[0].reason)
    assert "fits the reports of China" in str(china.reasons[0].suggestion)
    assert str(viet_nam.reasons[0].suggestion).startswith("Looks like Viet Nam")
    held = select(ImportRow).where(ImportRow.outcome == "held").order_by(ImportRow.line)
    kept = session.scalars(held).all()
    assert [(row.line, row.problem, row.candidates) for row in kept] == [
        (367, "conflict", []),
        (385, "conflict", ["Viet Nam"]),
    ]
    assert kept[1].cells["country"] == "China"
    assert kept[1].reasons[0]["suggestion"].startswith("Looks like Viet Nam")


def test_odd_rows_are_stored_and_told(session: Session, real_file: Path) -> None:
    warnings = import_now(session, real_file).warnings
    assert warnings["sum"] == {"count": 2, "lines": [507, 534]}
    falls = {kind: warnings[kind]["count"] for kind in warnings if kind.endswith("_fall")}
    assert falls == {"cases_fall": 70, "deaths_fall": 1, "recoveries_fall": 23}
    assert len(warnings["cases_fall"]["lines"]) == 70


def test_same_file_again_changes_nothing(
    session: Session, real_file: Path, reload: Callable[[], Session]
) -> None:
    import_now(session, real_file)
    again = import_now(session, real_file)
    assert outcomes(again) == (0, 0, 2536, 2, 0)
    assert again.changeset_id is None
    fresh = reload()
    assert fresh.scalar(select(func.count()).select_from(RecordVersion)) == 0
    assert fresh.scalar(select(func.count()).select_from(Changeset)) == 1
    assert [row.same for row in fresh.scalars(select(Import).order_by(Import.id))] == [0, 2536]


def test_ledger_names_file_and_person(session: Session, real_file: Path) -> None:
    report = import_now(session, real_file)
    ledger = session.get_one(Import, report.import_id)
    assert (ledger.filename, ledger.size, ledger.actor) == ("sars_2003.csv", 75802, "Mina Park")
    assert ledger.sha256.startswith("d2c39316b3ef6b1e")
    assert (ledger.status, ledger.read, ledger.held) == ("applied", 2538, 2)
    changeset = session.get_one(Changeset, report.changeset_id)
    assert (changeset.import_id, changeset.kind) == (ledger.id, "import")
    assert (changeset.added, changeset.changed) == (2536, 0)
