"""Undoing a change in the browser: its preview, what is kept, and undoing the undo."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Record
from app.services import register
from app.services.register import Actor, RecordValues
from tests.support.imports import import_now, stored

Page = Any
EDO = Actor("edo")
SMALL = "2003-04-11,Viet Nam,60,4,43\n2003-04-12,Viet Nam,62,4,46\n"
LARGE = "".join(
    f"2003-0{month}-{day:02},Viet Nam,{day},0,0\n" for month in (4, 5) for day in range(1, 31)
)


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    browser: FlaskClient = client_as("editor")
    return browser


def importing(session: Session, rows: str) -> int:
    number = import_now(session, rows).changeset_id or 0
    session.rollback()
    return number


def change_some(session: Session, number: int) -> None:
    for record in session.scalars(select(Record).order_by(Record.id).limit(number)).all():
        values = RecordValues(record.country_id, record.date, cases=90 + record.revision)
        revision = record.revision
        register.change_record(
            session, record.id, values, EDO, revision=revision, reason="late report"
        )
    session.commit()


def records(session: Session) -> dict[tuple[str, str], tuple[int | None, ...]]:
    """Return what the register says now, holding no lock."""
    session.expire_all()
    found = stored(session)
    session.rollback()
    return found


def outcomes(shown: Any) -> list[str]:
    return [row[-1] for row in shown.rows("table.sum")]


def test_large_change_is_undone_from_its_preview(
    session: Session, editor: FlaskClient, page: Page
) -> None:
    number = importing(session, LARGE)
    link = page(editor.get(f"/activity/{number}")).link("Undo this change…")
    assert link == f"/activity/{number}/undo"
    assert link in editor.get("/activity").text
    shown = page(editor.get(link))
    assert shown.heading == f"Undo change {number}?"
    assert outcomes(shown) == ["60", "0", "0", "0"]
    assert shown.text("main form button") == "Undo it for 60 records"
    assert len(records(session)) == 60
    answer = editor.post(link, data={"kept": "0", "why": "wrong file"})
    done = page(editor.get(answer.location))
    assert "Undid change" in done.text("[role=status]")
    assert "60 deleted" in done.text(".lead")
    assert "wrong file" in done.texts(".facts dd")
    assert records(session) == {}


def test_button_of_a_large_change_writes_nothing_before_its_preview(
    session: Session, editor: FlaskClient, page: Page
) -> None:
    number = importing(session, LARGE)
    answer = editor.post(f"/activity/{number}/undo")
    assert (answer.status_code, answer.location) == (303, f"/activity/{number}/undo")
    assert len(records(session)) == 60


def test_small_change_that_others_built_upon_shows_what_is_kept(
    session: Session, editor: FlaskClient, page: Page
) -> None:
    number = importing(session, SMALL)
    change_some(session, 1)
    answer = editor.post(f"/activity/{number}/undo")
    assert (answer.status_code, answer.location) == (303, f"/activity/{number}/undo")
    shown = page(editor.get(answer.location))
    assert outcomes(shown) == ["1", "0", "0", "1"]
    assert shown.text("#kept") == "1 record is kept"
    kept = shown.texts(".lines li")[0]
    assert kept.startswith("Viet Nam, 11 April 2003: changed since, edo late report")
    answer = editor.post(answer.location, data={"kept": "1"})
    done = page(editor.get(answer.location))
    assert "1 record that was changed since is kept." in done.text("[role=status]")
    assert done.texts(".lines li") == [kept]
    assert records(session) == {("Viet Nam", "2003-04-11"): (91, None, None)}


def test_change_of_which_nothing_is_left_names_all_that_is_kept(
    session: Session, editor: FlaskClient, page: Page
) -> None:
    number = importing(session, SMALL)
    change_some(session, 2)
    before = records(session)
    answer = editor.post(f"/activity/{number}/undo")
    shown = page(editor.get(answer.location))
    assert outcomes(shown) == ["0", "0", "0", "2"]
    assert len(shown.texts(".lines li")) == 2
    assert "Nothing of this change is left to undo" in shown.text("main .message")
    assert shown.all("main form") == []
    # The button of a page that was opened before.
    late = editor.post(answer.location, data={"kept": "0", "why": "wrong file"})
    assert "Look again at what is kept." in page(late, 409).text("[role=alert]")
    assert records(session) == before


def test_undo_of_the_undo_is_one_button(session: Session, editor: FlaskClient, page: Page) -> None:
    number = importing(session, SMALL)
    before = records(session)
    done = page(editor.get(editor.post(f"/activity/{number}/undo").location))
    action = done.one("[role=status] form").get("action")
    editor.post(action)
    assert records(session) == before


def test_records_changed_after_the_preview_are_shown_before_anything_is_undone(
    session: Session, editor: FlaskClient, page: Page
) -> None:
    number = importing(session, SMALL)
    change_some(session, 1)
    answer = editor.post(f"/activity/{number}/undo", data={"kept": "0", "why": "wrong file"})
    shown = page(answer, 409)
    assert "Nothing was undone" in shown.text("[role=alert]")
    assert shown.one("[name=why]").get("value") == "wrong file"
    assert shown.one("[name=kept]").get("value") == "1"
    assert len(records(session)) == 2


def test_kept_records_are_shown_in_parts(session: Session, editor: FlaskClient, page: Page) -> None:
    number = importing(session, LARGE)
    change_some(session, 25)
    first = page(editor.get(f"/activity/{number}/undo"))
    second = page(editor.get(first.link("Next")))
    assert [len(part.all(".lines li")) for part in (first, second)] == [20, 5]
    assert second.link("First") == f"/activity/{number}/undo#kept"
    answer = editor.post(f"/activity/{number}/undo", data={"kept": "25"})
    done = page(editor.get(answer.location))
    rest = page(editor.get(done.link("Next")))
    assert [len(part.all(".lines li")) for part in (done, rest)] == [20, 5]


def test_undone_change_has_no_preview(session: Session, editor: FlaskClient, page: Page) -> None:
    number = importing(session, SMALL)
    editor.post(f"/activity/{number}/undo")
    answer = editor.get(f"/activity/{number}/undo")
    shown = page(editor.get(answer.location))
    assert "This change was undone already." in shown.text("[role=alert]")


def test_why_that_cannot_be_kept_is_asked_again(
    session: Session, editor: FlaskClient, page: Page
) -> None:
    number = importing(session, SMALL)
    answer = editor.post(f"/activity/{number}/undo", data={"kept": "0", "why": "x" * 600})
    assert "600 characters are too many" in page(answer, 422).error_of("why")
    assert len(records(session)) == 2


def test_preview_asks_a_constant_number_of_queries(
    session: Session, editor: FlaskClient, query_counter: Any
) -> None:
    number = importing(session, LARGE)
    change_some(session, 3)
    counts = []
    for changed in (0, 40):
        change_some(session, changed)
        with query_counter() as queries:
            assert editor.get(f"/activity/{number}/undo").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["reader", None])
def test_undoing_needs_an_editor(
    session: Session, client_as: Any, client: FlaskClient, role: str | None
) -> None:
    number = importing(session, SMALL)
    browser = client_as(role) if role else client
    for answer in (
        browser.get(f"/activity/{number}/undo"),
        browser.post(f"/activity/{number}/undo", data={"kept": "0"}),
    ):
        assert answer.status_code in (303, 401, 403)
    assert session.scalars(select(Changeset).where(Changeset.kind == "undo")).all() == []
