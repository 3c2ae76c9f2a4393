"""A person's open to-dos as a calendar that others subscribe to (RFC 5545)."""

import datetime as dt
import uuid
from collections.abc import Callable

from icalendar import Calendar, Event, Timezone, TimezoneStandard
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from app.models import Person, Todo, TodoEvent
from app.services.todos import DUE_ORDER

# Nearest first; a calendar of more says nothing to anybody.
MOST_EVENTS = 1000
HOW_OFTEN = dt.timedelta(hours=1)
# A to-do's priority on the calendar's scale, where 1 is highest and 9 lowest.
PRIORITIES = {1: 1, 2: 3, 3: 5, 4: 9}


def renew_link(session: Session, person: Person) -> None:
    """Give a person's calendar another link, so that those given out before lead nowhere."""
    # Not through the entry: its revision is for forms, which have nothing to do with this.
    counted = update(Person).where(Person.id == person.id).values(calendar=Person.calendar + 1)
    session.execute(counted)
    session.refresh(person)


def find_owner(session: Session, person_id: int, number: int) -> Person | None:
    """Find the person whose calendar's present link has this number."""
    person = session.get(Person, person_id)
    # 0 is nobody's: there is no link yet.
    return person if person and 0 < number == person.calendar else None


def write_calendar(session: Session, person: Person, address_of: Callable[[Todo], str]) -> bytes:
    """Write a person's open to-dos with a day as events of a whole day.

    Events, because the calendars that people subscribe with leave tasks out; see docs/decisions.md.
    The same to-dos give the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Casebook//To-dos//EN")
    calendar.add("version", "2.0")
    calendar.add("name", person.name)
    # Those that do not know RFC 7986 yet.
    calendar.add("x-wr-calname", person.name)
    calendar.add("refresh-interval", HOW_OFTEN, parameters={"VALUE": "DURATION"})
    for todo, changed_at in _dated_todos(session, person.id):
        calendar.add_component(_event(todo, changed_at, address_of(todo)))
    if not calendar.subcomponents:
        # RFC 5545 (3.6) wants a component in every calendar, and names this one as enough.
        calendar.add_component(_time_zone())
    return bytes(calendar.to_ical())


def _dated_todos(session: Session, person_id: int) -> list[tuple[Todo, dt.datetime]]:
    changed = select(func.max(TodoEvent.at)).where(TodoEvent.todo_id == Todo.id).scalar_subquery()
    statement = (
        select(Todo, changed)
        .options(joinedload(Todo.country))
        .where(Todo.assignee_id == person_id, Todo.done_at.is_(None), Todo.due.is_not(None))
        .order_by(*DUE_ORDER)
        .limit(MOST_EVENTS)
    )
    return [(row[0], row[1] or row[0].created_at) for row in session.execute(statement)]


def _time_zone() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", dt.datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", dt.timedelta())
    standard.add("tzoffsetto", dt.timedelta())
    zone = Timezone()
    zone.add("tzid", "UTC")
    zone.add_component(standard)
    return zone


def _event(todo: Todo, changed_at: dt.datetime, address: str) -> Event:
    event = Event()
    # The same for good, also when the to-do was deleted and came back; nobody else's.
    name = f"casebook:todo:{todo.id}:{todo.created_at.isoformat()}"
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, name)))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", todo.revision)
    event.add("summary", todo.title)
    # Without an end it lasts its day.
    event.add("dtstart", todo.due)
    event.add("transp", "TRANSPARENT")
    event.add("priority", PRIORITIES[todo.priority])
    event.add("url", address)
    if todo.notes:
        event.add("description", todo.notes)
    if todo.country:
        event.add("categories", [todo.country.name])
    return event
