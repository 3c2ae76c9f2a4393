"""What Casebook exports it can import again, without a change."""

import io
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

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
