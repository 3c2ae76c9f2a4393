"""What Casebook exports it can import again, without a change."""

import io
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Outbreak
from app.services.rules import check_outbreak
from tests.support.imports import import_now, outcomes


def test_export_of_the_real_file_imports_without_a_change(
    session: Session, client: FlaskClient, real_file: Path
) -> None:
    import_now(session, real_file)
    exported = client.get("/records.csv").data
    assert outcomes(import_now(session, exported)) == (0, 0, 2536, 0, 0)


def test_export_of_hostile_names_and_blanks_imports_without_a_change(
    session: Session, client: FlaskClient
) -> None:
    names = ["=1+1 area", "+ area", "-area", "@area"]
    rows = [f'2003-04-01,"{name}",1,,{place}\n' for place, name in enumerate(names)]
    assert import_now(session, "".join(rows)).added == len(names)
    exported = client.get("/records.csv").data
    assert b"'=1+1 area" in exported
    report = import_now(session, io.BytesIO(exported).read())
    assert outcomes(report) == (0, 0, len(names), 0, 0)


def test_export_with_flags_imports_without_a_change(session: Session, client: FlaskClient) -> None:
    rows = [f"2003-04-0{day},Canada,{cases},,\n" for day, cases in enumerate((9, 7, 8), start=1)]
    import_now(session, "".join(rows))
    check_outbreak(session, session.scalars(select(Outbreak.id)).one())
    session.commit()
    columns = "date,country,cases,deaths,recoveries,flags"
    exported = client.get(f"/records.csv?sort=date&cols={columns}").data
    assert b"2003-04-02,Canada,7,,,decline:cases=open\r\n" in exported
    assert outcomes(import_now(session, exported)) == (0, 0, 3, 0, 0)
