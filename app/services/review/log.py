"""What was decided about findings, by whom, when and why: the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import FindingDecision

DECISIONS_A_PAGE = 50


@dataclass(frozen=True)
class LogPage:
    """Some decisions; `undone` are those that were taken back, `older` where to read on."""

    decisions: Sequence[FindingDecision]
    undone: frozenset[int]
    older: int | None


def list_decisions(
    session: Session, outbreak_id: int, *, actor: str = "", below: int | None = None
) -> LogPage:
    """List an outbreak's decisions, of all or of somebody, those below an id; two queries."""
    statement = select(FindingDecision).where(FindingDecision.outbreak_id == outbreak_id)
    if actor:
        statement = statement.where(FindingDecision.actor == actor)
    if below is not None:
        statement = statement.where(FindingDecision.id < below)
    newest = statement.order_by(FindingDecision.id.desc()).limit(DECISIONS_A_PAGE + 1)
    found = session.scalars(newest).all()
    shown = found[:DECISIONS_A_PAGE]
    ids = [decision.id for decision in shown]
    undone = select(FindingDecision.undoes_id).where(FindingDecision.undoes_id.in_(ids))
    return LogPage(
        decisions=shown,
        undone=frozenset(id for id in session.scalars(undone) if id is not None),
        older=shown[-1].id if len(found) > DECISIONS_A_PAGE else None,
    )
