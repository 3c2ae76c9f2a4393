import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.models import Record
from app.services import activity, history, register
from app.services.changesets import Actor
from app.services.register import RecordValues
from tests.support.clients import default_outbreak, find_or_add_country
from tests.support.imports import import_now

MINA = Actor("Mina Park")
DAY = dt.date(2003, 4, 12)


@pytest.fixture
def record(session: Session) -> Record:
    """A record that was added, changed, deleted, brought back and changed again."""
    country = find_or_add_country(session, "Viet Nam")
    values = RecordValues(country.id, DAY, cases=62)
    record = register.add_record(session, default_outbreak(session).id, values, MINA)
    id = record.id
    register.change_record(session, id, replace(values, cases=63), MINA, revision=1)
    deletion = register.delete_record(session, id, MINA, revision=2, reason="double")
    register.undo(session, deletion.id, MINA)
    register.change_record(session, id, replace(values, cases=64), MINA, revision=3)
    return session.get_one(Record, id)


def test_history_tells_every_act_newest_first(session: Session, record: Record) -> None:
    page = history.of_record(session, record.id, limit=10)
    assert [(change.kind, change.revision) for change in page.changes] == [
        ("changed", 4),
        ("restored", 3),
        ("deleted", 2),
        ("changed", 2),
        ("added", 1),
    ]
    assert page.next is None
    newest = page.changes[0].fields
    assert [(field.field, field.old, field.new) for field in newest] == [("cases", 63, 64)]


def test_parts_of_a_history_make_the_whole(session: Session, record: Record) -> None:
    whole = history.of_record(session, record.id, limit=10).changes
    parts = []
    below = None
    while True:
        page = history.of_record(session, record.id, limit=1, below=below)
        parts += page.changes
        below = page.next
        if below is None:
            break
    assert parts == whole


def test_deletion_is_found_while_it_lasts(session: Session, record: Record) -> None:
    assert history.deleted_record(session, record.id) is None
    register.delete_record(session, record.id, MINA, revision=4, reason="wrong")
    deletion = history.deleted_record(session, record.id)
    assert deletion is not None
    assert deletion.changeset.reason == "wrong"
    assert history.deleted_record(session, 999) is None


def test_past_state_is_found_by_its_revision(session: Session, record: Record) -> None:
    states = [history.state_at(session, record.id, revision) for revision in range(6)]
    assert [state and state.cases for state in states] == [None, 62, 63, 63, 64, None]


def test_import_is_told_in_parts(session: Session) -> None:
    rows = "".join(f"2003-04-{day:02},Viet Nam,{day},0,0\n" for day in range(1, 11))
    report = import_now(session, rows)
    assert report.changeset_id is not None
    changeset = activity.get_changeset(session, report.changeset_id)
    assert changeset is not None
    first = history.of_changeset(session, changeset, limit=6)
    second = history.of_changeset(session, changeset, limit=6, after=first.next or 0)
    lines = [change.line for change in first.changes + second.changes]
    assert lines == list(range(2, 12))
    assert second.next is None


def test_changeset_is_told_also_after_others_built_upon_it(
    session: Session, record: Record
) -> None:
    added = history.of_record(session, record.id, limit=9).changes[-1].changeset
    page = history.of_changeset(session, added, limit=5)
    assert [change.kind for change in page.changes] == ["added"]
    assert history.of_single(session, [added])[added.id].fields == page.changes[0].fields


def test_reasons_are_offered_without_what_was_kept(session: Session, make_user: object) -> None:
    user = make_user("editor")  # type: ignore[operator]
    actor = Actor("edo", user.id)
    country = find_or_add_country(session, "Viet Nam")
    outbreak = default_outbreak(session)
    reasons = ["late", "by phone", "", "late (kept: cases fall from 2 to 1)", "twice", "typo"]
    for day, reason in enumerate(reasons, start=1):
        values = RecordValues(country.id, dt.date(2003, 4, day), cases=1)
        register.add_record(session, outbreak.id, values, actor, reason)
    assert history.recent_reasons(session, user.id) == ["typo", "twice", "late"]
