"""What SQLite is to write is made ready before it is locked, and holds only while nobody writes."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Country, ImportRow, Outbreak, Record, RecordVersion
from app.services import bulk_loading
from app.services.directory import create_country
from app.services.register import RecordValues, add_record, change_record, delete_record
from tests.support.clients import default_outbreak
from tests.support.imports import (
    MINA,
    assert_totals_true,
    check_database,
    import_now,
    meanwhile,
    outcomes,
    statements_of,
    stored,
)

FIRST = (
    "2003-04-01,Chad,1,0,0\n2003-04-02,Chad,2,,0\n2003-04-04,Chad,4,1,\n"
    "2003-04-01,Malta,5,0,0\n2003-04-03,Malta,7,0,1\n"
)
# Of Chad the first day changes and one comes in between, Malta gets one before its first, and
# Peru is new.
SECOND = (
    "2003-04-01,Chad,3,0,0\n2003-04-02,Chad,2,,0\n2003-04-03,Chad,3,1,1\n"
    "2003-03-31,Malta,1,0,0\n2003-04-03,Malta,7,,2\n2003-04-05,Peru,1,0,0\n"
)
READY = "FROM import_written"
COPIED = "INSERT INTO record SELECT * FROM import_ready"


@pytest.fixture
def on_sqlite(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("only SQLite locks the whole register")


@pytest.fixture(autouse=True, params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Say whether files are written row by row, or all records are copied with what changes."""
    if request.param == "large":
        monkeypatch.setattr(bulk_loading, "WORTHWHILE", 1)
    return str(request.param)


@pytest.fixture
def outbreak_id(session: Session) -> int:
    import_now(session, FIRST)
    return default_outbreak(session).id


def find(session: Session, country: str, day: int) -> Record:
    found = select(Record).join(Country).where(Country.name == country)
    return session.scalars(found.where(Record.date == dt.date(2003, 4, day))).one()


def correct(country: str, day: int) -> Callable[[Session], None]:
    """Return somebody's act: a record of this country and day has 9 cases."""

    def act(other: Session) -> None:
        record = find(other, country, day)
        values = RecordValues(record.country_id, record.date, cases=9)
        change_record(other, record.id, values, MINA, revision=record.revision)

    return act


@pytest.mark.usefixtures("on_sqlite", "outbreak_id")
def test_rows_are_written_as_they_were_made_ready(session: Session, size: str) -> None:
    with statements_of(session) as heard:
        report = import_now(session, SECOND)
    assert outcomes(report) == (3, 2, 1, 0, 0)
    locked = heard[heard.index("BEGIN IMMEDIATE") :]
    updates = [statement for statement in locked if statement.startswith("UPDATE record ")]
    assert all(READY in statement for statement in updates)
    assert (not updates, COPIED in locked) == ((True, True) if size == "large" else (False, False))
    # The register is not read for the totals any more.
    assert not [statement for statement in locked if "lag(" in statement]


@pytest.mark.usefixtures("on_sqlite", "outbreak_id")
def test_copied_records_are_those_of_before_but_for_what_changes(
    session: Session, reload: Callable[[], Session]
) -> None:
    elsewhere = Outbreak(slug="second", name="Second", counting="cumulative")
    session.add(elsewhere)
    session.flush()
    malta = find(session, "Malta", 1)
    add_record(session, elsewhere.id, RecordValues(malta.country_id, malta.date, 1), MINA)
    values = RecordValues(malta.country_id, malta.date, 5, 0, 0, note="By telephone")
    change_record(session, malta.id, values, MINA, revision=malta.revision)
    session.commit()
    before = everything(session)
    # The second time there are versions already.
    for cases in (11, 12):
        report = import_now(session, f"2003-04-01,Chad,{cases},0,0\n" + FIRST.split("\n", 1)[1])
        assert outcomes(report) == (0, 1, 4, 0, 0)
        fresh = reload()
        check_database(fresh)
        chad = find(fresh, "Chad", 1)
        after = everything(fresh)
        assert after.keys() == before.keys()
        assert {id for id in after if after[id] != before[id]} == {chad.id}
        assert (chad.cases, chad.changeset_id) == (cases, report.changeset_id)
    assert (chad.revision, fresh.scalar(select(func.count(RecordVersion.id)))) == (3, 3)
    assert "By telephone" in {record[7] for record in after.values()}


def everything(session: Session) -> dict[int, tuple[object, ...]]:
    """Return every column of all records, by id."""
    found = session.execute(select(*Record.__table__.c).order_by(Record.id))
    return {row.id: tuple(row) for row in found}


@pytest.mark.usefixtures("outbreak_id")
@pytest.mark.parametrize("newest_gone", [True, False])
def test_ids_go_on_from_the_last_one_that_was_given(session: Session, *, newest_gone: bool) -> None:
    *others, newest = session.scalars(select(Record).order_by(Record.id))
    last = newest.id
    gone = newest if newest_gone else others[0]
    delete_record(session, gone.id, MINA, revision=1)
    session.commit()
    before = everything(session)
    import_now(session, "2003-04-06,Chad,5,1,2\nno day,Chad,6,1,2\n2003-04-08,Chad,7,1,2\n")
    added = [id for id in everything(session) if id not in before]
    assert len(added) == 2
    assert min(added) > last


