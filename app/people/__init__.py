"""The people work is given to."""

from flask_babel import lazy_gettext as _

from app.crud import Words, directory
from app.models import Person
from app.people.forms import PeopleFilter, PersonForm
from app.people.pages import about_person, beside_people

bp = directory(
    "people",
    model=Person,
    form=PersonForm,
    filters=PeopleFilter,
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
    beside=beside_people,
)

from app.people import calendar_link, leaving, merging  # noqa: E402, F401
