"""The people work is given to."""

from typing import Any

from flask_babel import lazy_gettext as _

from app import db
from app.crud import Words, directory
from app.models import Person
from app.people.forms import PersonForm
from app.services import todos


def about_person(person: Person) -> dict[str, Any]:
    """Return what a person's page shows beside them: their to-dos."""
    session = db.session()
    return {
        "todos": todos.open_todos(session, assignee_id=person.id),
        "todo_count": todos.count_todos(session, person.id),
    }


bp = directory(
    "people",
    model=Person,
    form=PersonForm,
    words=Words(
        title=_("People"),
        add=_("Add a person"),
        empty=_("Nobody is here yet. To-dos are given to people, who need no account."),
    ),
    columns=("name", "organisation", "email"),
    search=(Person.name_key, Person.organisation, Person.email),
    order=(Person.name_key,),
    private=("email",),
    about=about_person,
)
