from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Country,
    Finding,
    FindingDecision,
    Outbreak,
    Record,
    RuleExemption,
    RuleSetting,
)
from app.services.rules.checking import check_outbreak
from tests.support.pages import Page

ReadPage = Callable[..., Page]
ClientAs = Callable[[str], FlaskClient]
MakeRecord = Callable[..., Record]
Reload = Callable[[], Session]

DECLINE = "/review/rules/decline"
ASKED = {"threshold-least": "5", "threshold-percent": "0", "enabled": "y", "revision": "0"}


@pytest.fixture
def admin(client_as: ClientAs) -> FlaskClient:
    return client_as("admin")


@pytest.fixture
def falls(make_record: MakeRecord, session: Session) -> None:
    """Falls of cases by 1, 4 and 181 in Canada and the United States."""
    for day, cases in enumerate((100, 99, 120, 116), start=1):
        make_record("Canada", f"2003-04-{day:02}", cases=cases)
    make_record("United States", "2003-04-19", cases=220)
    make_record("United States", "2003-04-21", cases=39)
    outbreak = session.scalars(select(Outbreak.id)).one()
    check_outbreak(session, outbreak)
    session.commit()


def open_sizes(reload: Reload) -> list[int | None]:
    statement = select(Finding.size).where(Finding.state == "open", Finding.rule == "decline")
    return sorted(reload().scalars(statement), key=lambda size: size or 0)


def setting(reload: Reload) -> RuleSetting | None:
    return reload().scalar(select(RuleSetting).where(RuleSetting.rule == "decline"))


def test_rules_say_what_they_see_and_by_what(
    client: FlaskClient, falls: None, page: ReadPage
) -> None:
    shown = page(client.get("/review/rules"))
    section = shown.text("section[aria-labelledby='rule-decline']")
    assert "Falling counts warning A total is below" in section
    assert "The smallest fall that is told, as a number. 1 from 1 to 1,000,000,000" in section
    assert "3 open findings" in section
    assert not shown.all("main form")
    assert "Change this rule" not in shown.text()


def test_preview_changes_nothing_and_saving_does(
    admin: FlaskClient, falls: None, page: ReadPage, reload: Reload
) -> None:
    page(admin.get(DECLINE))
    shown = page(admin.get(DECLINE, query_string=ASKED))
    assert "This would open 0 and close 2 findings." in shown.text("#effect")
    assert open_sizes(reload) == [1, 4, 181]
    sent = shown.form("#effect form") | {"why": "Small falls are usual."}
    answer = admin.post(DECLINE, data=sent)
    assert (answer.status_code, answer.location) == (303, "/review/rules")
    assert open_sizes(reload) == [181]
    kept = setting(reload)
    assert kept is not None
    assert (kept.thresholds, kept.enabled, kept.revision) == ({"least": 5}, True, 1)
    listed = page(admin.get("/review/rules"))
    assert "Findings opened: 0, closed: 2." in listed.text(".message")
    assert "ada: decline: least 1 → 5. Small falls are usual. 2 findings" in listed.text()
    assert "usually 1;" in listed.text("section[aria-labelledby='rule-decline']")


def test_large_register_is_previewed_in_part_and_the_command_is_named(
    admin: FlaskClient, falls: None, page: ReadPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.review.rules_page.MOST_RECORDS", 4)
    asked = ASKED | {"threshold-percent": "3"}
    del asked["enabled"]
    shown = page(admin.get(DECLINE, query_string=asked))
    assert "close 2 findings" in shown.text("#effect strong")
    assert "Counted in 1 of 2 countries" in shown.text("#effect .notice")
    assert shown.text("#effect code") == (
        "flask check --outbreak outbreak --rule decline"
        " --preview least=5 --preview percent=3 --preview off"
    )


def test_saving_is_recomputed(
    admin: FlaskClient, falls: None, make_record: MakeRecord, page: ReadPage, reload: Reload
) -> None:
    sent = page(admin.get(DECLINE, query_string=ASKED)).form("#effect form")
    make_record("Canada", "2003-04-05", cases=90)
    admin.post(DECLINE, data=sent)
    assert open_sizes(reload) == [26, 181]


def test_rule_is_switched_off_and_on_again(
    admin: FlaskClient, falls: None, page: ReadPage, reload: Reload
) -> None:
    off = {name: value for name, value in ASKED.items() if name != "enabled"}
    shown = page(admin.get(DECLINE, query_string=off | {"threshold-least": "1"}))
    assert "close 3 findings" in shown.text("#effect")
    admin.post(DECLINE, data=shown.form("#effect form"))
    assert open_sizes(reload) == []
    assert "switched off" in page(admin.get("/review/rules")).text()
    on = ASKED | {"threshold-least": "1", "revision": "1"}
    assert "open 3 and close 0" in page(admin.get(DECLINE, query_string=on)).text("#effect")
    admin.post(DECLINE, data=on)
    assert open_sizes(reload) == [1, 4, 181]
    decisions = reload().scalars(select(FindingDecision).order_by(FindingDecision.id)).all()
    assert [(one.act, one.actor, one.count) for one in decisions] == [("settings", "ada", 3)] * 2
    assert [one.reason for one in decisions] == ["decline: switched off", "decline: switched on"]


def test_change_that_others_overtook_is_shown_first(
    admin: FlaskClient, falls: None, page: ReadPage, reload: Reload
) -> None:
    admin.post(DECLINE, data=ASKED)
    late = page(admin.post(DECLINE, data=ASKED | {"threshold-least": "2"}), 409)
    assert "Somebody changed this rule meanwhile" in late.text(".message.error")
    assert "5 → 2" in late.text("#effect")
    kept = setting(reload)
    assert kept is not None
    assert kept.thresholds == {"least": 5}
    assert admin.post(DECLINE, data=late.form("#effect form")).status_code == 303
    assert open_sizes(reload) == [4, 181]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0", "This may be from 1 to 1,000,000,000."),
        ("", "Enter a number from 1 to 1,000,000,000."),
        ("1.5", "not a whole number"),
        ("-1", "below zero"),
        ("99999999999999999999", "larger than"),
        ("<script>", "not a number"),
        ("1\0", ""),
    ],
)
def test_thresholds_have_bounds(
    admin: FlaskClient, falls: None, page: ReadPage, reload: Reload, value: str, message: str
) -> None:
    sent = ASKED | {"threshold-least": value}
    for answer in (admin.get(DECLINE, query_string=sent), admin.post(DECLINE, data=sent)):
        assert message in page(answer, 422).error_of("threshold-least")
    assert setting(reload) is None


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("editor", 403), ("admin", 303)])
def test_only_admins_change_rules(
    client_as: ClientAs, falls: None, reload: Reload, role: str, status: int
) -> None:
    browser = client_as(role)
    assert browser.get(DECLINE).status_code == (200 if status == 303 else status)
    assert browser.post(DECLINE, data=ASKED).status_code == status
    assert (setting(reload) is not None) == (status == 303)


@pytest.mark.parametrize("rule", ["nothing", "__class__", "decline%00", "%2e%2e"])
def test_unknown_rule_is_not_found(admin: FlaskClient, rule: str) -> None:
    assert admin.get(f"/review/rules/{rule}").status_code == 404
    assert admin.post(f"/review/rules/{rule}/exemptions/1/end").status_code == 404


def exempt(session: Session, name: str) -> int:
    country = session.scalars(select(Country).where(Country.name == name)).one()
    outbreak = session.scalars(select(Outbreak.id)).one()
    row = RuleExemption(
        outbreak_id=outbreak,
        rule="decline",
        country_id=country.id,
        reason="Counts are mended daily.",
        actor="Mina Park",
    )
    session.add(row)
    session.flush()
    check_outbreak(session, outbreak)
    session.commit()
    return country.id


def test_exemption_is_listed_and_ended(
    client_as: ClientAs, falls: None, session: Session, page: ReadPage, reload: Reload
) -> None:
    country = exempt(session, "Canada")
    assert open_sizes(reload) == [181]
    reader = page(client_as("reader").get("/review/rules"))
    assert "Canada Counts are mended daily. Mina Park" in reader.text()
    assert not reader.all("main form")
    editor = client_as("editor")
    button = page(editor.get("/review/rules")).one("main form")
    assert button.get("action") == f"{DECLINE}/exemptions/{country}/end"
    for told in ("Canada is looked at again", "has ended already"):
        answer: Any = editor.post(str(button.get("action")), follow_redirects=True)
        assert told in page(answer).text(".message")
    assert open_sizes(reload) == [1, 4, 181]


def test_page_of_the_rules_asks_few_queries(
    client: FlaskClient, falls: None, query_counter: Callable[..., Any]
) -> None:
    with query_counter() as queries:
        assert client.get("/review/rules").status_code == 200
    # Outbreak; settings, exemptions with countries, open findings by rule; the latest decisions.
    assert len([query for query in queries if not query.startswith("PRAGMA")]) <= 6, queries


def test_story_of_a_finding_says_who_changed_the_rule(
    admin: FlaskClient, falls: None, page: ReadPage, reload: Reload
) -> None:
    admin.post(DECLINE, data=ASKED | {"why": "Small falls are usual."})
    small = reload().scalars(select(Finding).where(Finding.size == 4)).one()
    story = page(admin.get(f"/review/{small.id}"))
    assert "ada changed what the rule goes by" in story.text("#story + ol")
    assert not story.all("#story + ol form")
    admin.post("/review/decisions/1/undo")
    assert open_sizes(reload) == [181]
