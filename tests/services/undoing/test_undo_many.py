"""Undoing more records than are written one index entry at a time."""

import datetime as dt

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.models import Record, RecordVersion
from app.services import bulk_loading, undoing
from tests.support.imports import MINA, assert_totals_true, import_now
from tests.support.states import as_of


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
