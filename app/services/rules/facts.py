"""What the rules know of an outbreak beside the one series they look at."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.database import utc_now
from app.models import Outbreak


@dataclass(frozen=True)
class Facts:
    """How an outbreak is counted, and which day it is."""

    cumulative: bool = True
    today: dt.date = dt.date.max


def read_facts(session: Session, outbreak: Outbreak) -> Facts:
    """Read what the rules know of an outbreak."""
    return Facts(cumulative=outbreak.counting == "cumulative", today=utc_now().date())
