"""One finding with its whole story."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.models import Finding, Record
from app.services.changesets import Actor
from app.services.review import decisions
from app.services.review.asked import of_one
from app.services.review.decisions import TodoValues
from app.services.review.undoing import undo_decision
from tests.support.pages import Page, check_structure

MINA, BORA = Actor("Mina Park"), Actor("Bora Kim")
Read = Callable[..., Page]


def test_log_names_every_decision_and_leads_to_its_findings(
    client_as: Callable[[str], FlaskClient],
    page: Read,
    make_finding: Callable[..., Finding],
    session: Session,
) -> None:
    editor = client_as("editor")
    assert "No decisions yet" in page(editor.get("/review/decisions")).text(".empty")
    finding, _ = make_finding("Canada"), make_finding("Italy")
    accepted = decisions.accept(session, of_one(finding), MINA, reason="letter of 3 May")
    undo_decision(session, accepted.id, BORA)
    session.commit()
    shown = page(editor.get("/review/decisions"))
    check_structure(shown)
    told = shown.texts(".lines > li > span:first-child")
    assert told == [
        "Bora Kim undid what was decided: 1 finding (decision 1)",
        "Mina Park accepted: 1 finding, letter of 3 May",
    ]
    assert [form.get("action") for form in shown.all(".lines form")] == ["/review/decisions/2/undo"]
    hers = page(editor.get(shown.link("Mina Park")))
    assert hers.texts(".lines > li > span:first-child") == [told[1]]
    nobodys = page(editor.get("/review/decisions?decided_by=Nobody%00"))
    assert "Nobody has decided nothing" in nobodys.text(".empty")
    listed = page(editor.get("/review?decision=1&state=all"))
    assert listed.texts(".finding h2 a") == ["Canada, 12 April 2003"]
    assert "Decision 1" in listed.text(".chips")


def test_unknown_finding_is_not_found(client: FlaskClient) -> None:
    assert client.get("/review/92").status_code == 404


def test_finding_says_what_and_leads_to_its_record(
    client: FlaskClient,
    page: Read,
    make_finding: Callable[..., Finding],
    make_record: Callable[..., Record],
) -> None:
    record = make_record("Canada", "2003-04-12", cases=249)
    finding = make_finding("Canada", "2003-04-12", changeset_id=record.changeset_id)
    shown = page(client.get(f"/review/{finding.id}"))
    check_structure(shown)
    assert shown.heading.startswith("Canada, 12 April 2003")
    assert shown.rows(".days") == [["Cases", "250", "249", "252"]]
    hrefs = [link.get("href") for link in shown.all("main a")]
    for address in (f"/records/{record.id}", "/countries/canada", "/activity/1"):
        assert address in hrefs


def test_story_says_who_when_and_why(
    client_as: Callable[[str], FlaskClient],
    page: Read,
    make_finding: Callable[..., Finding],
    session: Session,
) -> None:
    finding = make_finding("Canada")
    query = of_one(finding)
    decisions.assign(session, query, BORA, TodoValues("Ask Ottawa"))
    accepted = decisions.accept(session, query, MINA, reason="late report")
    undo_decision(session, accepted.id, BORA)
    decisions.accept(session, query, MINA, reason="letter of 3 May")
    session.commit()
    shown = page(client_as("editor").get(f"/review/{finding.id}"))
    steps = [text.partition(" 2")[0] for text in shown.texts("#story + ol li > span:first-child")]
    assert steps == [
        "Mina Park accepted it: letter of 3 May",
        "Bora Kim undid what was decided",
        "Mina Park accepted it: late report",
        "Bora Kim made a to-do of it: Ask Ottawa",
        "Found by the rule Falling counts",
    ]
    # What is undone already has no button.
    assert len(shown.all("#story + ol form")) == 3
    assert "letter of 3 May" in shown.text(".notice")
