"""Decisions: carried out for one or many, refused when somebody was there meanwhile, undone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Finding, FindingDecision, FindingEvent, Todo
from app.services.changesets import Actor
from app.services.review import decisions
from app.services.review.asked import FindingQuery
from app.services.review.decisions import FindingsMoved, NoReason, TodoValues
from app.services.review.undoing import CannotUndoDecision, undo_decision
from app.services.todos import comment
from tests.support.clients import default_outbreak

MINA, BORA = Actor("Mina Park"), Actor("Bora Kim")
Make = Callable[..., Finding]
Reload = Callable[[], Session]


@pytest.fixture
def falls_by_one(database_url: str) -> FindingQuery:
    """The open falls of cases by 1."""
    with open_session(database_url) as session:
        return FindingQuery(default_outbreak(session).id, group="decline:cases:1")


def standing(session: Session) -> list[tuple[Any, ...]]:
    columns = (Finding.state, Finding.reason, Finding.todo_id, Finding.decision_id)
    return list(session.execute(select(Finding.id, *columns).order_by(Finding.id)))


def newest_todo(session: Session) -> Todo:
    return session.scalars(select(Todo).order_by(Todo.id.desc())).first()  # type: ignore[return-value]


def test_group_is_accepted_with_one_decision(
    session: Session, falls_by_one: FindingQuery, make_finding: Make, reload: Reload
) -> None:
    inside = [make_finding(f"Country {number}") for number in range(3)]
    outside = make_finding("Peru", size=2)
    decision = decisions.accept(session, falls_by_one, MINA, reason=" Reclassified ")
    session.commit()
    stored = reload()
    assert (decision.act, decision.count, decision.actor) == ("accept", 3, "Mina Park")
    for finding in inside:
        now = stored.get_one(Finding, finding.id)
        assert (now.state, now.reason, now.decision_id) == (
            *("accepted", "Reclassified"),
            decision.id,
        )
        assert now.changed_at > now.found_at
        event = now.events[-1]
        assert event.before["state"] == "open"
        assert event.after == {
            "state": "accepted",
            "reason": "Reclassified",
            "todo_id": None,
            "decision_id": decision.id,
        }
    assert stored.get_one(Finding, outside.id).state == "open"


def test_thousands_are_decided_with_a_fixed_number_of_statements(
    session: Session,
    falls_by_one: FindingQuery,
    make_finding: Make,
    query_counter: Callable[..., Any],
) -> None:
    def statements() -> int:
        with query_counter() as queries:
            decisions.accept(session, falls_by_one, MINA, reason="late")
        return len(queries)

    make_finding("Canada")
    one = statements()
    session.commit()
    for number in range(40):
        make_finding(f"Country {number}")
    assert statements() == one


@pytest.mark.parametrize("reason", ["", "  ", "\t"])
def test_accepting_needs_a_reason(
    session: Session, falls_by_one: FindingQuery, make_finding: Make, reason: str
) -> None:
    make_finding("Canada")
    with pytest.raises(NoReason):
        decisions.accept(session, falls_by_one, MINA, reason=reason)


def test_what_somebody_else_decided_meanwhile_is_named(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    first, _ = make_finding("Canada"), make_finding("Italy")
    seen = decisions.mark(session, falls_by_one)
    one = replace(falls_by_one, finding_id=first.id)
    decisions.accept(session, one, BORA, reason="late")
    session.commit()
    with pytest.raises(FindingsMoved) as refusal:
        decisions.accept(session, falls_by_one, MINA, reason="mine", seen=seen)
    assert [finding.id for finding in refusal.value.moved] == [first.id]
    session.rollback()


def test_decision_elsewhere_is_no_conflict(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    make_finding("Canada")
    make_finding("Italy", size=7)
    seen = decisions.mark(session, falls_by_one)
    decisions.accept(session, replace(falls_by_one, group="decline:cases:7"), BORA, reason="late")
    decision = decisions.accept(session, falls_by_one, MINA, reason="mine", seen=seen)
    assert decision.count == 1


def test_nothing_to_decide_is_refused(session: Session, falls_by_one: FindingQuery) -> None:
    with pytest.raises(FindingsMoved):
        decisions.accept(session, falls_by_one, MINA, reason="late")


def test_undo_restores_everything_and_is_a_decision(
    session: Session, falls_by_one: FindingQuery, make_finding: Make, reload: Reload
) -> None:
    make_finding("Canada"), make_finding("Italy")
    before = standing(session)
    decision = decisions.accept(session, falls_by_one, MINA, reason="late")
    undo = undo_decision(session, decision.id, BORA)
    session.commit()
    assert standing(reload()) == before
    assert (undo.act, undo.undoes_id, undo.count, undo.actor) == (
        *("undo", decision.id),
        *(2, "Bora Kim"),
    )
    assert len(session.scalars(select(FindingEvent)).all()) == 4


def test_undo_can_be_undone(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    make_finding("Canada")
    decision = decisions.accept(session, falls_by_one, MINA, reason="late")
    accepted = standing(session)
    undo = undo_decision(session, decision.id, MINA)
    undo_decision(session, undo.id, MINA)
    assert standing(session) == accepted


def test_decision_is_undone_once(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    make_finding("Canada")
    decision = decisions.accept(session, falls_by_one, MINA, reason="late")
    undo_decision(session, decision.id, BORA)
    with pytest.raises(CannotUndoDecision, match="Bora Kim has undone"):
        undo_decision(session, decision.id, MINA)


def test_undo_keeps_what_was_decided_since(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    first, second = make_finding("Canada"), make_finding("Italy")
    decision = decisions.accept(session, falls_by_one, MINA, reason="late")
    one = replace(falls_by_one, finding_id=first.id)
    decisions.reopen(session, one, BORA, reason="not so sure")
    decisions.accept(session, one, BORA, reason="asked Ottawa")
    undo = undo_decision(session, decision.id, MINA)
    assert undo.count == 1
    session.expire_all()
    assert session.get_one(Finding, first.id).reason == "asked Ottawa"
    assert session.get_one(Finding, second.id).state == "open"


def test_accepted_finding_is_opened_again(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    finding = make_finding("Canada")
    decisions.accept(session, falls_by_one, MINA, reason="late")
    decisions.reopen(session, falls_by_one, MINA, reason="not so sure")
    session.expire_all()
    finding = session.get_one(Finding, finding.id)
    assert (finding.state, finding.reason) == ("open", "")


def test_to_do_takes_the_findings_that_belong_to_none(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    other = Todo(title="Ring Rome")
    session.add(other)
    session.commit()
    make_finding("Canada", "2003-04-01")
    make_finding("Canada", "2003-04-02")
    kept = make_finding("Italy", todo_id=other.id)
    decision = decisions.assign(session, falls_by_one, MINA, TodoValues("Ask Ottawa"))
    todo = newest_todo(session)
    assert (decision.count, todo.title) == (2, "Ask Ottawa")
    assert todo.country_id is not None
    session.expire_all()
    assert session.get_one(Finding, kept.id).todo_id == other.id


def test_to_do_of_one_finding_is_about_its_record(
    session: Session,
    falls_by_one: FindingQuery,
    make_finding: Make,
    make_record: Callable[..., Any],
) -> None:
    record = make_record("Canada", "2003-04-12", cases=249)
    make_finding("Canada", "2003-04-12")
    decisions.assign(session, falls_by_one, MINA, TodoValues("Ask Ottawa"))
    todo = newest_todo(session)
    assert todo.record_id == record.id


def test_accepting_the_last_finding_closes_its_to_do_and_undo_opens_it(
    session: Session, falls_by_one: FindingQuery, make_finding: Make, reload: Reload
) -> None:
    make_finding("Canada")
    decisions.assign(session, falls_by_one, MINA, TodoValues("Ask Ottawa"))
    todo = newest_todo(session)
    session.commit()
    decision = decisions.accept(session, falls_by_one, MINA, reason="late")
    session.commit()
    assert reload().get_one(Todo, todo.id).done_at is not None
    undo_decision(session, decision.id, MINA)
    session.commit()
    assert reload().get_one(Todo, todo.id).done_at is None


def test_undone_to_do_is_gone_and_comes_back_with_its_findings(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    make_finding("Canada")
    free = standing(session)
    decision = decisions.assign(session, falls_by_one, MINA, TodoValues("Ask Ottawa"))
    todo = newest_todo(session)
    given, id = standing(session), todo.id
    undo = undo_decision(session, decision.id, MINA)
    assert standing(session) == free
    assert session.get(Todo, id) is None
    undo_decision(session, undo.id, MINA)
    assert standing(session) == given
    assert session.get_one(Todo, id).title == "Ask Ottawa"


def test_undone_to_do_that_somebody_worked_on_stays(
    session: Session, falls_by_one: FindingQuery, make_finding: Make
) -> None:
    make_finding("Canada")
    decision = decisions.assign(session, falls_by_one, MINA, TodoValues("Ask Ottawa"))
    todo = newest_todo(session)
    comment(session, todo, "They will ring back.", BORA)
    id = todo.id
    undo_decision(session, decision.id, MINA)
    assert session.get_one(Todo, id).done_at is None


def test_decision_without_findings_is_not_kept(
    session: Session, falls_by_one: FindingQuery, make_finding: Make, reload: Reload
) -> None:
    make_finding("Canada")
    decision = decisions.accept(session, falls_by_one, MINA, reason="late")
    session.commit()
    undo_decision(session, decision.id, MINA)
    session.commit()
    with pytest.raises(CannotUndoDecision):
        undo_decision(session, decision.id, MINA)
    session.rollback()
    assert len(reload().scalars(select(FindingDecision)).all()) == 2
