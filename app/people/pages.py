"""What the pages of people show beside them."""

from collections.abc import Sequence
from typing import Any

from app import db
from app.models import Person
from app.services import closing, history, people, todos, undoing

# The newest; more are a link away.
MOST_FINDINGS, MOST_CHANGES, MOST_DECISIONS = 20, 10, 10


def beside_people(persons: Sequence[Person]) -> dict[str, Any]:
    """Return what the list shows beside people: how many open to-dos each has."""
    return {"open_todos": people.count_open_todos(db.session(), [person.id for person in persons])}


def about_person(person: Person) -> dict[str, Any]:
    """Return what a person's page shows: what they have to do, and what they did."""
    session = db.session()
    user = people.find_user(session, person.id)
    work = people.count_work(session, person.id, user.id if user else None)
    changes = people.last_changes(session, user.id, MOST_CHANGES) if user else []
    theirs = todos.open_todos(session, assignee_id=person.id) if work.open_todos else []
    return {
        "user": user,
        "work": work,
        "todos": theirs,
        "found": closing.count_by_todo(session, [todo.id for todo in theirs]) if theirs else {},
        "findings": people.findings_of(session, person.id, MOST_FINDINGS),
        "changes": changes,
        "single": history.of_single(session, changes) if changes else {},
        "obstacles": undoing.obstacles(session, changes) if changes else {},
        "decisions": people.last_decisions(session, user.id, MOST_DECISIONS) if user else [],
    }
