"""What other thresholds would open and close is what saving them then opens and closes."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CountryTotal, Finding, Record
from app.services import rule_settings
from app.services.rule_settings import RuleValues
from app.services.rules import RULES, Effect, check_outbreak, preview
from tests.support.clients import default_outbreak
from tests.support.imports import MINA

DECLINE = RULES["decline"]


@pytest.fixture
def falls(make_record: Callable[..., Record], session: Session) -> int:
    """Falls of cases by 1, 4 and 181 in three countries that report twice; return the outbreak."""
    for country, cases in (("Canada", (100, 99)), ("Italy", (120, 116)), ("Peru", (220, 39))):
        for day, count in enumerate(cases, start=1):
            make_record(country, f"2003-04-0{day}", cases=count)
    outbreak_id = default_outbreak(session).id
    check_outbreak(session, outbreak_id)
    session.commit()
    return outbreak_id


def save(session: Session, outbreak_id: int, least: int, enabled: bool = True) -> tuple[int, int]:
    standing = rule_settings.find_rule(session, outbreak_id, "decline")
    assert standing is not None
    asked = RuleValues(enabled, {"least": least, "percent": 0})
    revision = standing.revision
    checked = rule_settings.save_rule(session, outbreak_id, DECLINE, asked, MINA, revision=revision)
    session.commit()
    return checked.opened + checked.reopened, checked.resolved


def test_saving_does_what_was_foreseen(falls: int, session: Session) -> None:
    finding = session.scalars(select(Finding).where(Finding.size == 4)).one()
    finding.state, finding.reason = "accepted", "reclassified"
    session.commit()
    for least, enabled in ((5, True), (2, True), (1, False), (1, True), (200, True), (1, True)):
        asked = {"least": least, "percent": 0}
        effect = preview(session, falls, "decline", asked, enabled=enabled)
        opened, resolved = save(session, falls, least, enabled)
        # What was accepted, and is no longer seen, is resolved too, but was not open.
        assert (effect.opened, effect.is_whole) == (opened, True)
        assert effect.closed in (resolved, resolved - 1)


def test_large_register_is_counted_as_far_as_a_page_may_take(falls: int, session: Session) -> None:
    asked = {"least": 200, "percent": 0}
    assert preview(session, falls, "decline", asked) == Effect(0, 3, 3, 3)
    # Each country has two records.
    for most, countries in ((6, 3), (5, 2), (3, 1), (0, 1)):
        effect = preview(session, falls, "decline", asked, most_records=most)
        assert effect == Effect(0, countries, countries, 3)


def test_what_a_country_without_records_left_is_closed(falls: int, session: Session) -> None:
    peru = session.scalars(select(Finding).where(Finding.size == 181)).one()
    session.delete(session.get_one(CountryTotal, (falls, peru.country_id)))
    session.flush()
    assert preview(session, falls, "decline", {"least": 1, "percent": 0}) == Effect(0, 1, 2, 2)
