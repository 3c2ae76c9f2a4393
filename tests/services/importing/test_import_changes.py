import io
import random
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Country, Outbreak, Record, RecordVersion
from app.services import bulk_loading, directory, register
from app.services.importing import ImportOptions, import_file
from app.services.register import RecordValues
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING, MINA, assert_totals_true, import_now, outcomes, stored

APRIL = "2003-04-{:02},{},{},{},{}\n"


def test_corrected_file_changes_what_differs_and_keeps_what_it_said(session: Session) -> None:
    first = import_now(session, "2003-04-01,Germany,1,0,0\n2003-04-02,Germany,2,0,0\n")
    second = import_now(session, "2003-04-01,Germany,1,0,0\n2003-04-02,Germany,5,1,0\n")
    assert outcomes(second) == (0, 1, 1, 0, 0)
    version = session.scalars(select(RecordVersion)).one()
    assert (version.cases, version.line, version.revision) == (2, 3, 1)
    assert (version.from_changeset_id, version.to_changeset_id) == (
        first.changeset_id,
        second.changeset_id,
    )
    record = session.get_one(Record, version.record_id)
    assert (record.cases, record.line, record.revision) == (5, 3, 2)
    assert record.changeset_id == second.changeset_id
    assert session.get_one(Changeset, second.changeset_id).changed == 1
    assert_totals_true(session)


def test_blank_cell_overwrites_nothing(session: Session) -> None:
    import_now(session, "2003-04-01,Germany,1,2,3\n")
    report = import_now(session, "2003-04-01,Germany,1,,\n")
    assert outcomes(report) == (0, 0, 1, 0, 0)
    assert stored(session) == {("Germany", "2003-04-01"): (1, 2, 3)}


def test_blank_count_is_filled_by_a_later_file(session: Session) -> None:
    import_now(session, "2003-04-01,Germany,1,,\n2003-04-02,Germany,4,1,2\n")
    report = import_now(session, "2003-04-01,Germany,,1,2\n")
    assert outcomes(report) == (0, 1, 0, 0, 0)
    assert stored(session)["Germany", "2003-04-01"] == (1, 1, 2)
    assert_totals_true(session)


def test_totals_are_true_where_new_countries_get_other_ids_than_expected(session: Session) -> None:
    for file in ("2003-04-01,Germany,1,2,3\n", "2003-04-01,France,4,5,6\n"):
        # PostgreSQL never gives an id again, not even one that was rolled back.
        directory.create_country(session, "Atlantis")
        session.rollback()
        assert outcomes(import_now(session, file)) == (1, 0, 0, 0, 0)
        assert_totals_true(session)


def test_note_survives_an_import(session: Session) -> None:
    import_now(session, "2003-04-01,Germany,1,2,3\n")
    record = session.scalars(select(Record)).one()
    values = RecordValues(record.country_id, record.date, 1, 2, 3, note="by telephone")
    register.change_record(session, record.id, values, MINA, revision=1)
    session.commit()
    import_now(session, "2003-04-01,Germany,9,2,3\n")
    session.expire_all()
    assert (record.cases, record.note) == (9, "by telephone")


def test_broken_file_changes_nothing(session: Session) -> None:
    import_now(session, "2003-04-01,Germany,1,2,3\n")
    report = import_now(session, "2003-04-01,Germany,x,2,3\n2003-04-02,Germany,y,2,3\n")
    assert outcomes(report) == (0, 0, 0, 0, 2)
    assert stored(session) == {("Germany", "2003-04-01"): (1, 2, 3)}


def test_conflict_with_itself_is_held_although_one_line_says_what_is_stored(
    session: Session,
) -> None:
    import_now(session, "2003-04-01,Germany,1,2,3\n")
    report = import_now(session, "2003-04-01,Germany,1,2,3\n2003-04-01,Germany,7,2,3\n")
    assert outcomes(report) == (0, 0, 0, 2, 0)
    assert stored(session) == {("Germany", "2003-04-01"): (1, 2, 3)}


def test_falls_are_counted_in_the_order_of_days_however_the_file_is_sorted(
    session: Session,
) -> None:
    days = [APRIL.format(day, "Germany", cases, 0, 0) for day, cases in enumerate([5, 4, 6, 2], 1)]
    warnings = import_now(session, "".join([days[2], days[0], days[3], days[1]])).warnings
    assert warnings == {"cases_fall": {"count": 2, "lines": [4, 5]}}
    assert_totals_true(session)


def test_count_that_was_not_reported_is_no_fall(session: Session) -> None:
    counts = ["5", "", "5", "4"]
    rows = [APRIL.format(day, "Germany", cases, 0, 0) for day, cases in enumerate(counts, 1)]
    assert import_now(session, "".join(rows)).warnings["cases_fall"] == {"count": 1, "lines": [5]}
    assert_totals_true(session)


def test_file_that_goes_on_is_compared_with_the_last_report_before(session: Session) -> None:
    import_now(session, "2003-04-01,Germany,5,1,\n2003-04-01,China,5,0,0\n")
    report = import_now(session, "2003-04-02,Germany,4,1,0\n2003-04-02,China,6,0,0\n")
    assert report.warnings == {"cases_fall": {"count": 1, "lines": [2]}}


def test_daily_counts_neither_fall_nor_sum_up(session: Session) -> None:
    session.get_one(Outbreak, default_outbreak(session).id).counting = "daily"
    session.commit()
    report = import_now(session, "2003-04-01,Germany,5,4,3\n2003-04-02,Germany,2,0,0\n")
    assert report.warnings == {}


def test_rollback_leaves_nothing(session: Session, reload: Callable[[], Session]) -> None:
    outbreak_id = default_outbreak(session).id
    session.commit()
    report = import_file(
        session, _stream("2003-04-01,Germany,1,2,3\n"), outbreak_id, MINA, ImportOptions()
    )
    assert report.added == 1
    session.rollback()
    fresh = reload()
    assert fresh.scalars(select(Record)).all() == []
    assert fresh.scalars(select(Country)).all() == []
    # The next import of the same session finds no leftovers of this one.
    assert import_now(session, "2003-04-01,Germany,1,2,3\n").added == 1


@pytest.mark.parametrize("seed", range(6))
def test_totals_stay_true_after_any_mix_of_edits_and_imports(
    session: Session, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    if seed % 2:
        # Every file is a large one, and copied where it writes to a third of the records.
        monkeypatch.setattr(bulk_loading, "WORTHWHILE", 1)
    for _ in range(6):
        if chance.random() < 0.7:
            import_now(session, _random_rows(chance))
        else:
            _edit_some(session, chance)
        assert_totals_true(session)


def _stream(rows: str) -> io.BytesIO:
    return io.BytesIO((HEADING + rows).encode())


def _random_rows(chance: random.Random) -> str:
    rows = [
        APRIL.format(day, country, *(chance.choice(["", *map(str, range(9))]) for _ in range(3)))
        for day in range(1, 12)
        for country in ("Germany", "China", "Viet Nam", "Canada")
        if chance.random() < 0.4
    ]
    if chance.random() < 0.5:
        chance.shuffle(rows)
    return "".join(rows + rows[:2]) or APRIL.format(1, "Germany", 1, 1, 1)


def _edit_some(session: Session, chance: random.Random) -> None:
    for record in chance.sample(
        records := list(session.scalars(select(Record))), len(records) // 4
    ):
        if chance.random() < 0.4:
            register.delete_record(session, record.id, MINA, revision=record.revision)
        else:
            values = RecordValues(record.country_id, record.date, chance.randrange(9), None, 3)
            register.change_record(session, record.id, values, MINA, revision=record.revision)
    session.commit()
