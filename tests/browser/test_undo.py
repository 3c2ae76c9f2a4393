"""An import is taken back in the browser: with what people changed since kept and named."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Record
from app.services import register
from app.services.register import Actor, RecordValues
from tests.browser.conftest import OpenTab
from tests.browser.looks import faults
from tests.support.imports import import_now

ROWS = "".join(
    f"2003-0{month}-{day:02},Viet Nam,{day},0,0\n" for month in (4, 5) for day in range(1, 31)
)


def test_import_is_taken_back_without_a_script(
    session: Session, client_as: Callable[[str], FlaskClient], open_tab: OpenTab
) -> None:
    number = import_now(session, ROWS).changeset_id
    record: Any = session.scalars(select(Record).order_by(Record.id)).first()
    values = RecordValues(record.country_id, record.date, 9)
    register.change_record(session, record.id, values, Actor("Ada"), revision=1, reason="late")
    session.commit()
    tab = open_tab(f"/activity/{number}", javascript=False, as_in=client_as("editor"))
    tab.get_by_role("link", name="Undo this change").click()
    assert tab.get_by_role("heading", level=1).inner_text() == f"Undo change {number}?"
    assert "1 record is kept" in tab.get_by_role("main").inner_text()
    tab.get_by_label("Why").fill("wrong file")
    tab.get_by_role("button", name="Undo it for 59 records").click()
    assert "1 record that was changed since is kept." in tab.get_by_role("status").inner_text()
    assert "Viet Nam, 1 April 2003: changed since, Ada" in tab.get_by_role("main").inner_text()
    # A change of 59 records is looked at before it is undone, this one too.
    tab.get_by_role("status").get_by_role("button", name="Undo").click()
    tab.get_by_role("button", name="Undo it for 59 records").click()
    tab.goto("/records?country=viet-nam")
    assert "60 records" in tab.get_by_role("main").inner_text()


def test_preview_and_outcome_are_fit_to_be_seen(
    session: Session, client_as: Callable[[str], FlaskClient], open_tab: OpenTab
) -> None:
    number = import_now(session, ROWS).changeset_id
    for record in session.scalars(select(Record).order_by(Record.id).limit(3)).all():
        values = RecordValues(record.country_id, record.date, 9)
        register.change_record(session, record.id, values, Actor("Ada"), revision=1, reason="late")
    session.commit()
    tab = open_tab(f"/activity/{number}/undo", as_in=client_as("editor"))
    assert faults(tab) == []
    tab.get_by_role("button", name="Undo it for 57 records").click()
    assert faults(tab) == []
