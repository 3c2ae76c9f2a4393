import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Country, Record, RecordVersion
from app.services import register, undoing
from app.services.register import RecordValues
from app.services.undoing import CannotUndo, KeepsRecords, NothingLeft
from tests.support.imports import MINA, assert_totals_true, import_now, stored
from tests.support.states import as_of

FIRST = "2003-04-01,Germany,1,0,0\n2003-04-02,Germany,2,0,0\n2003-04-01,China,5,1,2\n"
SECOND = "2003-04-02,Germany,3,0,1\n2003-04-03,Germany,4,0,1\n2003-04-01,Canada,7,0,0\n"


def importing(session: Session, rows: str | Path) -> int:
    changeset_id = import_now(session, rows).changeset_id
    assert changeset_id is not None
    return changeset_id


def change(session: Session, country: str, date: str, cases: int | None) -> int:
    """Change a record's cases, or delete it; return the changeset."""
    record = session.scalars(
        select(Record)
        .join(Country)
        .where(Country.name == country, Record.date == dt.date.fromisoformat(date))
    ).one()
    if cases is None:
        number = register.delete_record(session, record.id, MINA, revision=record.revision).id
    else:
        values = RecordValues(record.country_id, record.date, cases, 0, 0)
        revision = record.revision
        number = register.change_record(
            session, record.id, values, MINA, revision=revision
        ).changeset_id
    session.commit()
    return number


def undo(session: Session, changeset_id: int, **options: Any) -> Changeset:
    """Undo, after showing that the preview tells what becomes of it."""
    preview = undoing.preview_undo(session, changeset_id)
    kept = undoing.list_kept(session, changeset_id, limit=1000).rows
    changeset = undoing.undo(session, changeset_id, MINA, **options)
    session.commit()
    told = (preview.put_back, preview.set_back, preview.removed)
    assert told == (changeset.added, changeset.changed, changeset.removed)
    assert len(kept) == preview.kept
    assert undoing.list_kept_by(session, changeset, limit=1000).rows == kept
    assert_totals_true(session)
    return changeset


def sizes(changeset: Changeset) -> tuple[int, int, int]:
    return changeset.added, changeset.changed, changeset.removed


def test_undone_first_import_leaves_an_empty_register_and_every_past_state(
    session: Session,
) -> None:
    first = importing(session, FIRST)
    undone = undo(session, first, reason="wrong file")
    assert stored(session) == {}
    assert (undone.kind, undone.undoes_id, undone.reason) == ("undo", first, "wrong file")
    assert sizes(undone) == (0, 0, 3)
    assert len(as_of(session, first)) == 3
    versions = session.scalars(select(RecordVersion)).all()
    assert [(v.from_changeset_id, v.to_changeset_id, v.line) for v in versions] == [
        (first, undone.id, line) for line in (2, 3, 4)
    ]


def test_undone_second_import_leaves_the_register_as_before_it(session: Session) -> None:
    importing(session, FIRST)
    edited = change(session, "Germany", "2003-04-02", 9)
    before = stored(session)
    undone = undo(session, importing(session, SECOND))
    assert stored(session) == before
    assert sizes(undone) == (0, 1, 2)
    # One from the edit, one from the second import, and the undo's three.
    assert len(session.scalars(select(RecordVersion)).all()) == 5
    assert as_of(session, undone.id) == as_of(session, edited)


def test_redone_import_says_again_what_it_said_under_the_same_ids(session: Session) -> None:
    importing(session, FIRST)
    second = importing(session, SECOND)
    after = as_of(session, second)
    redone = undo(session, undo(session, second).id)
    assert sizes(redone) == (2, 1, 0)
    assert as_of(session, redone.id) == after
    # No record that comes later gets an id of one that was away.
    third = importing(session, "2003-04-09,Canada,9,0,0\n")
    assert max(as_of(session, third)) > max(after)


def test_records_changed_since_are_kept_and_named(session: Session) -> None:
    importing(session, FIRST)
    second = importing(session, SECOND)
    edited = change(session, "Germany", "2003-04-02", 20)
    deleted = change(session, "Canada", "2003-04-01", None)
    kept = undoing.list_kept(session, second, limit=10).rows
    named = [
        (row.country, row.date.day, row.why, row.changeset and row.changeset.id) for row in kept
    ]
    assert sorted(named) == [("Canada", 1, "deleted", deleted), ("Germany", 2, "changed", edited)]
    undone = undo(session, second)
    assert sizes(undone) == (0, 0, 1)
    assert stored(session) == {
        ("China", "2003-04-01"): (5, 1, 2),
        ("Germany", "2003-04-01"): (1, 0, 0),
        ("Germany", "2003-04-02"): (20, 0, 0),
    }


