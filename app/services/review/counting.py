"""How many findings are open, told on every page: never more work than a fixed number of rows."""

from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from app.models import Finding, Outbreak
from app.services.records_list.prepared import connection_of

# Beyond this many a menu says "999+": to count them all would make every page wait.
MOST_COUNTED = 1000


def _open_findings() -> Select[Any]:
    default = select(Outbreak.id).where(Outbreak.is_default).scalar_subquery()
    counted = (
        select(literal(1).label("one"))
        .where(Finding.outbreak_id == default, Finding.state == "open")
        .limit(MOST_COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(counted)


# Built once: to put it together takes longer than to run it.
_OPEN_FINDINGS = _open_findings()


def count_open(session: Session) -> int:
    """Count the default outbreak's open findings, up to MOST_COUNTED."""
    return connection_of(session).scalar(_OPEN_FINDINGS) or 0
