"""Undoing more records than are written one index entry at a time."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Record, RecordVersion
from app.services import bulk_loading, undoing
from app.services.undoing import CannotUndo, plan
from tests.support.imports import MINA, assert_totals_true, import_now, stored
from tests.support.states import as_of


@pytest.fixture
def other(database_url: str) -> Iterator[Session]:
    """Somebody else, at the same register."""
    with open_session(database_url) as session:
        yield session


def rows_of(days: int) -> str:
    return "".join(f"2003-04-{day:02},Germany,{day},0,0\n" for day in range(1, days + 1))


def indexes(session: Session) -> set[str]:
    inspector = inspect(session.connection())
    tables = (Record.__tablename__, RecordVersion.__tablename__)
    return {str(index["name"]) for name in tables for index in inspector.get_indexes(name)}


def test_large_undo_puts_every_index_back(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_loading, "WORTHWHILE", 10)
    days = [dt.date(2003, 4, 1) + dt.timedelta(days=day) for day in range(40)]
    rows = [f"{day},{name},{number},0,0\n" for number, day in enumerate(days) for name in "AB"]
    first = import_now(session, "".join(rows[:30])).changeset_id or 0
    second = import_now(session, "".join(rows)).changeset_id or 0
    usual, after = indexes(session), as_of(session, second)
    undone = undoing.undo(session, second, MINA)
    session.commit()
    assert as_of(session, undone.id) == as_of(session, first)
    redone = undoing.undo(session, undone.id, MINA)
    session.commit()
    assert as_of(session, redone.id) == after
    assert len(session.scalars(select(RecordVersion)).all()) == 50
    assert indexes(session) == usual
    assert_totals_true(session)


def test_large_undo_tells_how_many_records_it_has_looked_at(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "_LEAST_IDS", 4)
    first = import_now(session, rows_of(11)).changeset_id or 0
    before = as_of(session, first)
    session.rollback()
    told: list[tuple[int, int]] = []
    undone = undoing.undo(session, first, MINA, progress=lambda *place: told.append(place)).id
    session.commit()
    assert told == [(4, 11), (8, 11), (11, 11)]
    assert as_of(session, undone) == {}
    session.rollback()
    redone = undoing.undo(session, undone, MINA, progress=lambda *place: told.append(place)).id
    session.commit()
    assert told[3:] == told[:3]
    assert as_of(session, redone) == before
    assert_totals_true(session)


def test_record_that_somebody_changes_while_others_are_looked_at_is_kept(
    session: Session, other: Session
) -> None:
    first = import_now(session, rows_of(3)).changeset_id or 0
    session.rollback()

    def edit(_done: int, _total: int) -> None:
        import_now(other, "2003-04-02,Germany,99,0,0\n")

    undone = undoing.undo(session, first, MINA, progress=edit)
    session.commit()
    assert (undone.removed, undoing.count_kept(undone)) == (2, 1)
    assert stored(session) == {("Germany", "2003-04-02"): (99, 0, 0)}
    assert_totals_true(session)


def test_change_that_somebody_undoes_meanwhile_is_not_undone_twice(
    session: Session, other: Session
) -> None:
    first = import_now(session, rows_of(3)).changeset_id or 0
    session.rollback()

    def undo_too(_done: int, _total: int) -> None:
        undoing.undo(other, first, MINA)
        other.commit()

    with pytest.raises(CannotUndo, match="already"):
        undoing.undo(session, first, MINA, progress=undo_too)
    session.rollback()
    assert stored(session) == {}