def test_kept_records_are_listed_in_parts(session: Session) -> None:
    days = [f"2003-04-{day:02}" for day in range(1, 8)]
    first = importing(session, "".join(f"{day},Germany,1,0,0\n" for day in days))
    for day in days[:6]:
        change(session, "Germany", day, 2)
    whole = undoing.list_kept(session, first, limit=10).rows
    parts, after = [], 0
    while True:
        page = undoing.list_kept(session, first, limit=2, after=after)
        parts += page.rows
        if page.next is None:
            break
        after = page.next
    assert parts == whole
    assert [row.date.day for row in whole] == [1, 2, 3, 4, 5, 6]


def test_change_that_was_taken_back_is_no_reason_to_keep(session: Session) -> None:
    first = importing(session, FIRST)
    second = importing(session, SECOND)
    change(session, "Canada", "2003-04-01", 8)
    change(session, "Canada", "2003-04-01", 7)
    undo(session, second)
    undo(session, first)
    assert stored(session) == {}


def test_day_that_another_record_has_now_is_left_to_it(session: Session) -> None:
    first = importing(session, FIRST)
    undone = undo(session, first)
    third = importing(session, "2003-04-01,China,6,1,2\n")
    kept = undoing.list_kept(session, undone.id, limit=10).rows
    assert [(row.country, row.why, row.changeset and row.changeset.id) for row in kept] == [
        ("China", "taken", third)
    ]
    assert sizes(undo(session, undone.id)) == (2, 0, 0)
    assert stored(session)["China", "2003-04-01"] == (6, 1, 2)


def test_caller_who_agreed_to_keep_fewer_is_asked_again(session: Session) -> None:
    first = importing(session, FIRST)
    change(session, "China", "2003-04-01", 6)
    before = stored(session)
    with pytest.raises(KeepsRecords) as refusal:
        undoing.undo(session, first, MINA, most_kept=0)
    assert refusal.value.kept == 1
    session.commit()
    assert stored(session) == before
    undo(session, first, most_kept=1)


def test_nothing_left_is_refused(session: Session) -> None:
    first = importing(session, "2003-04-01,Germany,1,0,0\n2003-04-02,Germany,2,0,0\n")
    importing(session, "2003-04-01,Germany,2,0,0\n2003-04-02,Germany,3,0,0\n")
    preview = undoing.preview_undo(session, first)
    assert (preview.written, preview.kept) == (0, 2)
    kept = undoing.list_kept(session, first, limit=10).rows
    assert [(row.country, row.why) for row in kept] == [("Germany", "changed")] * 2
    with pytest.raises(NothingLeft, match="Nothing of this change is left"):
        undoing.undo(session, first, MINA)
    assert session.scalars(select(Changeset).where(Changeset.kind == "undo")).all() == []


def test_nothing_is_undone_twice(session: Session) -> None:
    first = importing(session, FIRST)
    undo(session, first)
    with pytest.raises(CannotUndo, match="already"):
        undoing.preview_undo(session, first)
    with pytest.raises(CannotUndo, match="already"):
        undoing.undo(session, first, MINA)
    with pytest.raises(CannotUndo, match="no such"):
        undoing.undo(session, 99, MINA)


def test_chain_of_undos_tells_what_is_in_effect(session: Session) -> None:
    first = importing(session, FIRST)
    other = importing(session, SECOND)
    found = [undoing.in_effect(session, [first, other])[first]]
    last = first
    for _ in range(3):
        last = undo(session, last).id
        found.append(undoing.in_effect(session, [first, other])[first])
    assert found == [first, None, last - 1, None]
    assert undoing.in_effect(session, [other]) == {other: other}


def test_undo_leaves_other_countries_and_notes_alone(session: Session) -> None:
    importing(session, FIRST + "2003-04-01,Viet Nam,1,0,0\n")
    record = session.scalars(select(Record).join(Country).where(Country.name == "Viet Nam")).one()
    noted = RecordValues(record.country_id, record.date, 1, 0, 0, note="by telephone")
    register.change_record(session, record.id, noted, MINA, revision=1)
    session.commit()
    undo(session, importing(session, "2003-04-01,Viet Nam,3,0,0\n2003-04-02,Viet Nam,4,0,0\n"))
    assert (record.cases, record.note, record.line) == (1, "by telephone", None)


def test_real_file_undone_leaves_the_export_of_before_to_the_byte(
    session: Session, client: FlaskClient, real_file: Path
) -> None:
    def export() -> bytes:
        return client.get("/records.csv").data

    empty = export()
    first = importing(session, real_file)
    full = export()
    assert full.count(b"\n") == 2537
    undone = undo(session, first)
    assert export() == empty
    undo(session, undone.id)
    assert export() == full
    for day in ("2003-03-17", "2003-03-18", "2003-03-19"):
        change(session, "Germany", day, 77)
    before = export()
    second = importing(session, "2003-03-17,Germany,5,1,1\n2003-12-24,Germany,9,9,0\n")
    assert export() != before
    undo(session, second)
    assert export() == before
