"""An offered file that is overtaken: by another editor, a second click, or the eighth day."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Changeset, Import, ImportPiece, Record
from tests.support.imports import import_now
from tests.support.offers import ROWS, decide, offer_number

Page = Any


@pytest.fixture
def editor(client_as: Any) -> FlaskClient:
    client: FlaskClient = client_as("editor")
    return client


def test_what_moved_in_the_register_is_told(
    editor: FlaskClient, page: Page, session: Session
) -> None:
    number = offer_number(editor, ROWS)
    import_now(session, "2003-04-11,Viet Nam,62,4,43\n")
    decide(editor, number, do="apply")
    report = page(editor.get(f"/imports/{number}"))
    moved = report.text(".notice.warning")
    assert "added 2 → 1" in moved
    assert "the same as in the register 0 → 1" in moved


def test_second_click_leads_to_the_report(
    editor: FlaskClient, page: Page, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    form = page(editor.get(f"/imports/{number}")).form("main form[action$='/decide']")
    for _ in range(2):
        answer = decide(editor, number, do="apply")
        assert answer.headers["Location"] == f"/imports/{number}"
    shown = page(editor.get(f"/imports/{number}"))
    assert shown.heading == f"Import {number}: counts.csv"
    assert "over" in shown.text(".message")
    decide(editor, number, **{**form, "do": "use:4:Viet Nam"})
    assert "What you decided was not kept." in page(editor.get(f"/imports/{number}")).text()
    assert reload().scalar(select(func.count()).select_from(Changeset)) == 1


def test_two_people_who_import_at_once_import_once(
    client_as: Any, page: Page, reload: Callable[[], Session]
) -> None:
    tabs = [client_as("editor"), client_as("admin")]
    number = offer_number(tabs[0], ROWS)
    together, statuses = threading.Barrier(2), []

    def press(tab: FlaskClient) -> None:
        together.wait()
        statuses.append(decide(tab, number, do="apply").status_code)

    threads = [threading.Thread(target=press, args=(tab,)) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303, 303]
    assert reload().scalar(select(func.count()).select_from(Changeset)) == 1
    for tab in tabs:
        assert page(tab.get(f"/imports/{number}")).texts("table.sum tfoot td") == ["5"]


def test_file_is_not_put_away_once_it_is_imported(
    editor: FlaskClient, page: Page, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    decide(editor, number, do="apply")
    assert editor.post(f"/imports/{number}/discard").status_code == 303
    assert "over" in page(editor.get(f"/imports/{number}")).text(".message")
    assert reload().get_one(Import, number).status == "applied"


def test_file_that_is_being_imported_is_not_put_away(
    editor: FlaskClient, page: Page, session: Session, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    session.get_one(Import, number).status = "applying"
    session.commit()
    assert editor.post(f"/imports/{number}/discard").status_code == 303
    assert reload().get_one(Import, number).status == "applying"
    assert reload().scalar(select(func.count()).select_from(ImportPiece)) == 1


def test_on_the_eighth_day_the_page_says_so(
    editor: FlaskClient, page: Page, session: Session, reload: Callable[[], Session]
) -> None:
    number = offer_number(editor, ROWS)
    offer = session.get_one(Import, number)
    offer.checked_at = utc_now() - dt.timedelta(days=6, hours=23)
    session.commit()
    assert page(editor.get(f"/imports/{number}")).text("#sum")
    offer.checked_at = utc_now() - dt.timedelta(days=7, minutes=1)
    session.commit()
    assert "Nobody came back to this file" in page(editor.get(f"/imports/{number}")).text()
    decide(editor, number, do="apply")
    assert "Nobody came back to this file" in page(editor.get(f"/imports/{number}")).text()
    assert reload().get_one(Import, number).status == "expired"
    assert reload().scalar(select(func.count()).select_from(Record)) == 0
