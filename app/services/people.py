"""People for forms and pages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Person


def list_people(session: Session) -> list[Person]:
    """List everybody by name."""
    return list(session.scalars(select(Person).order_by(Person.name_key)))
