"""Deciding in the browser: accept, make a to-do, switch a rule off, undo."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Finding, FindingDecision, Person, Record, RuleExemption, Todo
from tests.support.findings import decide
from tests.support.pages import Page, check_structure

Make = Callable[..., Finding]
Read = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
Reload = Callable[[], Session]


@pytest.fixture
def editor(client_as: ClientAs) -> FlaskClient:
    """An editor's browser."""
    return client_as("editor")


def test_group_is_accepted_and_undone_from_the_message(
    editor: FlaskClient, page: Read, make_finding: Make, reload: Reload
) -> None:
    ids = [make_finding(name).id for name in ("Canada", "Italy")]
    shown = page(editor.get("/review/accept?group=decline:cases:1"))
    check_structure(shown)
    assert shown.heading == "Accept 2 findings"
    assert "2 falls of cases by 1 in 2 countries" in shown.text(".lead")
    answer = decide(editor, page, "/review/accept?group=decline:cases:1", usual="2", words="letter")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review")
    stored = reload()
    assert {stored.get_one(Finding, id).reason for id in ids} == {"Late or revised report: letter"}
    after = page(editor.get("/review"))
    assert "Accepted 2 findings." in after.text(".message.done")
    assert "All findings are settled." in after.text("#counter")
    undo = after.one(".message.done form").get("action")
    assert editor.post(undo).status_code == 303
    assert "Undone: 2 findings" in page(editor.get("/review")).text(".message.done")
    stored = reload()
    assert {stored.get_one(Finding, id).state for id in ids} == {"open"}


@pytest.mark.parametrize("act", ["accept", "assign", "exempt", "reopen"])
@pytest.mark.parametrize(("role", "statuses"), [("reader", (403, 403)), (None, (303, 401))])
def test_only_editors_decide(
    client: FlaskClient,
    client_as: ClientAs,
    make_finding: Make,
    act: str,
    role: str | None,
    statuses: tuple[int, int],
) -> None:
    finding = make_finding("Canada")
    browser = client_as(role) if role else client
    address = f"/review/{act}?finding={finding.id}&rule=decline&country=canada"
    for path in (address, f"/review/{finding.id}/correct"):
        assert browser.get(path).status_code == statuses[0]
    for path in (address, "/review/decisions/1/undo"):
        assert browser.post(path, data={"words": "x"}).status_code == statuses[1]


def test_accepting_asks_for_a_reason(
    editor: FlaskClient, page: Read, make_finding: Make, reload: Reload
) -> None:
    finding = make_finding("Canada")
    answer = decide(editor, page, f"/review/accept?finding={finding.id}")
    shown = page(answer, 422)
    assert "Choose a reason, or write one." in shown.error_of("words")
    assert reload().get_one(Finding, finding.id).state == "open"


def test_decision_leads_back_to_the_list_it_came_from(
    editor: FlaskClient, page: Read, make_finding: Make
) -> None:
    first, _ = make_finding("Canada"), make_finding("Italy")
    address = f"/review/accept?finding={first.id}"
    answer = decide(editor, page, address, "/review?country=canada&view=list", usual="0")
    assert answer.headers["Location"] == "/review?country=canada&view=list"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "javascript:1"])
def test_decision_leads_to_no_other_site(
    editor: FlaskClient, page: Read, make_finding: Make, elsewhere: str
) -> None:
    finding = make_finding("Canada")
    answer = decide(editor, page, f"/review/accept?finding={finding.id}", back=elsewhere, usual="0")
    assert answer.headers["Location"] == "/review"


def test_what_somebody_else_decided_is_named_and_nothing_typed_is_lost(
    editor: FlaskClient, client_as: ClientAs, page: Read, make_finding: Make, reload: Reload
) -> None:
    first, second = make_finding("Canada"), make_finding("Italy")
    address = "/review/accept?group=decline:cases:1"
    form = page(editor.get(address)).form()
    one = f"/review/accept?finding={first.id}"
    decide(client_as("admin"), page, one, words="asked Ottawa")
    shown = page(editor.post(address, data={**form, "words": "late reports"}), 409)
    assert "Canada, 12 April 2003: accepted by ada: asked Ottawa" in shown.text("#moved")
    assert shown.one("[name=words]").get("value") == "late reports"
    assert reload().get_one(Finding, second.id).state == "open"
    again = editor.post(address, data={**shown.form(), "words": "late reports"})
    assert again.status_code == 303
    assert reload().get_one(Finding, first.id).reason == "asked Ottawa"
    assert reload().get_one(Finding, second.id).reason == "late reports"


def test_decision_on_what_is_not_open_says_so(
    editor: FlaskClient, client_as: ClientAs, page: Read, make_finding: Make
) -> None:
    finding = make_finding("Canada")
    address = f"/review/accept?finding={finding.id}"
    form = page(editor.get(address)).form()
    decide(client_as("admin"), page, address, words="asked Ottawa")
    for answer, status in (
        (editor.get(address), 200),
        (editor.post(address, data={**form, "words": "mine"}), 409),
    ):
        shown = page(answer, status)
        assert "is accepted already, by ada: asked Ottawa" in shown.text(".notice.warning")
    assert "What you wrote: mine" in shown.text()


