from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.database import open_session
from app.models import Record
from app.services import register
from app.services.register import Actor, RecordValues

Page = Any
Reload = Callable[[], Any]


@pytest.fixture
def record(make_record: Callable[..., Record]) -> Record:
    return make_record(cases=62, deaths=4, recoveries=46)


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


def deletion(editor: FlaskClient, record: Record, page: Page) -> dict[str, Any]:
    form: dict[str, Any] = page(editor.get(f"/records/{record.id}")).form("main form.stack")
    return form


def test_deleted_record_can_be_brought_back(
    editor: FlaskClient, record: Record, page: Page, reload: Reload
) -> None:
    form = {**deletion(editor, record, page), "why": "counted twice"}
    answer = editor.post(f"/records/{record.id}/delete", data=form)
    assert (answer.status_code, answer.location) == (303, "/records")
    assert reload().get(Record, record.id) is None
    gone = page(editor.get(f"/records/{record.id}"), 410)
    assert "Deleted Viet Nam, 12 April 2003." in gone.text("[role=status].done")
    assert "edo deleted this record at" in gone.text("[role=status].warning")
    assert "counted twice" in gone.text("[role=status].warning")
    undo = gone.one(".warning form").get("action")
    back = editor.post(undo)
    assert back.location == f"/records/{record.id}"
    shown = page(editor.get(back.location))
    assert shown.texts(".figures dd")[0] == "62"
    assert "edo brought it back" in shown.texts(".lines li")[0]
    stored = reload().get(Record, record.id)
    assert (stored.cases, stored.revision) == (62, 2)


def test_stale_deletion_is_refused(
    editor: FlaskClient, record: Record, page: Page, reload: Reload, database_url: str
) -> None:
    form = deletion(editor, record, page)
    with open_session(database_url) as session:
        values = RecordValues(record.country_id, record.date, cases=63)
        register.change_record(session, record.id, values, Actor("Mina Park"), revision=1)
        session.commit()
    shown = page(editor.post(f"/records/{record.id}/delete", data=form), 409)
    assert "Mina Park changed this record" in shown.text("[role=alert]")
    assert reload().get(Record, record.id).cases == 63
    again = editor.post(f"/records/{record.id}/delete", data=shown.form("main form"))
    assert again.status_code == 303
    assert reload().get(Record, record.id) is None


def test_deletion_without_a_revision_is_refused(
    editor: FlaskClient, record: Record, page: Page, reload: Reload
) -> None:
    page(editor.post(f"/records/{record.id}/delete", data={}), 409)
    assert reload().get(Record, record.id) is not None


def test_second_deletion_says_who_was_first(
    editor: FlaskClient, record: Record, page: Page
) -> None:
    form = deletion(editor, record, page)
    editor.post(f"/records/{record.id}/delete", data=form)
    shown = page(editor.post(f"/records/{record.id}/delete", data=form), 410)
    assert "edo deleted this record at" in shown.text("[role=status].warning")


def test_reason_that_cannot_be_kept_is_refused(
    editor: FlaskClient, record: Record, page: Page, reload: Reload
) -> None:
    form = {**deletion(editor, record, page), "why": "a\0b"}
    shown = page(editor.post(f"/records/{record.id}/delete", data=form), 422)
    assert "U+0000" in shown.error_of("why")
    assert reload().get(Record, record.id) is not None


def test_get_deletes_nothing(editor: FlaskClient, record: Record, reload: Reload) -> None:
    assert editor.get(f"/records/{record.id}/delete").status_code == 405
    assert reload().get(Record, record.id) is not None


def test_visitor_reads_who_deleted_a_record_but_has_no_undo(
    editor: FlaskClient, client: FlaskClient, record: Record, page: Page
) -> None:
    editor.post(f"/records/{record.id}/delete", data=deletion(editor, record, page))
    shown = page(client.get(f"/records/{record.id}"), 410)
    assert "edo deleted this record at" in shown.text("main")
    assert not shown.all("main form")
    assert page(client.get(f"/records/{record.id}/history")).texts("h2")[0] == "Deleted"
