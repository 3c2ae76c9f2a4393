import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models import Record
from app.services import editing
from app.services.changesets import Actor
from app.services.neighbours import Report, Surroundings
from app.services.plausibility import (
    CountWarning,
    Implausible,
    check_record,
    find_warnings,
    keep_with_reasons,
)
from app.services.states import RecordValues
from tests.support.clients import default_outbreak

DAY = dt.date(2003, 4, 12)
BEFORE = {"cases": Report(dt.date(2003, 4, 11), 250), "deaths": Report(dt.date(2003, 4, 10), 4)}
AFTER = {"cases": Report(dt.date(2003, 4, 14), 260)}


def warn(cumulative: bool = True, **counts: int) -> list[CountWarning]:
    around = Surroundings(BEFORE, AFTER)
    return find_warnings(RecordValues(1, DAY, **counts), around, cumulative=cumulative)


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
        (
            {"cases": 255, "deaths": 256},
            ["Deaths and recoveries together (256) exceed cases (255)."],
        ),
    ],
)
def test_what_looks_wrong_is_said_with_its_numbers(counts: dict[str, int], said: list[str]) -> None:
    assert [str(warning.message) for warning in warn(**counts)] == said


def test_daily_counts_may_fall() -> None:
    assert warn(cumulative=False, cases=1) == []


def test_key_names_rule_and_numbers() -> None:
    assert [warning.key for warning in warn(cases=245)] == ["fall-cases-250-245"]


def test_kept_warning_stands_in_the_reason() -> None:
    warnings = warn(cases=245)
    kept = {"fall-cases-250-245": "late report"}
    reason = keep_with_reasons("late report", warnings, kept)
    assert reason == "late report (kept: cases fall from 250 to 245)"


def test_kept_warning_has_a_reason_of_its_own() -> None:
    kept = {"fall-cases-250-245": "doubles removed"}
    reason = keep_with_reasons("late report", warn(cases=245), kept)
    assert reason == "late report (kept: cases fall from 250 to 245, because doubles removed)"
    assert keep_with_reasons("", warn(cases=245), kept).startswith("(kept: cases fall")


def test_warning_without_a_reason_is_not_kept() -> None:
    for kept in ({}, {"fall-cases-250-245": "  "}, {"fall-cases-250-244": "yes"}):
        with pytest.raises(Implausible) as refused:
            keep_with_reasons("why", warn(cases=245), kept)
        assert [warning.count for warning in refused.value.warnings] == [245]


def test_nearest_report_of_each_metric_counts(
    session: Session, make_record: Callable[..., Record]
) -> None:
    make_record(date="2003-04-09", cases=250, deaths=5)
    country = make_record(date="2003-04-11", cases=None, deaths=4).country_id
    values = RecordValues(country, DAY, cases=249, deaths=4)
    warnings = check_record(session, default_outbreak(session), values)
    assert [warning.key for warning in warnings] == ["fall-cases-250-249"]


def test_record_that_moves_is_not_its_own_neighbour(
    session: Session, make_record: Callable[..., Record]
) -> None:
    record = make_record(date="2003-04-11", cases=250)
    values = RecordValues(record.country_id, DAY, cases=100)
    stored = session.get_one(Record, record.id)
    assert check_record(session, default_outbreak(session), values, stored) == []


def test_warning_of_the_stored_values_is_settled(
    session: Session, make_record: Callable[..., Record]
) -> None:
    make_record(date="2003-04-11", cases=250)
    record = make_record(date="2003-04-12", cases=245)
    changes: dict[str, Any] = {"why": "noted", "kept": {}, "revision": 1}
    same = RecordValues(record.country_id, DAY, cases=245, note="checked")
    changed = editing.change(session, record.id, same, Actor("Mina"), **changes)
    assert (changed.note, changed.changeset.reason) == ("checked", "noted")
    lower = RecordValues(record.country_id, DAY, cases=240)
    with pytest.raises(Implausible):
        editing.change(session, record.id, lower, Actor("Mina"), **{**changes, "revision": 2})
