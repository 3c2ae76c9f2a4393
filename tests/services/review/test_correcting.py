"""Many records corrected at once, as their findings suggest."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Changeset, DailyTotal, Finding, Record, RecordVersion
from app.services import undoing
from app.services.changesets import Actor
from app.services.review import correcting, decisions
from app.services.review.asked import FindingQuery
from app.services.review.correcting import NoSharedSuggestion
from app.services.review.decisions import FindingsMoved
from tests.support.clients import default_outbreak

MINA = Actor("Mina Park")
MakeRecord = Callable[..., Record]
COUNTRIES = ("Canada", "Viet Nam")


@pytest.fixture
def zeros(database_url: str, make_record: MakeRecord) -> FindingQuery:
    """Recoveries that are 0 for five days and then large at once, in two countries."""
    for country in COUNTRIES:
        for day in range(1, 6):
            make_record(country, f"2003-04-{day:02}", cases=60 + day, deaths=0, recoveries=0)
        make_record(country, "2003-04-06", cases=70, deaths=0, recoveries=43)
    with open_session(database_url) as session:
        return FindingQuery(default_outbreak(session).id, rules=("zero",))


def recoveries(session: Session) -> list[int | None]:
    return list(session.scalars(select(Record.recoveries).order_by(Record.id)))


def totals(session: Session) -> list[tuple[Any, ...]]:
    return [
        (total.date, total.recoveries, total.recoveries_step)
        for total in session.scalars(select(DailyTotal).order_by(DailyTotal.date))
    ]


def test_preview_says_how_many_and_which(session: Session, zeros: FindingQuery) -> None:
    found = correcting.find_correction(session, zeros)
    assert found is not None
    assert (found.counts, found.findings, found.records) == ({"recoveries": None}, 2, 10)
    first = found.examples[0]
    assert (first.country, str(first.date), first.counts) == (
        *("Canada", "2003-04-01"),
        {"recoveries": 0},
    )


def test_correction_is_one_change_after_which_the_findings_are_resolved(
    session: Session, zeros: FindingQuery, reload: Callable[[], Session]
) -> None:
    seen = decisions.mark(session, zeros)
    changeset = correcting.correct(session, zeros, MINA, reason="Not counted yet", seen=seen)
    session.commit()
    stored = reload()
    assert (changeset.kind, changeset.changed, changeset.reason) == ("bulk", 10, "Not counted yet")
    assert recoveries(stored) == [*[None] * 5, 43] * 2
    assert len(stored.scalars(select(RecordVersion)).all()) == 10
    assert set(stored.scalars(select(Finding.state))) == {"resolved"}


def test_correction_is_undone_like_any_change(
    session: Session, zeros: FindingQuery, reload: Callable[[], Session]
) -> None:
    before = totals(reload())
    changeset = correcting.correct(session, zeros, MINA, reason="Not counted yet")
    session.commit()
    undoing.undo(session, changeset.id, MINA, "")
    session.commit()
    stored = reload()
    assert recoveries(stored) == [*[0] * 5, 43] * 2
    assert totals(stored) == before
    open_ones = select(Finding).where(Finding.rule == "zero", Finding.state == "open")
    assert len(stored.scalars(open_ones).all()) == 2


def test_findings_that_suggest_different_counts_are_left_alone(
    session: Session, make_finding: Callable[..., Finding]
) -> None:
    for country, count in (("Canada", 5), ("Italy", 6)):
        suggestion = {"kind": "set", "date": "2003-04-12", "values": {"cases": count}}
        make_finding(country, details={"values": {}, "suggestion": suggestion})
    query = FindingQuery(default_outbreak(session).id)
    assert correcting.find_correction(session, query) is None
    with pytest.raises(NoSharedSuggestion):
        correcting.correct(session, query, MINA, reason="so")
    assert not session.scalars(select(Changeset)).all()


def test_correction_of_findings_that_moved_is_refused(
    session: Session, zeros: FindingQuery
) -> None:
    seen = decisions.mark(session, zeros)
    decisions.accept(session, zeros, MINA, reason="late")
    with pytest.raises(FindingsMoved):
        correcting.correct(session, zeros, MINA, reason="so", seen=seen)
