"""The example outbreak in the register."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Changeset, Country, ImportRow, Outbreak, Record
from app.services import directory
from app.services.changesets import Actor
from app.services.example import Example, ExampleLoaded, load_example
from app.services.importing import ImportOptions, import_file
from app.services.register import RecordValues, add_record
from app.services.undoing import undo
from tests.support.imports import HEADING, assert_totals_true

MINA = Actor("Mina Park")
ROW = "2003-03-17,Canada,8,2,0\n"


def load(session: Session, seed: int = 1) -> Example:
    example = load_example(session, MINA, countries=8, days=60, seed=seed)
    session.commit()
    return example


def import_rows(
    session: Session, outbreak: Outbreak, rows: str, options: ImportOptions | None = None
) -> None:
    file = io.BytesIO((HEADING + rows).encode())
    import_file(session, file, outbreak.id, MINA, options)
    session.commit()


def test_example_is_an_outbreak_of_its_own_marked_simulated(
    session: Session, reload: Callable[[], Session]
) -> None:
    example = load(session)
    fresh = reload()
    outbreak = fresh.scalars(select(Outbreak).where(Outbreak.slug == "example")).one()
    assert (outbreak.name, outbreak.simulated) == ("Example outbreak (simulated)", True)
    records = select(func.count()).select_from(Record)
    assert fresh.scalar(records) == example.report.added > 200
    assert fresh.scalar(records.where(Record.outbreak_id != outbreak.id)) == 0


def test_example_is_one_changeset_that_says_it_is_simulated(session: Session) -> None:
    load(session)
    changeset = session.scalars(select(Changeset)).one()
    assert (changeset.kind, changeset.actor) == ("example", "Mina Park")
    assert "Simulated" in changeset.reason


def test_mislabelled_rows_are_held_and_all_else_is_stored(session: Session) -> None:
    example = load(session)
    mislabelled = [fault for fault in example.faults if fault.kind == "mislabelled"]
    held = session.scalars(select(ImportRow).where(ImportRow.outcome == "held")).all()
    assert {row.date for row in held} == {fault.date for fault in mislabelled}
    assert len(held) == example.report.held == 2 * len(mislabelled) > 0
    assert example.report.unreadable == 0
    assert len(example.report.new_countries) == session.scalar(
        select(func.count()).select_from(Country)
    )


def test_totals_of_the_example_are_true(session: Session) -> None:
    load(session)
    assert_totals_true(session)


def test_example_is_shown_first_in_an_empty_register(session: Session) -> None:
    assert directory.default_outbreak(session).slug == "outbreak"
    load(session)
    assert directory.default_outbreak(session).slug == "example"


def test_example_stands_behind_real_records(session: Session) -> None:
    canada = directory.create_country(session, "Canada")
    outbreak = directory.default_outbreak(session)
    add_record(session, outbreak.id, RecordValues(canada.id, dt.date(2003, 3, 17), cases=8), MINA)
    load(session)
    assert directory.default_outbreak(session).slug == "outbreak"


def test_example_steps_back_when_real_rows_come(session: Session) -> None:
    load(session)
    outbreak = directory.outbreak_to_fill(session)
    assert outbreak.slug == "outbreak"
    import_rows(session, outbreak, ROW)
    assert directory.default_outbreak(session).slug == "outbreak"


def test_example_stays_in_front_when_a_file_is_refused(session: Session) -> None:
    load(session)
    outbreak = directory.outbreak_to_fill(session)
    bad = ROW + "2003-03-18,Canada,eight,2,0\n"
    import_rows(session, outbreak, bad, ImportOptions(on_problem="abort"))
    assert directory.default_outbreak(session).slug == "example"


def test_second_example_is_refused(session: Session) -> None:
    load(session)
    with pytest.raises(ExampleLoaded, match="loaded already"):
        load(session, seed=2)


def test_example_that_was_undone_can_be_loaded_again(session: Session) -> None:
    changeset_id = load(session).report.changeset_id
    assert changeset_id
    undo(session, changeset_id, MINA)
    session.commit()
    example = load(session, seed=2)
    assert example.report.added > 200
    assert session.scalars(select(Outbreak.slug).order_by(Outbreak.id)).all() == [
        "outbreak",
        "example",
    ]
