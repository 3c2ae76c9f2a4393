"""Imports beside other writers: nobody waits while a file is read, nobody's write is lost."""

import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Country, Outbreak, Person, Record
from app.services.importing import Report, import_file
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING, MINA, assert_totals_true


def make_file(folder: Path, days: int = 28) -> Path:
    file = folder / "rows.csv"
    rows = [f"2003-04-{1 + n % 28:02},Area {n // 28},1,0,0\n" for n in range(days * 100)]
    # A repeat, so that rows are put in order as well.
    file.write_text(HEADING + "".join([*rows, rows[5]]))
    return file


def test_others_write_while_a_file_is_read(
    session: Session, database_url: str, tmp_path: Path
) -> None:
    outbreak_id = default_outbreak(session).id
    session.commit()
    written = []

    def write(_done: int, _size: int) -> None:
        if not written:
            with open_session(database_url) as other:
                other.add(Person(name="Joon Lee", slug="joon-lee"))
                other.commit()
            written.append("Joon Lee")

    report = import_file(session, make_file(tmp_path), outbreak_id, MINA, progress=write)
    session.commit()
    assert report.added == 2800
    assert session.scalars(select(Person.name)).all() == written


def test_two_imports_of_one_file_store_it_once(
    session: Session, database_url: str, tmp_path: Path, reload: Callable[[], Session]
) -> None:
    outbreak_id = default_outbreak(session).id
    session.commit()
    file = make_file(tmp_path)
    reports: list[Report] = []
    ready = threading.Barrier(2)

    def take_part() -> None:
        with open_session(database_url) as mine:
            ready.wait()
            reports.append(import_file(mine, file, outbreak_id, MINA))
            mine.commit()

    threads = [threading.Thread(target=take_part) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((report.added, report.same) for report in reports) == [(0, 2801), (2800, 1)]
    fresh = reload()
    assert fresh.scalar(select(func.count()).select_from(Record)) == 2800
    assert_totals_true(fresh)


def test_two_imports_that_create_the_same_countries_take_turns(
    session: Session, database_url: str, tmp_path: Path
) -> None:
    first = default_outbreak(session).id
    second = Outbreak(slug="second", name="Second", counting="cumulative")
    session.add(second)
    session.commit()
    files = {first: tmp_path / "first.csv", second.id: tmp_path / "second.csv"}
    rows = [f"2003-04-01,Area {number},1,0,0\n" for number in range(300)]
    files[first].write_text(HEADING + "".join(rows))
    # The other way round each would wait for what the other has created.
    files[second.id].write_text(HEADING + "".join(reversed(rows)))
    added: list[int] = []
    ready = threading.Barrier(2)

    def take_part(outbreak_id: int) -> None:
        with open_session(database_url) as mine:
            ready.wait()
            added.append(import_file(mine, files[outbreak_id], outbreak_id, MINA).added)
            mine.commit()

    threads = [threading.Thread(target=take_part, args=(id,)) for id in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert added == [300, 300]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Country)) == 300


def test_two_imports_into_two_outbreaks_share_the_countries_they_create(
    session: Session, database_url: str, tmp_path: Path
) -> None:
    first = default_outbreak(session).id
    second = Outbreak(slug="second", name="Second", counting="cumulative")
    session.add(second)
    session.commit()
    file = make_file(tmp_path)
    added: list[int] = []
    ready = threading.Barrier(2)

    def take_part(outbreak_id: int) -> None:
        with open_session(database_url) as mine:
            ready.wait()
            added.append(import_file(mine, file, outbreak_id, MINA).added)
            mine.commit()

    threads = [threading.Thread(target=take_part, args=(id,)) for id in (first, second.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert added == [2800, 2800]
