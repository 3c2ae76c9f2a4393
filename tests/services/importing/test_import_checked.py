"""A check and an import of one file find the same, and a check writes nothing."""

import io
import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import Base
from app.models import Country, Import, ImportRow, Record
from app.services.directory import find_country
from app.services.importing import check_file
from app.services.simulation import FAULT_KINDS, write_csv
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING, assert_totals_true, check_now, import_now, stored

NAMES = ["China", "CHINA", "Chinna", "Viet Nam", "Vietnam", "Ruritania", "Ruritanai", "", "12"]
COUNTS = ["", "0", "1", "2", "5", "9", "x", "-1", "1.5", "3.0", " 4 "]


def messy(chance: random.Random) -> str:
    """Write rows of every sort of fault, often of one country and day."""
    rows = []
    for _ in range(chance.randrange(1, 60)):
        day = f"2003-04-{chance.randrange(1, 32):02}"
        cells = [day, chance.choice(NAMES), *(chance.choice(COUNTS) for _ in range(3))]
        if chance.random() < 0.05:
            cells.pop()
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def wishes(chance: random.Random) -> dict[str, str]:
    found = {}
    if chance.random() < 0.5:
        found["existing"] = chance.choice(["file", "register", "ask"])
    if chance.random() < 0.3:
        found["blanks"] = "overwrite"
    if chance.random() < 0.3:
        found["parts"] = "sum"
    if chance.random() < 0.2:
        found["counting"] = "new"
    return found


def decided(chance: random.Random) -> dict[str, object]:
    rows = {
        str(line): chance.choice(
            [{"leave_out": True}, {"country": "Peru"}, {"cases": "3"}, {"existing": "register"}]
        )
        for line in chance.sample(range(2, 60), chance.randrange(5))
    }
    choices = {
        problem: chance.choice(["hold", "leave_out"])
        for problem in ("near_name", "number", "sum", "cases_fall", "exists")
        if chance.random() < 0.3
    }
    if chance.random() < 0.5:
        choices["conflict"] = chance.choice(["leave_out", "first", "last", "suggestion"])
    return {"rows": rows, "problems": choices, "names": {"Ruritanai": {"country": "Ruritania"}}}


@pytest.mark.parametrize("seed", range(8))
def test_check_foretells_the_import(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(4):
        rows, asked, choices = messy(chance), wishes(chance), decided(chance)
        checked = check_now(session, rows, choices, **asked)
        report = import_now(session, rows, choices, **asked)
        checked.foretell()
        status = "applied" if checked.status == "checked" else "refused"
        found = checked.as_dict() | {"import": report.import_id, "status": status}
        assert found == report.as_dict() | {"changeset": None}
        assert_totals_true(session)


def test_country_of_which_no_row_is_stored_is_not_created(session: Session) -> None:
    rows = "2003-04-01,Chad,x,0,0\n2003-04-01,China,1,0,0\n2003-04-01,Peru,1,0,0\n"
    rows += "2003-04-01,Peru,2,0,0\n2003-04-01,Cuba,1,0,0\n"
    decided = {"names": {"Chad": {"country": "Tchad"}}}
    assert check_now(session, rows, decided).new_countries == ["China", "Cuba"]
    assert import_now(session, rows, decided).new_countries == ["China", "Cuba"]
    assert set(session.scalars(select(Country.name))) == {"China", "Cuba"}
    assert find_country(session, "Chad") is None
    assert set(stored(session)) == {("China", "2003-04-01"), ("Cuba", "2003-04-01")}


def test_check_writes_nothing(session: Session) -> None:
    default_outbreak(session)
    session.commit()
    before = _counts(session)
    session.commit()
    report = check_now(session, "2003-04-01,China,1,0,0\n2003-04-01,Chad,x,0,0\n")
    assert (report.status, report.added, report.unreadable) == ("checked", 1, 1)
    assert report.new_countries == ["China"]
    assert _counts(session) == before


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_check_waits_for_nobody(session: Session, database_url: str) -> None:
    outbreak_id = default_outbreak(session).id
    session.commit()
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    rows = io.BytesIO(HEADING.encode() + b"2003-04-01,China,1,0,0\n")
    assert check_file(session, rows, outbreak_id).added == 1
    other.execute("ROLLBACK")
    other.close()


def test_all_lines_to_look_at_are_kept_with_the_import_that_was_checked(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "planted.csv"
    file.write_text(HEADING)
    write_csv(file, rows=5_000, faults=dict.fromkeys(FAULT_KINDS, 10))
    offered = _offer(session)
    report = check_file(session, file, default_outbreak(session).id, import_id=offered)
    session.commit()
    kept = select(ImportRow.problem, func.count()).group_by(ImportRow.problem)
    counts = dict(session.execute(kept).all())
    told = {kind: found["count"] for kind, found in report.warnings.items()}
    assert counts == report.problems | told
    assert session.scalar(select(func.count()).select_from(Record)) == 0
    assert session.scalar(select(func.count()).select_from(Country)) == 0
    # Again, with another outcome: the lines of the first check are gone.
    file.write_text(HEADING + "2003-04-01,China,x,0,0\n")
    check_file(session, file, default_outbreak(session).id, import_id=offered)
    session.commit()
    assert session.scalars(select(ImportRow.problem)).all() == ["number"]


def _offer(session: Session) -> int:
    offered = Import(
        outbreak_id=default_outbreak(session).id,
        filename="planted.csv",
        sha256="0" * 64,
        size=1,
        status="checking",
        actor="Mina Park",
    )
    session.add(offered)
    session.commit()
    return offered.id


def _counts(session: Session) -> dict[str, int | None]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }
