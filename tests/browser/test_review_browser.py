"""The real file's findings: worked down to the last, one through a person, and all undone again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Changeset, Finding, FindingDecision, FindingEvent, Person, Todo
from app.services.rules import check_unchecked
from tests.browser.conftest import OpenTab
from tests.browser.looks import faults
from tests.support.clients import default_outbreak
from tests.support.imports import import_now

Reload = Callable[[], Session]
TWO_SUMS = "2 reports with more deaths and recoveries than cases"
ALL_SETTLED = "All findings are settled."
MOST_DECISIONS = 40


@pytest.fixture
def editor(client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_as("editor")


@pytest.fixture
def real_register(session: Session, real_file: Path) -> Session:
    """The real file with line 385 as Viet Nam's, looked at by the rules, and a person."""
    import_now(session, real_file, {"rows": {"385": {"country": "Viet Nam"}}})
    while check_unchecked(session, default_outbreak(session).id).left:
        session.commit()
    session.add(Person(name="Mina Park", slug="mina-park"))
    session.commit()
    return session


def standing(session: Session) -> dict[str, tuple[Any, ...]]:
    columns = (Finding.state, Finding.reason, Finding.todo_id, Finding.decision_id)
    return {key: tuple(rest) for key, *rest in session.execute(select(Finding.key, *columns))}


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name).first.click()


def told(tab: Page) -> str:
    return tab.locator(".message.done").inner_text()


def give_to_mina_and_fix(tab: Page, reload: Reload) -> None:
    """Make a to-do of Thailand's first wrong sum, mend the record, and see the to-do done."""
    tab.get_by_role("link", name=TWO_SUMS, exact=True).click()
    card = tab.locator(".finding").filter(has_text="Thailand, 18 April 2003")
    card.get_by_role("link", name="Make a to-do").click()
    tab.get_by_label("Person").select_option("Mina Park")
    press(tab, "Make the to-do")
    assert "Made a to-do of 1 finding." in told(tab)
    expect(card).to_contain_text("With Mina Park")

    card.get_by_role("link", name="Correct").click()
    tab.get_by_label("Recoveries").fill("5")
    tab.get_by_label("Why").fill("Read again with Bangkok")
    press(tab, "Save changes")
    expect(card).to_have_count(0)
    todo = reload().scalars(select(Todo)).one()
    assert todo.done_at is not None
    tab.goto(f"/todos/{todo.id}")
    expect(tab.locator("main")).to_contain_text("Its only finding was settled: done.")


def correct_the_zeros(tab: Page) -> None:
    """Let the recoveries that nobody counted yet be "not reported"."""
    tab.goto("/review")
    group = tab.locator(".group").filter(has_text="first recoveries may not have been reported")
    group.get_by_role("link", name="Correct all").click()
    tab.get_by_label("Why").fill("Nobody counted recoveries before 10 April")
    press(tab, "Correct")
    assert "Corrected" in told(tab)


def accept_the_rest(tab: Page) -> int:
    """Accept group after group until nothing is left; return how many decisions that took."""
    taken = 0
    tab.goto("/review")
    while ALL_SETTLED not in tab.locator("#counter").inner_text():
        tab.locator(".findings [data-key=a]").first.click()
        tab.get_by_label("Reclassified by the country").check()
        press(tab, "Accept")
        taken += 1
        assert "Accepted" in told(tab)
        assert taken < MOST_DECISIONS
    return taken


