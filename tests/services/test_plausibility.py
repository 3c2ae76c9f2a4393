import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Finding, FindingEvent, Outbreak, Record
from app.services import editing
from app.services.changesets import Actor
from app.services.plausibility import CountWarning, Implausible, check_record
from app.services.states import RecordValues
from tests.support.clients import default_outbreak

DAY = dt.date(2003, 4, 12)
MINA = Actor("Mina")
MakeRecord = Callable[..., Record]


@pytest.fixture
def country_id(make_record: MakeRecord) -> int:
    """Viet Nam, with 250 cases before the day, 4 deaths the day before that, and 260 after."""
    make_record(date="2003-04-10", cases=249, deaths=4)
    make_record(date="2003-04-11", cases=250)
    return make_record(date="2003-04-14", cases=260).country_id


def warn(session: Session, country_id: int, **counts: int) -> list[CountWarning]:
    outbreak = default_outbreak(session)
    return check_record(session, outbreak, RecordValues(country_id, DAY, **counts))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"cases": 250}, []),
        ({"cases": 260}, []),
        ({"cases": 245}, ["Cases fall from 250 on 2003-04-11 to 245."]),
        ({"cases": 261}, ["Cases are 261 here and fall to 260 on 2003-04-14."]),
        ({"deaths": 3}, ["Deaths fall from 4 on 2003-04-10 to 3."]),
        ({"recoveries": 1}, []),
        (
            {"cases": 255, "deaths": 5, "recoveries": 251},
            ["Deaths and recoveries together (256) exceed cases (255)."],
        ),
        ({"cases": 255, "deaths": 256}, ["Deaths (256) exceed cases (255)."]),
    ],
)
def test_what_looks_wrong_is_said_with_its_numbers(
    session: Session, country_id: int, counts: dict[str, int], said: list[str]
) -> None:
    assert [str(warning.message) for warning in warn(session, country_id, **counts)] == said


def test_daily_counts_may_fall(session: Session, country_id: int) -> None:
    default_outbreak(session).counting = "daily"
    session.flush()
    assert warn(session, country_id, cases=1) == []


def test_key_names_rule_and_numbers(session: Session, country_id: int) -> None:
    (warning,) = warn(session, country_id, cases=245)
    assert (warning.key, warning.count) == ("decline-cases-250-2003-04-11-245", 245)
    (before,) = warn(session, country_id, cases=261)
    assert (before.key, before.count) == ("decline-cases-261-2003-04-12-260", 261)


def test_what_is_kept_with_a_reason_is_an_accepted_finding(
    session: Session, country_id: int, reload: Callable[[], Session]
) -> None:
    outbreak = default_outbreak(session)
    values = RecordValues(country_id, DAY, cases=245, deaths=3)
    warnings = warn(session, country_id, cases=245, deaths=3)
    kept = {warnings[0].key: "doubles removed", warnings[1].key: "doubles removed"}
    record = editing.add(session, outbreak, values, MINA, kept=kept)
    session.commit()
    found = reload().scalars(select(Finding).order_by(Finding.id)).all()
    assert [(one.metric, one.state, one.reason) for one in found] == [
        ("cases", "accepted", "doubles removed"),
        ("deaths", "accepted", "doubles removed"),
    ]
    (decision,) = {one.decision for one in found}
    assert decision is not None
    assert (decision.act, decision.actor, decision.count) == ("accept", "Mina", 2)
    assert found[0].changeset_id == record.changeset_id
    assert record.changeset.reason == "doubles removed"


def test_each_reason_is_a_decision_of_its_own(session: Session, country_id: int) -> None:
    first, second = warn(session, country_id, cases=245, deaths=3)
    kept = {first.key: "doubles removed", second.key: "by phone"}
    values = RecordValues(country_id, DAY, cases=245, deaths=3)
    record = editing.add(
        session, default_outbreak(session), values, MINA, why="corrected", kept=kept
    )
    assert record.changeset.reason == "corrected"
    events = session.scalars(select(FindingEvent)).all()
    assert len({event.decision_id for event in events}) == 2
    assert {event.after["reason"] for event in events} == {"doubles removed", "by phone"}


def test_warning_without_a_reason_is_not_kept(session: Session, country_id: int) -> None:
    values = RecordValues(country_id, DAY, cases=245)
    for kept in ({}, {"decline-cases-250-2003-04-11-245": "  "}, {"decline-cases-250": "yes"}):
        with pytest.raises(Implausible) as refused:
            editing.add(session, default_outbreak(session), values, MINA, kept=kept)
        assert [warning.count for warning in refused.value.warnings] == [245]


def test_record_that_moves_is_not_its_own_neighbour(
    session: Session, make_record: MakeRecord
) -> None:
    record = make_record(date="2003-04-11", cases=250)
    values = RecordValues(record.country_id, DAY, cases=100)
    stored = session.get_one(Record, record.id)
    assert check_record(session, default_outbreak(session), values, stored) == []


def test_warning_of_the_stored_values_is_settled(session: Session, make_record: MakeRecord) -> None:
    make_record(date="2003-04-11", cases=250)
    record = make_record(date="2003-04-12", cases=245)
    changes: dict[str, Any] = {"why": "noted", "kept": {}, "revision": 1}
    same = RecordValues(record.country_id, DAY, cases=245, note="checked")
    changed = editing.change(session, record.id, same, MINA, **changes)
    assert (changed.note, changed.changeset.reason) == ("checked", "noted")
    lower = RecordValues(record.country_id, DAY, cases=240)
    with pytest.raises(Implausible):
        editing.change(session, record.id, lower, MINA, **{**changes, "revision": 2})


def test_an_edit_asks_few_questions_of_the_database(
    session: Session, make_record: MakeRecord, query_counter: Any
) -> None:
    make_record(date="2003-04-11", cases=250)
    record = make_record(date="2003-04-12", cases=245)
    outbreak = session.get_one(Outbreak, record.outbreak_id)
    values = RecordValues(record.country_id, DAY, cases=246)
    with query_counter() as queries:
        check_record(session, outbreak, values, session.get_one(Record, record.id))
    assert len(queries) <= 8, queries
