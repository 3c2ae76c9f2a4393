"""The browser's services come to what the command line comes to, over the same file."""

import io
import random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import, ImportDecision
from app.services.importing import check_file, choosing, offers, options, read_decision_file
from app.services.importing.choosing import Change
from app.services.importing.decision_files import write_decisions
from app.services.importing.pieces import keep_pieces
from tests.services.importing.test_import_checked import decided, messy, wishes
from tests.support.clients import default_outbreak
from tests.support.imports import HEADING, MINA, assert_totals_true, import_now

COUNTS = ("read", "added", "changed", "same", "summed", "held", "unreadable", "left_out")


def offer_file(session: Session, content: bytes) -> int:
    offer = offers.begin(session, default_outbreak(session).id, MINA, "rows.csv")
    for _ in keep_pieces(session, offer.id, io.BytesIO(content)):
        session.flush()
    session.commit()
    return offer.id


def check_offer(session: Session, number: int) -> Import:
    offers.check(session, number)
    session.commit()
    return session.get_one(Import, number)


def counts(found: object) -> list[int]:
    return [getattr(found, name) for name in COUNTS]


def spell(rows: str, chance: random.Random) -> bytes:
    """Write the same rows with a mark, blank lines, another line end or another delimiter."""
    lines = (HEADING + rows).splitlines()
    if chance.random() < 0.5:
        lines.insert(chance.randrange(1, len(lines)), "")
    delimiter, end = chance.choice([",", ";", "\t"]), chance.choice(["\n", "\r\n", "\r"])
    text = end.join(lines).replace(",", delimiter) + end
    return text.encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))


@pytest.mark.parametrize("seed", range(10))
def test_browser_and_command_line_come_to_the_same(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    import_now(session, messy(chance))
    content, asked, choices = spell(messy(chance), chance), wishes(chance), decided(chance)
    number = offer_file(session, content)
    check_offer(session, number)
    choosing.wish(session, number, asked)
    changes = [Change("row", line, value) for line, value in choices["rows"].items()]
    changes += [Change("name", name, value) for name, value in choices["names"].items()]
    changes += [
        Change("problem", problem, {"choice": choice})
        for problem, choice in choices["problems"].items()
    ]
    choosing.decide(session, number, MINA, changes)
    session.commit()
    offer = check_offer(session, number)
    exported = read_decision_file(write_decisions(session, offer), "decisions.json")
    assert exported.options == asked
    session.commit()
    told = options.ImportOptions(**exported.options)
    report = check_file(
        session, io.BytesIO(content), offer.outbreak_id, told, exported.decisions, name="rows.csv"
    )
    session.rollback()
    offer = session.get_one(Import, number)
    assert counts(report) == counts(offer)
    assert (report.problems, report.warnings) == (offer.problems, offer.warnings)
    assert report.stopped == offer.options.get("stopped")
    session.commit()
    applied = offers.apply(session, number, MINA)
    session.commit()
    report.foretell()
    assert counts(applied) == counts(report)
    assert_totals_true(session)
    # What is left out of sums is no line that could be known again.
    if applied.status == "applied" and not asked.keys() & {"counting", "parts"}:
        again = check_offer(session, offer_file(session, content))
        assert (again.added, again.changed) == (0, 0)


def test_line_that_is_decided_twice_keeps_what_it_said(session: Session) -> None:
    number = offer_file(session, (HEADING + "2003-04-12,China,x,y,0\n").encode())
    check_offer(session, number)
    for value in ({"cases": "5"}, {"cases": "5", "deaths": "1"}):
        choosing.decide(session, number, MINA, [Change("row", "2", value)])
        session.commit()
        offer = check_offer(session, number)
        assert "unmet" not in offer.options
    assert (offer.added, offer.unreadable) == (1, 0)
    kept = session.scalars(select(ImportDecision)).one()
    assert kept.fingerprint is not None
