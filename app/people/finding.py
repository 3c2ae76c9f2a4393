"""The person that an address names, for acts that lock more than one."""

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _

from app import db
from app.crud.finding import get_entry
from app.messages import warn
from app.models import Person
from app.services.entries import find_entry


def get_person(key: str) -> Person:
    """Return the person whom the address names, not locked: the act locks all it needs at once.

    What is sent to somebody who is there no more leads to where that address leads.
    """
    if request.method != "POST":
        found: Person = get_entry(Person)
        return found
    person = find_entry(db.session(), Person, key)
    if person is None:
        warn(_("This person was merged, renamed or deleted meanwhile."))
        abort(redirect(url_for(".show", key=key), code=303))
    return person
