import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country, DailyTotal, Outbreak, Record, RecordVersion
from app.services import register
from app.services.register import Actor, CannotUndo, DuplicateRecord, RecordValues, StaleRecord
from tests.support.clients import default_outbreak

MINA = Actor("Mina Park")


@pytest.fixture
def outbreak(session: Session) -> Outbreak:
    session.add(Country(id=1, name="Viet Nam", slug="viet-nam"))
    session.flush()
    return default_outbreak(session)


def values(day: int, cases: int | None, deaths: int | None = 0) -> RecordValues:
    return RecordValues(1, dt.date(2003, 4, day), cases=cases, deaths=deaths)


def steps(session: Session) -> dict[int, tuple[int, int, int]]:
    rows = session.scalars(select(DailyTotal).order_by(DailyTotal.date))
    return {row.date.day: (row.reports, row.cases, row.cases_step) for row in rows}


@pytest.mark.parametrize(("act", "written"), [("add", 7), ("change", 9), ("delete", 10)])
def test_write_of_one_record_takes_few_statements(
    session: Session, outbreak: Outbreak, query_counter: Callable[..., Any], act: str, written: int
) -> None:
    record, *_others = (
        register.add_record(session, outbreak.id, values(day, 5), MINA) for day in (10, 8, 9)
    )
    session.commit()
    session.expire_all()
    outbreak_id, record_id = outbreak.id, record.id
    session.expire(record)
    with query_counter() as queries:
        if act == "add":
            # Lock, is the key taken, changeset, record, counts around it, its days, its country.
            register.add_record(session, outbreak_id, values(11, 6), MINA)
        elif act == "change":
            # Record, lock, record again, changeset, record, version, counts, days, country.
            register.change_record(session, record_id, values(10, 6), MINA, revision=1)
        else:
            # As a change, and a day that nobody reports on any more.
            register.delete_record(session, record_id, MINA, revision=1)
    # The rules: series, breaks, days, countries, settings, exemptions, the findings of
    # the series and those of the outbreak, word of what is unchecked.
    assert len(queries) == written + 9, "\n".join(queries)


def test_add_keeps_totals(session: Session, outbreak: Outbreak) -> None:
    register.add_record(session, outbreak.id, values(10, 5), MINA)
    register.add_record(session, outbreak.id, values(14, 9), MINA)
    register.add_record(session, outbreak.id, values(12, 7), MINA)
    assert steps(session) == {10: (1, 5, 5), 12: (1, 7, 2), 14: (1, 9, 2)}


def test_count_that_was_not_reported_moves_no_step(session: Session, outbreak: Outbreak) -> None:
    for day, cases in ((10, 5), (14, 9), (12, None)):
        register.add_record(session, outbreak.id, values(day, cases), MINA)
    assert steps(session) == {10: (1, 5, 5), 12: (1, 0, 0), 14: (1, 9, 4)}


def test_change_keeps_what_was_superseded(session: Session, outbreak: Outbreak) -> None:
    record = register.add_record(session, outbreak.id, values(10, 5), MINA)
    register.change_record(session, record.id, values(10, 6), MINA, revision=1, reason="late")
    version = session.scalars(select(RecordVersion)).one()
    assert (version.cases, version.revision) == (5, 1)
    assert (record.cases, record.revision, record.changeset.reason) == (6, 2, "late")


def test_change_that_says_the_same_writes_nothing(session: Session, outbreak: Outbreak) -> None:
    record = register.add_record(session, outbreak.id, values(10, 5), MINA)
    register.change_record(session, record.id, values(10, 5), MINA, revision=1)
    assert record.revision == 1
    assert session.scalars(select(RecordVersion)).all() == []


def test_stale_change_is_refused(session: Session, outbreak: Outbreak) -> None:
    record = register.add_record(session, outbreak.id, values(10, 5), MINA)
    register.change_record(session, record.id, values(10, 6), MINA, revision=1)
    with pytest.raises(StaleRecord):
        register.change_record(session, record.id, values(10, 7), MINA, revision=1)


def test_taken_key_is_refused(session: Session, outbreak: Outbreak) -> None:
    register.add_record(session, outbreak.id, values(10, 5), MINA)
    with pytest.raises(DuplicateRecord):
        register.add_record(session, outbreak.id, values(10, 6), MINA)


def test_undone_deletion_brings_the_record_back_under_its_id(
    session: Session, outbreak: Outbreak
) -> None:
    record = register.add_record(session, outbreak.id, values(10, 5), MINA)
    deletion = register.delete_record(session, record.id, MINA, revision=1)
    assert steps(session) == {}
    undo = register.undo(session, deletion.id, MINA)
    restored = session.get_one(Record, record.id)
    assert (restored.cases, restored.revision, undo.added) == (5, 2, 1)
    assert steps(session) == {10: (1, 5, 5)}


def test_undo_can_itself_be_undone(session: Session, outbreak: Outbreak) -> None:
    record = register.add_record(session, outbreak.id, values(10, 5), MINA)
    register.change_record(session, record.id, values(10, 6), MINA, revision=1)
    undo = register.undo(session, record.changeset_id, MINA)
    assert record.cases == 5
    register.undo(session, undo.id, MINA)
    assert record.cases == 6


def test_change_that_others_built_upon_cannot_be_undone(
    session: Session, outbreak: Outbreak
) -> None:
    record = register.add_record(session, outbreak.id, values(10, 5), MINA)
    added = record.changeset_id
    register.change_record(session, record.id, values(10, 6), MINA, revision=1)
    with pytest.raises(CannotUndo):
        register.undo(session, added, MINA)
