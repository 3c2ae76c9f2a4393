"""An import finds every fault that was planted in a file, and invents none."""

from collections import defaultdict
from pathlib import Path

from sqlalchemy.orm import Session

from app.services.simulation import FAULT_KINDS, write_csv
from tests.support.imports import assert_totals_true, import_now

UNREADABLE = {"date", "number", "negative", "fraction", "no country"}


def test_every_planted_fault_is_found_on_its_line_and_none_invented(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "planted.csv"
    lines = defaultdict(set)
    for fault in write_csv(file, rows=20_000, faults=dict.fromkeys(FAULT_KINDS, 12)):
        kind = "unreadable" if fault.kind in UNREADABLE else fault.kind
        kind = f"{fault.column}_fall" if kind == "fall" else kind
        lines[kind] |= {fault.line} | ({fault.other_line} if fault.other_line else set())
    report = import_now(session, file)
    held = {row.line for row in report.rows if row.outcome == "held"}
    assert held == lines["conflict"] | lines["near miss"]
    assert {row.line for row in report.rows} - held == lines["unreadable"]
    found = {kind: set(warning["lines"]) for kind, warning in report.warnings.items()}
    assert found == {kind: lines[kind] for kind in ("sum", "cases_fall", "recoveries_fall")}
    assert report.added == 20_000 - len(report.rows)
    assert_totals_true(session)


def test_clean_file_is_stored_without_a_word(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "clean.csv"
    write_csv(file, rows=5_000)
    report = import_now(session, file)
    assert (report.added, report.rows, report.warnings) == (5_000, [], {})