def undo_everything(tab: Page, reload: Reload, since: int) -> None:
    """Take every decision and every change back, the latest first."""
    stored = reload()
    acts = [
        (decision.decided_at, "decision", decision.id)
        for decision in stored.scalars(select(FindingDecision))
    ]
    changes = select(Changeset).where(Changeset.id > since)
    acts += [(change.created_at, "change", change.id) for change in stored.scalars(changes)]
    for _, kind, id in sorted(acts, reverse=True):
        if kind == "change":
            tab.goto(f"/activity/{id}/undo")
            press(tab, "Undo it for")
            continue
        finding = stored.scalars(
            select(FindingEvent.finding_id).where(FindingEvent.decision_id == id)
        ).first()
        tab.goto(f"/review/{finding}")
        tab.locator(f"form[action='/review/decisions/{id}/undo'] button").click()
        assert "Undone" in told(tab)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_queue_of_the_real_file_is_worked_down_and_undone(
    real_register: Session,
    reload: Reload,
    editor: FlaskClient,
    open_tab: OpenTab,
    javascript: bool,
) -> None:
    before, files = standing(reload()), editor.get("/records.csv").data
    imported = reload().scalars(select(Changeset.id)).one()
    tab = open_tab("/review", javascript=javascript, as_in=editor)
    expect(tab.locator("#counter")).to_contain_text(f"{len(before)} findings are open")
    assert len(before) <= 200

    give_to_mina_and_fix(tab, reload)
    correct_the_zeros(tab)
    # The to-do, the edit and the correction at once are decisions, too.
    assert accept_the_rest(tab) + 3 <= MOST_DECISIONS
    assert "open" not in {state for state, *_ in standing(reload()).values()}

    undo_everything(tab, reload, imported)
    after = standing(reload())
    assert {key: after[key] for key in before} == before
    assert {state for key, (state, *_) in after.items() if key not in before} <= {"resolved"}
    assert editor.get("/records.csv").data == files
    assert not reload().scalars(select(Todo)).all()


def test_keys_walk_decide_and_come_back(
    make_finding: Callable[..., Finding], editor: FlaskClient, open_tab: OpenTab, reload: Reload
) -> None:
    for day in (12, 13, 14):
        make_finding("Canada", f"2003-04-{day}", size=day)
    tab = open_tab("/review", as_in=editor)
    for key in "jjjk":
        tab.keyboard.press(key)
    focused = tab.locator(".findings > li:focus h2 a")
    expect(focused).to_have_text("Canada, 13 April 2003")
    tab.keyboard.press("a")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Accept 1 finding")
    tab.keyboard.press("Space")
    tab.keyboard.press("Enter")
    expect(tab.locator(".findings > li")).to_have_count(2)
    expect(focused).to_have_text("Canada, 14 April 2003")
    accepted = reload().scalars(select(Finding).where(Finding.state == "accepted")).one()
    assert str(accepted.date) == "2003-04-13"

    # In a field they are letters, with a modifier they are the browser's.
    tab.get_by_label("Text").press("a")
    expect(tab.get_by_label("Text")).to_have_value("a")
    tab.locator("body").press("Control+d")
    assert "/review" in tab.url
    # A finding's own page has the keys of its buttons, too.
    tab.goto("/review/1")
    tab.keyboard.press("t")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Make a to-do of 1 finding")
    tab.goto("/review")
    tab.locator(".keys summary").click()
    tab.get_by_role("link", name="Turn the keys off").click()
    assert faults(tab) == []
    press(tab, "Turn the keys off")
    expect(tab.locator(".message.done")).to_have_text("The keys are off in this browser.")
    tab.goto("/review")
    tab.keyboard.press("a")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Review")


def test_pages_of_the_review_look_right(
    make_finding: Callable[..., Finding],
    make_record: Callable[..., Any],
    editor: FlaskClient,
    open_tab: OpenTab,
) -> None:
    make_record("Canada", "2003-04-12", cases=249)
    for number in range(4):
        make_finding("Canada", f"2003-04-1{number}", size=1)
        make_finding("Italy", f"2003-04-1{number}", size=number + 2, level="error")
    zeros = {"kind": "set", "date": "2003-04-12", "values": {"recoveries": None}}
    for name in ("Peru", "Canada"):
        details = {"values": {"through": "2003-04-12", "count": None}, "suggestion": zeros}
        make_finding(name, rule="zero", metric="recoveries", details={**details, "begins": None})
    tab = open_tab("/review", as_in=editor)
    for address in (
        "/review",
        "/review?view=list&country=italy&colour=red",
        "/review?q=nothing",
        "/review?state=accepted",
        "/review/1",
        "/review/accept?group=decline:cases:1",
        "/review/assign?finding=1",
        "/review/exempt?rule=decline&country=canada",
        "/review/accept?finding=999",
    ):
        tab.goto(address)
        assert faults(tab) == [], address
