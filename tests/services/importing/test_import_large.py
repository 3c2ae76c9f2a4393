"""Large files: planned and made ready before the register is locked, and true to it afterwards."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Outbreak, Record, RecordVersion
from app.services import bulk_loading
from app.services.changesets import Actor, open_changeset
from app.services.directory import create_country
from app.services.importing import importer
from app.services.register import RecordValues, add_record
from tests.support.clients import default_outbreak
from tests.support.imports import (
    HEADING,
    MINA,
    assert_totals_true,
    check_database,
    import_now,
    meanwhile,
    outcomes,
    statements_of,
    stored,
)

DAYS = [f"2003-04-{day:02}" for day in range(1, 21)]
ROWS = "".join(f"{day},{name},5,1,2\n" for day in DAYS for name in ("Chad", "Malta", "Peru"))
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_loading, "WORTHWHILE", 1)


@pytest.fixture
def on_sqlite(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("only SQLite locks the whole register")


@pytest.mark.usefixtures("on_sqlite")
def test_first_import_is_copied_and_leaves_the_register_as_any_other(
    session: Session, reload: Callable[[], Session]
) -> None:
    default_outbreak(session)
    session.commit()
    indexes = session.execute(text(INDEXES)).all()
    with statements_of(session) as statements:
        report = import_now(session, ROWS)
    assert outcomes(report) == (60, 0, 0, 0, 0)
    assert any("FROM import_ready" in statement for statement in statements)
    assert not any(statement.startswith("DROP INDEX") for statement in statements)
    fresh = reload()
    assert fresh.execute(text(INDEXES)).all() == indexes
    check_database(fresh)
    assert_totals_true(fresh)
    record = fresh.scalars(select(Record).order_by(Record.id)).first()
    assert record is not None
    assert (record.id, record.line, record.revision) == (1, 2, 1)
    assert record.changeset_id == report.changeset_id
    session.commit()
    session.execute(text("DELETE FROM record"))
    session.commit()
    import_now(session, ROWS)
    # Ids of deleted records are not given twice.
    assert session.scalar(select(func.min(Record.id))) == 61


def test_same_file_again_changes_nothing(session: Session) -> None:
    import_now(session, ROWS)
    report = import_now(session, ROWS)
    assert outcomes(report) == (0, 0, 60, 0, 0)
    assert report.changeset_id is None
    assert session.scalar(select(func.count()).select_from(RecordVersion)) == 0


def test_later_file_adds_and_changes(session: Session) -> None:
    import_now(session, ROWS)
    later = ROWS.replace("2003-04-20,Chad,5", "2003-04-20,Chad,6") + "2003-05-01,Cuba,1,0,0\n"
    assert outcomes(import_now(session, later)) == (1, 1, 59, 0, 0)
    assert stored(session)["Chad", "2003-04-20"] == (6, 1, 2)
    assert_totals_true(session)


def test_near_miss_is_held(session: Session) -> None:
    import_now(session, ROWS)
    report = import_now(session, ROWS.replace("2003", "2004") + "2004-05-01,Untied States,1,0,0\n")
    assert outcomes(report) == (60, 0, 0, 1, 0)
    assert_totals_true(session)


def test_record_and_country_added_meanwhile_are_not_overlooked(
    session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbreak_id = default_outbreak(session).id
    session.commit()

    def add(other: Session) -> None:
        # It takes the id that was foreseen for the first country of the file.
        country = create_country(other, "Peru")
        values = RecordValues(country.id, dt.date(2003, 4, 20), cases=9)
        add_record(other, outbreak_id, values, MINA)

    meanwhile(monkeypatch, database_url, add)
    assert outcomes(import_now(session, ROWS)) == (59, 1, 0, 0, 0)
    assert stored(session)["Peru", "2003-04-20"] == (5, 1, 2)
    assert session.scalars(select(RecordVersion.cases)).all() == [9]
    assert_totals_true(session)


def test_changeset_of_another_outbreak_meanwhile_is_not_taken_for_ours(
    session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    default_outbreak(session)
    elsewhere = Outbreak(slug="second", name="Second", counting="cumulative")
    session.add(elsewhere)
    session.commit()
    outbreak_id = elsewhere.id

    def correct(other: Session) -> None:
        open_changeset(other, outbreak_id, "bulk", MINA)

    meanwhile(monkeypatch, database_url, correct)
    report = import_now(session, ROWS)
    assert outcomes(report) == (60, 0, 0, 0, 0)
    assert set(session.scalars(select(Record.changeset_id))) == {report.changeset_id}
    assert_totals_true(session)


@pytest.mark.usefixtures("on_sqlite")
def test_user_who_is_gone_meanwhile_is_told(session: Session) -> None:
    outbreak_id = default_outbreak(session).id
    session.commit()
    file = io.BytesIO((HEADING + ROWS).encode())
    with pytest.raises(IntegrityError, match="user"):
        importer.import_file(session, file, outbreak_id, Actor("Nobody", user_id=404))
    session.rollback()
    assert stored(session) == {}
    # The next transaction enforces foreign keys again.
    assert session.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_check_that_is_stopped_leaves_the_cache_as_large_as_it_was(session: Session) -> None:
    usual = session.scalar(text("PRAGMA cache_size"))
    outbreak_id = default_outbreak(session).id
    session.commit()

    def stop(_done: int, _size: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        importer.check_file(
            session, io.BytesIO((HEADING + ROWS).encode()), outbreak_id, progress=stop
        )
    session.rollback()
    assert session.scalar(text("PRAGMA cache_size")) == usual
