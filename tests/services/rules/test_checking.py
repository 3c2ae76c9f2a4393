import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.checking import check_what_changed
from app.database import open_session
from app.models import (
    Annotation,
    Finding,
    FindingEvent,
    Record,
    RuleExemption,
    RuleSetting,
    UncheckedSeries,
)
from app.services import register, rules, undoing
from app.services.rules import checking, wording
from app.services.states import RecordValues
from tests.support.clients import default_outbreak
from tests.support.imports import MINA, import_now

FALLING = "2003-04-11,Viet Nam,62,4,43\n2003-04-12,Viet Nam,60,4,46\n2003-04-14,Viet Nam,63,5,46\n"


def findings(session: Session, **where: Any) -> list[Finding]:
    statement = select(Finding).filter_by(**where).order_by(Finding.id)
    return list(session.scalars(statement, execution_options={"populate_existing": True}))


def states(session: Session) -> list[tuple[str, str, int | None]]:
    return [(found.key.split(":")[0], found.state, found.size) for found in findings(session)]


def say(session: Session, date: str, **counts: int | None) -> Record:
    """Change a country's record of a day, as an edit."""
    record = session.scalars(select(Record).where(Record.date == dt.date.fromisoformat(date))).one()
    values = RecordValues(record.country_id, record.date, **counts)
    register.change_record(session, record.id, values, MINA, revision=record.revision)
    session.commit()
    return record


def accept(session: Session, reason: str = "reclassified") -> None:
    for found in findings(session, state="open"):
        found.state, found.reason = "accepted", reason
    session.commit()


@pytest.fixture
def imported(session: Session) -> Session:
    """A register in which Viet Nam's cases fall from 62 to 60."""
    import_now(session, FALLING)
    check_what_changed(session)
    return session


def test_an_import_is_looked_at_after_its_commit(session: Session) -> None:
    changeset = import_now(session, FALLING).changeset_id
    assert session.scalars(select(UncheckedSeries.changeset_id)).all() == [changeset]
    assert findings(session) == []
    session.commit()
    check_what_changed(session)
    (found,) = findings(session)
    assert (found.rule, found.state, found.size) == ("decline", "open", 2)
    assert found.changeset_id == changeset
    assert session.scalars(select(UncheckedSeries)).all() == []


def test_an_edit_is_looked_at_in_its_own_transaction(imported: Session) -> None:
    say(imported, "2003-04-12", cases=59, deaths=4, recoveries=46)
    assert states(imported) == [("decline", "open", 3)]
    say(imported, "2003-04-12", cases=62, deaths=4, recoveries=46)
    assert states(imported) == [("decline", "resolved", 3)]
    say(imported, "2003-04-12", cases=61, deaths=4, recoveries=46)
    assert states(imported) == [("decline", "open", 1)]


def test_the_same_seen_again_is_no_second_finding(imported: Session) -> None:
    for _ in range(2):
        rules.check_outbreak(imported, default_outbreak(imported).id)
        imported.commit()
    assert states(imported) == [("decline", "open", 2)]
    assert imported.scalars(select(FindingEvent)).all() == []


def test_accepted_stays_accepted_until_its_numbers_change(imported: Session) -> None:
    accept(imported)
    say(imported, "2003-04-12", cases=60, deaths=4, recoveries=45)
    assert states(imported) == [("decline", "accepted", 2)]
    say(imported, "2003-04-12", cases=58, deaths=4, recoveries=45)
    assert states(imported) == [("decline", "open", 4)]
    (event,) = imported.scalars(select(FindingEvent)).all()
    assert (event.before["state"], event.after["state"]) == ("accepted", "open")
    assert event.before["reason"] == "reclassified"
    assert event.before["details"]["values"]["count"] == 60
    assert event.after["details"]["values"]["count"] == 58
    assert findings(imported)[0].reason == ""


def test_what_was_accepted_and_comes_back_is_still_accepted(imported: Session) -> None:
    accept(imported)
    changed = say(imported, "2003-04-12", cases=62, deaths=4, recoveries=46).changeset_id
    assert states(imported) == [("decline", "resolved", 2)]
    undoing.undo(imported, changed, MINA)
    imported.commit()
    assert states(imported) == [("decline", "accepted", 2)]
    assert findings(imported)[0].reason == "reclassified"


def test_a_deleted_record_takes_its_finding_along(imported: Session) -> None:
    record = imported.scalars(select(Record).where(Record.date == dt.date(2003, 4, 12))).one()
    register.delete_record(imported, record.id, MINA, revision=1)
    imported.commit()
    assert states(imported) == [("decline", "resolved", 2)]


def test_an_undone_import_resolves_its_findings(imported: Session) -> None:
    changeset = findings(imported)[0].changeset_id
    undoing.undo(imported, changeset or 0, MINA)
    imported.commit()
    assert states(imported) == [("decline", "resolved", 2)]
    assert imported.scalars(select(UncheckedSeries)).all() == []


