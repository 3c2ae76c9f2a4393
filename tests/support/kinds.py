"""The directories, as tests fill them."""

from dataclasses import dataclass

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
