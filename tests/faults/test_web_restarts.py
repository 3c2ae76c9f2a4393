"""The database server ends a request's connection midway: a page says so, and nothing is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Import, Record
from app.services import outages
from app.services.importing import importer
from tests.support.offers import decide, offer, offer_number

Page = Any
ROWS = "2003-04-11,Viet Nam,62,4,43\n2003-04-12,Viet Nam,x,4,46\n"

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"])


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


def ending(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return the work, after which the server ends the connection as when it is shut down."""

    def end_after(session: Session, *what: Any, **how: Any) -> None:
        work(session, *what, **how)
        session.flush()
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    return end_after


def states(session: Session) -> tuple[list[str], int]:
    """Return the states of all imports, and the number of records."""
    records = session.scalar(select(func.count()).select_from(Record))
    return list(session.scalars(select(Import.status).order_by(Import.id))), records or 0


def test_check_is_cut(
    editor: FlaskClient, page: Page, reload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(importer, "keep_looked_at", ending(importer.keep_looked_at))
        assert str(outages.AWAY) in page(offer(editor, ROWS), 503).text("main")
    assert states(reload()) == (["receiving"], 0)
    # The file is here, and can be checked.
    assert page(editor.get("/imports/1")).texts("button.primary") == ["Check the file"]
    assert decide(editor, 1, do="check").status_code == 303
    assert states(reload()) == (["checked"], 0)


def test_import_is_cut(
    editor: FlaskClient, page: Page, reload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = offer_number(editor, ROWS)
    with monkeypatch.context() as patch:
        patch.setattr(importer, "store", ending(importer.store))
        assert str(outages.AWAY) in page(decide(editor, number, do="apply"), 503).text("main")
    assert states(reload()) == (["checked"], 0)
    assert decide(editor, number, do="apply").status_code == 303
    assert states(reload()) == (["applied"], 1)