def test_finding_becomes_a_to_do_of_a_person(
    editor: FlaskClient,
    page: Read,
    make_finding: Make,
    make_record: Callable[..., Record],
    reload: Reload,
    session: Session,
) -> None:
    session.add(Person(name="Mina Park", slug="mina-park"))
    session.commit()
    record = make_record("Canada", "2003-04-12", cases=249)
    finding = make_finding("Canada", "2003-04-12")
    address = f"/review/assign?finding={finding.id}"
    form = page(editor.get(address)).form()
    assert str(form["title"]).startswith("Canada, 12 April 2003: Cases fall from 250")
    answer = decide(editor, page, address, assignee_id="1", due="2003-07-11")
    assert answer.status_code == 303
    todo = reload().scalars(select(Todo)).one()
    assert (todo.record_id, todo.assignee_id, str(todo.due)) == (record.id, 1, "2003-07-11")
    assert reload().get_one(Finding, finding.id).todo_id == todo.id
    shown = page(editor.get("/review"))
    assert "With Mina Park" in shown.text(".holder")
    assert "t" not in [act.get("data-key") for act in shown.all(".finding .actions a")]


def test_group_becomes_one_to_do(
    editor: FlaskClient, page: Read, make_finding: Make, reload: Reload
) -> None:
    make_finding("Canada"), make_finding("Italy")
    address = "/review/assign?group=decline:cases:1"
    assert page(editor.get(address)).form()["title"] == (
        "Look at 2 falls of cases by 1 in 2 countries"
    )
    assert decide(editor, page, address).status_code == 303
    assert len({finding.todo_id for finding in reload().scalars(select(Finding))}) == 1


def test_findings_that_somebody_has_are_not_given_again(
    editor: FlaskClient, page: Read, make_finding: Make
) -> None:
    finding, _ = make_finding("Canada"), make_finding("Italy")
    address = "/review/assign?group=decline:cases:1"
    decide(editor, page, address)
    assert not page(editor.get("/review")).all(".group [data-key=t]")
    assert "or belongs to a to-do already" in page(editor.get(address)).text(".notice.warning")
    single = page(editor.get(f"/review/assign?finding={finding.id}"))
    assert "belongs to a to-do already: Look at 2 falls" in single.text(".notice.warning")


def test_to_do_without_a_title_is_asked_for(
    editor: FlaskClient, page: Read, make_finding: Make
) -> None:
    finding = make_finding("Canada")
    address = f"/review/assign?finding={finding.id}"
    shown = page(decide(editor, page, address, title=" ", notes="ring"), 422)
    assert shown.error_of("title") == "Write what is to be done."
    assert "ring" in shown.text("[name=notes]")


def test_rule_is_switched_off_for_a_country_and_on_again(
    editor: FlaskClient, page: Read, make_finding: Make, reload: Reload
) -> None:
    ours = make_finding("Canada"), make_finding("Canada", "2003-04-13", size=2)
    other = make_finding("Italy")
    address = "/review/exempt?rule=decline&country=canada"
    shown = page(editor.get(address))
    assert "Turn the rule off, which resolves 2 findings" in shown.texts("button")
    answer = decide(editor, page, address, words="They count anew each week")
    assert answer.status_code == 303
    stored = reload()
    assert [stored.get_one(Finding, each.id).state for each in ours] == ["resolved"] * 2
    assert stored.get_one(Finding, other.id).state == "open"
    exemption = stored.scalars(select(RuleExemption)).one()
    assert (exemption.rule, exemption.actor) == ("decline", "edo")
    decision = stored.scalars(select(FindingDecision)).one()
    assert editor.post(f"/review/decisions/{decision.id}/undo").status_code == 303
    assert not reload().scalars(select(RuleExemption)).all()


@pytest.mark.parametrize("address", ["?rule=decline", "?country=canada", ""])
def test_rule_is_switched_off_for_one_country_at_a_time(
    editor: FlaskClient, make_finding: Make, address: str
) -> None:
    make_finding("Canada")
    assert editor.get(f"/review/exempt{address}").status_code == 404


def test_whole_filter_is_decided_with_its_count_first(
    editor: FlaskClient, page: Read, make_finding: Make, reload: Reload
) -> None:
    make_finding("Canada"), make_finding("Canada", "2003-04-13", size=2), make_finding("Italy")
    address = page(editor.get("/review?country=canada")).link("Accept all 2…")
    assert page(editor.get(address)).heading == "Accept 2 findings"
    assert decide(editor, page, address, usual="1").status_code == 303
    states = reload().scalars(select(Finding.state).order_by(Finding.id)).all()
    assert states == ["accepted", "accepted", "open"]


def test_accepted_finding_is_opened_again(
    editor: FlaskClient, page: Read, make_finding: Make, reload: Reload
) -> None:
    finding = make_finding("Canada", state="accepted", reason="late")
    address = f"/review/reopen?finding={finding.id}"
    assert decide(editor, page, address, words="not so sure").status_code == 303
    assert reload().get_one(Finding, finding.id).state == "open"


def test_second_undo_says_that_it_is_done(
    editor: FlaskClient, page: Read, make_finding: Make, reload: Reload
) -> None:
    finding = make_finding("Canada")
    decide(editor, page, f"/review/accept?finding={finding.id}", usual="0")
    decision = reload().scalars(select(FindingDecision)).one()
    editor.post(f"/review/decisions/{decision.id}/undo")
    editor.post(f"/review/decisions/{decision.id}/undo")
    assert "edo has undone this decision already" in page(editor.get("/review")).text(
        ".message.error"
    )
    assert len(reload().scalars(select(FindingDecision)).all()) == 2
