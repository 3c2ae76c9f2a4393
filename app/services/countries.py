"""Countries for forms and pages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country


def country_choices(session: Session) -> list[tuple[int, str]]:
    """List every country's id and name, by name."""
    statement = select(Country.id, Country.name).order_by(Country.name)
    return [row.tuple() for row in session.execute(statement)]
