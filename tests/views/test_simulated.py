"""Every page of an outbreak that never was says so."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.database import open_session
from app.services.changesets import Actor
from app.services.example import load_example

PAGES = (
    "/",
    "/records",
    "/records/new",
    "/records/1",
    "/records/1/edit",
    "/records/1/history",
    "/countries",
    "/activity/1",
    "/imports/1",
)


@pytest.fixture
def example(database_url: str) -> None:
    with open_session(database_url) as session:
        load_example(session, Actor("Mina Park"), countries=3, days=20)
        session.commit()


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_example_says_simulated(
    client_as: Callable[[str], FlaskClient], path: str
) -> None:
    page = client_as("editor").get(path)
    assert page.status_code == 200
    assert ">simulated<" in page.text


@pytest.mark.parametrize("path", ["/records/1", "/countries"])
def test_page_of_a_real_outbreak_does_not(
    client: FlaskClient, make_record: Callable[..., object], path: str
) -> None:
    make_record(cases=62)
    assert "simulated" not in client.get(path).text
