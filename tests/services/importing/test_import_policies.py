"""Whose counts stand, what blanks say, parts that are summed, new counts that are added up."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportRow, Outbreak, RecordVersion
from app.services.importing import ImportRefused
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING, assert_totals_true, check_now, import_now, stored

DAY = "2003-04-{:02},{},{},{},{}\n"
BEFORE = DAY.format(1, "China", 5, 1, "") + DAY.format(2, "China", 6, 1, 2)
AFTER = (
    DAY.format(1, "China", 7, "", 0)
    + DAY.format(2, "China", 6, "", 2)
    + DAY.format(3, "China", 8, 1, 2)
)
FIRST, SECOND, THIRD = [("China", f"2003-04-{day:02}") for day in (1, 2, 3)]


def counts(report: Any) -> tuple[int, ...]:
    return report.added, report.changed, report.same, report.summed, report.held, report.left_out


def both(session: Session, rows: str | bytes, *decided: Any, **options: Any) -> tuple[int, ...]:
    """Check rows, then import them; both must come to the same counts."""
    checked = check_now(session, rows, *decided, **options)
    report = import_now(session, rows, *decided, **options)
    assert counts(checked) == counts(report)
    assert (checked.problems, checked.warnings) == (report.problems, report.warnings)
    assert_totals_true(session)
    return counts(report)


@pytest.mark.parametrize(
    ("decided", "options", "expected", "first"),
    [
        ({}, {}, (1, 1, 1, 0, 0, 0), (7, 1, 0)),
        ({}, {"existing": "file"}, (1, 1, 1, 0, 0, 0), (7, 1, 0)),
        ({}, {"existing": "register"}, (1, 0, 1, 0, 0, 1), (5, 1, None)),
        ({}, {"existing": "ask"}, (1, 0, 1, 0, 1, 0), (5, 1, None)),
        ({"rows": {"2": {"existing": "file"}}}, {"existing": "ask"}, (1, 1, 1, 0, 0, 0), (7, 1, 0)),
        (
            {"rows": {"2": {"existing": "register"}}},
            {},
            (1, 0, 1, 0, 0, 1),
            (5, 1, None),
        ),
        (
            {"problems": {"exists": "leave_out"}},
            {"existing": "ask"},
            (1, 0, 1, 0, 0, 1),
            (5, 1, None),
        ),
    ],
)
def test_whose_counts_stand(
    session: Session,
    decided: dict[str, Any],
    options: dict[str, Any],
    expected: tuple[int, ...],
    first: tuple[int | None, ...],
) -> None:
    import_now(session, BEFORE)
    assert both(session, AFTER, decided, **options) == expected
    assert stored(session) == {FIRST: first, SECOND: (6, 1, 2), THIRD: (8, 1, 2)}


def test_row_that_waits_shows_what_the_register_says(session: Session) -> None:
    import_now(session, BEFORE)
    report = import_now(session, AFTER, existing="ask")
    row = session.scalars(select(ImportRow).where(ImportRow.import_id == report.import_id)).one()
    assert (row.line, row.problem, row.outcome) == (2, "exists", "held")
    assert (row.cases, row.deaths, row.recoveries) == (7, None, 0)
    assert (row.cases_before, row.deaths_before, row.recoveries_before) == (5, 1, None)


def test_rows_that_change_and_rows_that_fall_are_kept_beside_what_was(session: Session) -> None:
    import_now(session, BEFORE)
    rows = DAY.format(1, "China", 9, 1, "") + DAY.format(2, "China", 6, 1, 2)
    report = import_now(session, rows)
    kept = session.scalars(select(ImportRow).where(ImportRow.import_id == report.import_id)).all()
    found = {(row.problem, row.outcome, row.line): (row.cases, row.cases_before) for row in kept}
    assert found == {
        ("changed", "changed", 2): (9, 5),
        ("cases_fall", "warning", 3): (6, 9),
    }
    assert {row.cells["country"] for row in kept} == {"China"}
    assert all(row.country_id for row in kept)


def test_blank_overwrites_where_asked(session: Session) -> None:
    import_now(session, BEFORE)
    assert both(session, AFTER, blanks="overwrite") == (1, 2, 0, 0, 0, 0)
    assert stored(session) == {FIRST: (7, None, 0), SECOND: (6, None, 2), THIRD: (8, 1, 2)}
    assert len(session.scalars(select(RecordVersion)).all()) == 2


def test_column_that_is_not_there_overwrites_nothing(session: Session) -> None:
    import_now(session, BEFORE)
    rows = b"date,country,cases,deaths\n2003-04-02,China,6,\n"
    assert both(session, rows, blanks="overwrite") == (0, 1, 0, 0, 0, 0)
    assert stored(session)[SECOND] == (6, None, 2)


def test_parts_are_summed_where_asked(session: Session) -> None:
    rows = (
        DAY.format(1, "China", 1, 0, "")
        + DAY.format(1, "Chad", 5, "", 1)
        + DAY.format(1, "China", 2, "", "")
        + DAY.format(1, "China", 4, 3, "")
        + DAY.format(2, "China", 8, 3, "")
    )
    assert both(session, rows) == (2, 0, 0, 0, 3, 0)
    assert both(session, rows, parts="sum") == (1, 0, 2, 2, 0, 0)
    assert stored(session)[FIRST] == (7, 3, None)


def test_parts_that_say_the_same_are_summed_where_a_column_tells_them_apart(
    session: Session,
) -> None:
    rows = b"Province/State,Country/Region,Date,Confirmed,Deaths\n"
    rows += b"Hubei,China,2003-04-01,2,0\nBeijing,China,2003-04-01,2,0\n"
    assert both(session, rows, parts="sum") == (1, 0, 0, 1, 0, 0)
    assert stored(session)[FIRST] == (4, 0, None)


def test_sum_that_is_too_large_waits(session: Session) -> None:
    rows = DAY.format(1, "China", 2_000_000_000, 0, 0) + DAY.format(1, "China", 2_000_000_001, 0, 0)
    assert both(session, rows, parts="sum") == (0, 0, 0, 0, 2, 0)


def test_new_counts_are_added_up_in_the_order_of_days(session: Session) -> None:
    rows = (
        DAY.format(3, "China", 3, 1, "")
        + DAY.format(1, "China", 1, "", 0)
        + DAY.format(2, "China", "", 2, 4)
        + DAY.format(1, "Chad", 9, 0, 0)
    )
    assert both(session, rows, counting="new") == (4, 0, 0, 0, 0, 0)
    assert stored(session) == {
        FIRST: (1, None, 0),
        SECOND: (None, 2, 4),
        THIRD: (4, 3, None),
        ("Chad", "2003-04-01"): (9, 0, 0),
    }


def test_new_counts_go_on_from_the_register(session: Session) -> None:
    import_now(session, BEFORE)
    rows = DAY.format(3, "China", 2, 0, 1) + DAY.format(4, "China", 1, 1, 0)
    assert both(session, rows, counting="new") == (2, 0, 0, 0, 0, 0)
    assert stored(session)[THIRD] == (8, 1, 3)
    assert stored(session)["China", "2003-04-04"] == (9, 2, 3)
    # They are what they were when the file comes again.
    assert both(session, rows, counting="new") == (0, 0, 2, 0, 0, 0)


UNREADABLE = DAY.format(2, "China", "x", 0, 0)
DIFFERING = DAY.format(2, "China", 2, 0, 0) + DAY.format(2, "China", 3, 0, 0)


@pytest.mark.parametrize(("gap", "total"), [(UNREADABLE, 6), (DIFFERING, 9)])
def test_new_counts_are_added_up_only_when_none_is_missing(
    session: Session, gap: str, total: int
) -> None:
    rows = DAY.format(1, "China", 1, 0, 0) + gap + DAY.format(3, "China", 5, 0, 0)
    report = import_now(session, rows, counting="new")
    assert (report.status, report.stopped, report.stored) == ("refused", "sums", 0)
    assert stored(session) == {}
    decided = {"problems": {"number": "leave_out", "conflict": "last"}}
    report = import_now(session, rows, decided, counting="new")
    assert (report.status, report.left_out) == ("applied", 1)
    assert stored(session)[THIRD][0] == total


def test_new_counts_go_in_beside_a_country_that_waits_whole(session: Session) -> None:
    rows = DAY.format(1, "China", 1, 0, 0) + DAY.format(2, "Chinna", 2, 0, 0)
    import_now(session, DAY.format(9, "China", 9, 0, 0))
    assert both(session, rows, counting="new") == (1, 0, 0, 0, 1, 0)


def test_new_counts_beyond_what_a_count_can_be_are_refused(session: Session) -> None:
    rows = DAY.format(1, "China", 2_000_000_000, 0, 0) + DAY.format(2, "China", 2_000_000_000, 0, 0)
    with pytest.raises(ImportRefused, match="line 3"):
        import_now(session, rows, counting="new")


def test_new_counts_are_stored_as_they_are_where_new_counts_are_counted(session: Session) -> None:
    session.get_one(Outbreak, default_outbreak(session).id).counting = "daily"
    session.commit()
    rows = DAY.format(1, "China", 5, 0, 0) + DAY.format(2, "China", 3, 0, 0)
    assert both(session, rows, counting="new") == (2, 0, 0, 0, 0, 0)
    assert stored(session)[SECOND] == (3, 0, 0)


def test_file_of_new_counts_asks_before_it_is_taken_for_totals(session: Session) -> None:
    rows = (HEADING.replace("cases", "new_cases").replace("deaths", "new_deaths")).encode()
    with pytest.raises(ImportRefused, match="Say that these are new counts") as refusal:
        import_now(session, rows + b"2003-04-01,China,1,0,0\n")
    assert refusal.value.question is not None
    assert [choice.value for choice in refusal.value.question.choices] == ["new"]
