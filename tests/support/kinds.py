"""The directories, as tests fill them."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import Base
from app.models import Person, Todo, Video


@dataclass(frozen=True)
class Kind:
    """A directory, what its form sends for an entry, and the entry's address."""

    name: str
    model: type[Base]
    values: dict[str, str]
    address: str
    title: str

    @property
    def list(self) -> str:
        return f"/{self.name}"


KINDS = [
    Kind("people", Person, {"name": "Mina Park"}, "/people/mina-park", "Mina Park"),
    Kind(
        "videos",
        Video,
        {"name": "Briefing", "link": "https://example.org/1"},
        "/videos/1",
        "Briefing",
    ),
    Kind("todos", Todo, {"title": "Ring Hanoi", "priority": "3"}, "/todos/1", "Ring Hanoi"),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def count(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def add(client: FlaskClient, kind: Kind, **values: str) -> None:
    response = client.post(f"{kind.list}/new", data={**kind.values, **values})
    assert response.status_code == 303, response.text
