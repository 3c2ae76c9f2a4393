"""The outbreaks that a register holds."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Outbreak


def list_outbreaks(session: Session) -> Sequence[Outbreak]:
    """List all outbreaks, the oldest first."""
    return session.scalars(select(Outbreak).order_by(Outbreak.id)).all()