@pytest.mark.parametrize("kind", ["break", "exemption", "off", "threshold"])
def test_what_explains_or_silences_a_fall_resolves_it(imported: Session, kind: str) -> None:
    outbreak = default_outbreak(imported)
    (found,) = findings(imported)
    where = {"outbreak_id": outbreak.id}
    rule = {**where, "rule": "decline"}
    about = {"country_id": found.country_id, "actor": "Mina"}
    imported.add(
        {
            "break": Annotation(**where, **about, date=found.date, kind="break", text="anew"),
            "exemption": RuleExemption(**rule, **about, reason="counts anew each week"),
            "off": RuleSetting(**rule, enabled=False),
            "threshold": RuleSetting(**rule, thresholds={"least": 3}),
        }[kind]
    )
    imported.flush()
    rules.check_outbreak(imported, outbreak.id)
    imported.commit()
    assert states(imported) == [("decline", "resolved", 2)]


def test_a_series_changed_in_between_is_looked_at_again(
    session: Session,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    reload: Callable[[], Session],
) -> None:
    import_now(session, FALLING)
    lock = checking.lock_afresh

    def meanwhile(waiting: Session) -> bool:
        monkeypatch.setattr(checking, "lock_afresh", lock)
        with open_session(database_url) as other:
            import_now(other, "2003-04-15,Viet Nam,51,5,46\n")
        return lock(waiting)

    monkeypatch.setattr(checking, "lock_afresh", meanwhile)
    check_what_changed(session)
    assert states(reload()) == [("decline", "open", 2), ("decline", "open", 12)]


@pytest.mark.parametrize("change", ["a record", "a setting", "nothing"])
def test_what_changes_while_all_series_are_looked_at_counts(
    imported: Session,
    database_url: str,
    reload: Callable[[], Session],
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    lock, outbreak_id = checking.lock_afresh, default_outbreak(imported).id

    def meanwhile(waiting: Session) -> bool:
        monkeypatch.setattr(checking, "lock_afresh", lock)
        with open_session(database_url) as other:
            if change == "a record":
                import_now(other, "2003-04-12,Viet Nam,50,4,46\n")
                other.commit()
                check_what_changed(other)
            elif change == "a setting":
                other.add(RuleSetting(outbreak_id=outbreak_id, rule="decline", enabled=False))
                other.commit()
        return lock(waiting)

    monkeypatch.setattr(checking, "lock_afresh", meanwhile)
    imported.commit()
    rules.check_outbreak(imported, outbreak_id)
    imported.commit()
    expected = {
        "a record": ("decline", "open", 12),
        "a setting": ("decline", "resolved", 2),
        "nothing": ("decline", "open", 2),
    }
    assert states(reload()) == [expected[change]]


def test_more_than_memory_keeps_is_looked_at_under_the_lock(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_SEEN", 1)
    rows = [f"2003-04-{day},Land {name},{20 - day},0,0" for name in "ABC" for day in (10, 11, 12)]
    import_now(session, "\n".join(rows) + "\n")
    outbreak_id = default_outbreak(session).id
    session.commit()
    assert rules.check_outbreak(session, outbreak_id).opened == 6


def test_a_report_that_fits_another_country_is_suggested_to_be_its(session: Session) -> None:
    china = (
        "2003-04-11,China,1290,55,1025\n2003-04-12,China,62,4,46\n2003-04-14,China,1418,64,1088\n"
    )
    viet_nam = "2003-04-11,Viet Nam,62,4,43\n2003-04-14,Viet Nam,63,5,46\n"
    import_now(session, china + viet_nam + "2003-04-12,Singapore,147,9,77\n")
    check_what_changed(session)
    falls = findings(session, rule="decline")
    assert len(falls) == 3
    (suggestion,) = {str(wording.suggestion(found)) for found in falls}
    assert suggestion == "Perhaps this is the report of Viet Nam, which has none on 2003-04-12."


def test_many_findings_are_written_in_portions(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_SIGHTINGS", 2)
    rows = [f"2003-04-{day},Land {name},{20 - day},0,0" for name in "ABC" for day in (10, 11, 12)]
    import_now(session, "\n".join(rows) + "\n")
    outbreak_id = default_outbreak(session).id
    session.commit()
    first = rules.check_unchecked(session, outbreak_id)
    session.commit()
    assert (first.opened, first.left) == (2, True)
    check_what_changed(session)
    assert len(findings(session, rule="decline")) == 6


def test_the_real_file_has_its_94_falls_and_2_sums(session: Session, real_file: Path) -> None:
    import_now(session, real_file, {"rows": {"385": {"country": "Viet Nam"}}})
    check_what_changed(session)
    falls = findings(session, rule="decline")
    assert Counter(found.metric for found in falls) == {"cases": 70, "recoveries": 23, "deaths": 1}
    assert len({(found.country_id, found.date) for found in falls}) == 79
    assert len(findings(session, rule="sum")) == 2
    largest = max(falls, key=lambda found: found.size or 0)
    assert largest.country is not None
    assert (largest.country.name, str(largest.date)) == ("United States", "2003-04-21")
    assert len(findings(session)) == 133
    assert len({found.grouping for found in findings(session)}) == 15
    assert largest.details["values"]["before"], largest.details["values"]["count"] == (220, 39)
