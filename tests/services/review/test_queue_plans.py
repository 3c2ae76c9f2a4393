"""What the queue counts is read from its index, not from finding after finding."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from app.models import Finding
from app.services.review import queue
from app.services.review.asked import FindingQuery
from tests.support.clients import default_outbreak


@pytest.fixture
def engine_name() -> str:
    """SQLite alone: PostgreSQL reads a small table whole."""
    return "sqlite"


@pytest.mark.parametrize("counted", [queue._grouped, queue._counted_countries])
def test_queue_is_counted_from_its_index_alone(
    session: Session,
    make_finding: Callable[..., Finding],
    counted: Callable[[FindingQuery], Select[Any]],
) -> None:
    make_finding("Canada")
    statement = counted(FindingQuery(default_outbreak(session).id))
    written = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = session.execute(text(f"EXPLAIN QUERY PLAN {written}"))
    steps = [str(step[3]) for step in plan if " finding " in f"{step[3]} "]
    assert steps
    assert all("USING COVERING INDEX" in step for step in steps), steps
