"""From what a rule sees to a to-do that is done, and back again."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Finding, Outbreak, Record, Todo, TodoEvent
from app.services import closing, register, todos
from app.services.changesets import Actor
from app.services.register import RecordValues
from app.services.rules import checking
from app.services.todos.story import step_in_words
from app.services.undoing import undo

EDO = Actor("Edo")


@pytest.fixture
def todo(session: Session, make_record: Callable[..., Record]) -> Todo:
    """A to-do about two falls of Viet Nam's cases."""
    for day, cases in ((10, 60), (11, 63), (12, 62), (13, 64), (14, 61)):
        make_record("Viet Nam", f"2003-04-{day}", cases=cases)
    outbreak = session.scalars(select(Outbreak).where(Outbreak.is_default)).one()
    checking.check_outbreak(session, outbreak.id)
    todo = todos.add_todo(session, "Ask Hanoi", EDO)
    findings = session.scalars(select(Finding).where(Finding.rule == "decline")).all()
    assert len(findings) == 2
    for finding in findings:
        finding.todo_id = todo.id
    closing.settle_todos(session, [todo.id], EDO)
    session.commit()
    return todo


def set_cases(session: Session, day: int, cases: int) -> int:
    """Correct a day as an editor does; return the changeset."""
    record = session.scalars(select(Record).where(Record.date == dt.date(2003, 4, day))).one()
    values = RecordValues(record.country_id, record.date, cases=cases)
    register.change_record(session, record.id, values, EDO, revision=record.revision)
    session.commit()
    return record.changeset_id


def is_done(reload: Callable[[], Session], todo: Todo) -> bool:
    return reload().get_one(Todo, todo.id).done_at is not None


def test_todo_is_done_when_its_findings_are_mended_and_open_when_that_is_undone(
    session: Session, todo: Todo, reload: Callable[[], Session]
) -> None:
    set_cases(session, 12, 63)
    assert not is_done(reload, todo)
    mended = set_cases(session, 14, 65)
    assert is_done(reload, todo)
    undo(session, mended, EDO)
    session.commit()
    assert not is_done(reload, todo)
    statement = select(TodoEvent.changes).where(TodoEvent.kind == "findings")
    steps = [step_in_words(changes) for changes in reload().scalars(statement)]
    assert [str(step) for step in steps] == [
        "Findings open: 2 of 2.",
        "Findings still open: 1 of 2.",
        "The last of 2 findings was settled: done.",
        "A finding opened again, and this with it. Findings open: 1 of 2.",
    ]
