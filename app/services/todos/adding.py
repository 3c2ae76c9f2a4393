"""Adding a to-do by one line."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country, Todo
from app.services.cells import read_text
from app.services.changesets import Actor
from app.services.directory import find_country
from app.services.entries import add_entry
from app.services.messages import Message, ServiceError
from app.services.people import people_for_work
from app.services.todos.quick_add import Known, KnownPerson, Understood, understand

MOST_LINE = 500
MOST_TITLE = 300


class NothingToDo(ServiceError):
    """A line does not say what is to be done."""


def add_by_line(
    session: Session, line: str, actor: Actor, *, me: int | None, today: dt.date
) -> tuple[Todo, Understood]:
    """Add what a line says, and tell what was understood; sent twice, it adds one.

    Raises Unreadable for a line that cannot be kept and NothingToDo when it says no more than when
    or who. `me` is the person whom "@me" means.
    """
    found = understand_line(session, line, me=me, today=today)
    if not found.title:
        raise NothingToDo(Message("Write what is to be done."))
    values = {
        "title": read_text(found.title, most=MOST_TITLE),
        "due": found.due,
        "priority": found.priority or 3,
        "assignee_id": found.assignee_id,
        "country_id": found.country_id,
        "repeat": found.repeat.rule if found.repeat else None,
    }
    return add_entry(session, Todo, values, actor=actor), found


def understand_line(session: Session, line: str, *, me: int | None, today: dt.date) -> Understood:
    """Tell what a line says, and add nothing; raises Unreadable for one that cannot be kept."""
    return understand(read_text(line, most=MOST_LINE), today, _known(session, me))


def _known(session: Session, me: int | None) -> Known:
    people = [
        KnownPerson(person.id, person.name, person.slug) for person in people_for_work(session)
    ]

    def country(name: str) -> int | None:
        by_slug = select(Country.id).where(Country.slug == name.casefold())
        found = session.scalar(by_slug)
        if found is None:
            named = find_country(session, name)
            found = named.id if named else None
        return found

    return Known(people, me, country)