@pytest.mark.usefixtures("outbreak_id")
def test_half_new_and_half_changed_rows_leave_everything_true(session: Session) -> None:
    report = import_now(session, SECOND)
    assert stored(session) == {
        ("Chad", "2003-04-01"): (3, 0, 0),
        ("Chad", "2003-04-02"): (2, None, 0),
        ("Chad", "2003-04-03"): (3, 1, 1),
        ("Chad", "2003-04-04"): (4, 1, None),
        ("Malta", "2003-03-31"): (1, 0, 0),
        ("Malta", "2003-04-01"): (5, 0, 0),
        ("Malta", "2003-04-03"): (7, 0, 2),
        ("Peru", "2003-04-05"): (1, 0, 0),
    }
    assert_totals_true(session)
    changed = find(session, "Malta", 3)
    assert (changed.revision, changed.line, changed.changeset_id) == (2, 6, report.changeset_id)
    versions = select(RecordVersion.cases, RecordVersion.recoveries, RecordVersion.revision)
    assert sorted(map(tuple, session.execute(versions))) == [(1, 0, 1), (7, 1, 1)]
    lines = select(ImportRow.line, ImportRow.cases_before, ImportRow.cases)
    lines = lines.where(ImportRow.problem == "changed").order_by(ImportRow.line)
    assert session.execute(lines).all() == [(2, 1, 3), (6, 7, 7)]
    assert set(session.scalars(select(ImportRow.import_id))) == {report.import_id}


@pytest.mark.usefixtures("outbreak_id")
def test_blank_that_overwrites_is_carried_into_the_totals(session: Session) -> None:
    report = import_now(session, "2003-04-04,Chad,,2,3\n", blanks="overwrite")
    assert outcomes(report) == (0, 1, 0, 0, 0)
    assert stored(session)["Chad", "2003-04-04"] == (None, 2, 3)
    assert_totals_true(session)
    import_now(session, "2003-04-01,Chad,,,\n2003-04-02,Chad,,,\n", blanks="overwrite")
    assert_totals_true(session)


@pytest.mark.usefixtures("outbreak_id")
@pytest.mark.parametrize(("country", "day"), [("Chad", 1), ("Chad", 4), ("Malta", 1)])
def test_correction_meanwhile_is_not_overlooked(
    session: Session,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    country: str,
    day: int,
) -> None:
    session.commit()
    meanwhile(monkeypatch, database_url, correct(country, day))
    assert outcomes(import_now(session, SECOND)) == (3, 2, 1, 0, 0)
    ours = (country, day) == ("Chad", 1)
    assert stored(session)[country, f"2003-04-0{day}"][0] == (3 if ours else 9)
    # It is kept as a version where the file overwrites it.
    assert (9 in session.scalars(select(RecordVersion.cases)).all()) == ours
    assert_totals_true(session)


def test_record_added_meanwhile_is_not_added_again(
    session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch, outbreak_id: int
) -> None:
    chad = find(session, "Chad", 1).country_id
    session.commit()

    def act(other: Session) -> None:
        values = RecordValues(chad, dt.date(2003, 4, 3), cases=9)
        add_record(other, outbreak_id, values, MINA)

    meanwhile(monkeypatch, database_url, act)
    assert outcomes(import_now(session, SECOND)) == (2, 3, 1, 0, 0)
    assert stored(session)["Chad", "2003-04-03"] == (3, 1, 1)
    assert_totals_true(session)


@pytest.mark.usefixtures("outbreak_id")
def test_country_named_meanwhile_gets_its_rows(
    session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, database_url, lambda other: create_country(other, "Atlantis") and None)
    # The id that was foreseen for Peru is another country's now.
    assert outcomes(import_now(session, SECOND)) == (3, 2, 1, 0, 0)
    assert stored(session)["Peru", "2003-04-05"] == (1, 0, 0)
    assert_totals_true(session)


@pytest.mark.usefixtures("on_sqlite", "outbreak_id")
def test_records_added_elsewhere_meanwhile_take_the_ids_that_were_foreseen(
    session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Outbreak(slug="second", name="Second", counting="cumulative")
    session.add(elsewhere)
    session.flush()
    second, chad = elsewhere.id, find(session, "Chad", 1).country_id
    session.commit()

    def act(other: Session) -> None:
        for day in range(1, 20):
            add_record(other, second, RecordValues(chad, dt.date(2003, 5, day), cases=9), MINA)

    meanwhile(monkeypatch, database_url, act)
    with statements_of(session) as heard:
        assert outcomes(import_now(session, SECOND)) == (3, 2, 1, 0, 0)
    assert any(READY in statement for statement in heard)
    assert COPIED not in heard
    assert stored(session)["Peru", "2003-04-05"] == (1, 0, 0)
    assert find(session, "Chad", 3).changeset_id == find(session, "Chad", 1).changeset_id
