"""The page that follows the job of an import."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models import Import
from app.services import jobs
from app.services.changesets import Actor
from tests.services.jobs.test_job_states import claimed

Page = Any


def test_page_tells_bytes_until_the_rows_are_known(
    session: Session, client_as: Callable[[str], FlaskClient], page: Page
) -> None:
    job = claimed(session, "check")
    jobs.beat(session, job, 2_500, 10_000)
    session.commit()
    editor = client_as("editor")
    told = page(editor.get(f"/imports/{job.import_id}")).text("#run")
    assert "2,500 of 10,000 bytes" in told
    session.get_one(Import, job.import_id).read = 1_000
    session.commit()
    told = page(editor.get(f"/imports/{job.import_id}")).text("#run")
    assert "about 250 of 1,000 rows" in told


def test_page_says_when_all_is_read_and_stores(
    session: Session, client_as: Callable[[str], FlaskClient], page: Page
) -> None:
    job = claimed(session, "apply")
    jobs.beat(session, job, 10_000, 10_000)
    session.commit()
    shown = page(client_as("editor").get(f"/imports/{job.import_id}"))
    assert "Its rows are being stored." in shown.text("#run")
    assert not shown.all("progress[value]")
    assert shown.texts("[aria-current=step]") == ["Run"]


def test_stopped_check_can_be_asked_for_again(
    session: Session, client_as: Callable[[str], FlaskClient], page: Page
) -> None:
    job = jobs.enqueue(session, "check", Actor("Mina Park"), import_id=_arrived(session))
    session.commit()
    editor = client_as("editor")
    assert editor.post(f"/jobs/{job.id}/stop").status_code == 303
    shown = page(editor.get(f"/imports/{job.import_id}"))
    assert "not checked yet" in shown.text(".lead")
    assert shown.texts("button.primary") == ["Check the file"]


def _arrived(session: Session) -> int:
    job = claimed(session, "check")
    jobs.stop(session, job)
    offer = session.get_one(Import, job.import_id)
    offer.sha256, offer.size = "0" * 64, 10_000
    session.commit()
    return offer.id
