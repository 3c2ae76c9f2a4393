"""Whatever was done and undone: totals stay true, past states stay what they were."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Record
from app.services import register, states, undoing
from app.services.changesets import open_changeset
from app.services.directory import resolve_names
from app.services.register import RecordValues
from app.services.undoing import CannotUndo, NothingLeft
from tests.support.clients import default_outbreak, find_or_add_country
from tests.support.imports import MINA, assert_totals_true, import_now
from tests.support.states import as_of

COUNTRIES = ("Germany", "China", "Viet Nam")
APRIL = "2003-04-{:02},{},{},{},{}\n"


@pytest.mark.parametrize("seed", range(8))
def test_any_mix_of_imports_edits_and_undos(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    remembered = {}
    for _ in range(14):
        act = chance.choice([import_some, edit_some, undo_one, undo_one])
        act(session, chance)
        session.commit()
        assert_totals_true(session)
        newest = session.scalar(select(Changeset.id).order_by(Changeset.id.desc()).limit(1)) or 0
        present = {record.id for record in session.scalars(select(Record))}
        assert as_of(session, newest).keys() == present
        remembered.setdefault(newest, as_of(session, newest))
        for number, state in remembered.items():
            assert as_of(session, number) == state


def import_some(session: Session, chance: random.Random) -> None:
    rows = [
        APRIL.format(day, country, *(chance.choice(["", "1", "2", "3"]) for _ in range(3)))
        for day in range(1, 7)
        for country in COUNTRIES
        if chance.random() < 0.5
    ]
    import_now(session, "".join(rows) or APRIL.format(1, "Germany", 1, 1, 1))


def edit_some(session: Session, chance: random.Random) -> None:
    """Add, change, move or delete single records."""
    outbreak_id = default_outbreak(session).id
    countries = list(resolve_names(session, COUNTRIES, create=True).ids.values())

    def any_values() -> RecordValues:
        day = dt.date(2003, 4, chance.randrange(1, 9))
        counts = (chance.choice([None, 0, 1, 5]) for _ in range(3))
        return RecordValues(chance.choice(countries), day, *counts)

    added = any_values()
    if register.find_record(session, outbreak_id, *added.key) is None:
        register.add_record(session, outbreak_id, added, MINA)
    for record in list(session.scalars(select(Record)))[:: chance.randrange(2, 5)]:
        if chance.random() < 0.4:
            register.delete_record(session, record.id, MINA, revision=record.revision)
            continue
        values = any_values()
        if chance.random() < 0.6:
            values = replace(values, country_id=record.country_id, date=record.date)
        holder = register.find_record(session, record.outbreak_id, *values.key)
        if holder is None or holder.id == record.id:
            register.change_record(session, record.id, values, MINA, revision=record.revision)


def undo_one(session: Session, chance: random.Random) -> None:
    """Undo any changeset, and show that the preview, or its refusal, told so."""
    numbers = list(session.scalars(select(Changeset.id)))
    if not numbers:
        return
    number = chance.choice(numbers)
    try:
        preview = undoing.preview_undo(session, number)
    except CannotUndo as refusal:
        with pytest.raises(CannotUndo, match=str(refusal)[:20]):
            undoing.undo(session, number, MINA)
        return
    kept = undoing.list_kept(session, number, limit=99).rows
    assert len(kept) == preview.kept
    if not preview.written:
        with pytest.raises(NothingLeft):
            undoing.undo(session, number, MINA)
        return
    undone = undoing.undo(session, number, MINA)
    told = (preview.put_back, preview.set_back, preview.removed)
    assert told == (undone.added, undone.changed, undone.removed)
    assert undoing.list_kept_by(session, undone, limit=99).rows == kept


def test_records_that_changed_places_in_one_change_change_back(session: Session) -> None:
    import_now(session, "2003-04-01,China,1,0,0\n2003-04-02,China,2,0,0\n")
    china = find_or_add_country(session, "China").id
    first, second = session.scalars(select(Record).order_by(Record.date))
    before = as_of(session, 1)
    moving = open_changeset(session, default_outbreak(session).id, "bulk", MINA)
    states.rewrite(session, moving, second, RecordValues(china, dt.date(2003, 4, 3), 2, 0, 0))
    states.rewrite(session, moving, first, RecordValues(china, dt.date(2003, 4, 2), 1, 0, 0))
    session.commit()
    undone = undoing.undo(session, moving.id, MINA)
    assert as_of(session, undone.id) == before
    assert_totals_true(session)
    # Back once more, with the day of the first taken meanwhile: who wants it stays, and so does
    # who wants that one's.
    values = RecordValues(china, dt.date(2003, 4, 3), 9)
    register.add_record(session, undone.outbreak_id, values, MINA)
    with pytest.raises(CannotUndo, match="Nothing of this change is left"):
        undoing.undo(session, undone.id, MINA)
