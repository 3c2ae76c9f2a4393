"""The queue: filters, pages by key, groups, facets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.database import open_session
from app.models import Finding, Person, Todo
from app.services.review import queue
from app.services.review.asked import AskedCountry, AskedPerson, FindingQuery
from app.services.review.counting import count_open
from tests.support.clients import default_outbreak

Make = Callable[..., Finding]


@pytest.fixture
def everything(database_url: str) -> FindingQuery:
    """What is open in the default outbreak."""
    with open_session(database_url) as session:
        return FindingQuery(default_outbreak(session).id)


def ids(findings: Any) -> list[int]:
    return [finding.id for finding in findings]


def test_worst_come_first(session: Session, everything: FindingQuery, make_finding: Make) -> None:
    notice = make_finding("Canada", "2003-04-01", level="notice", rule="gap")
    warning = make_finding("Canada", "2003-04-02")
    error = make_finding("Canada", "2003-04-03", level="error", rule="sum")
    page = queue.list_findings(session, everything)
    assert ids(page.findings) == [error.id, warning.id, notice.id]
    assert (page.above, page.total, page.has_more) == (0, 3, False)


def test_pages_meet_and_leave_none_out(
    session: Session, everything: FindingQuery, make_finding: Make
) -> None:
    for number in range(2 * queue.FINDINGS_A_PAGE + 3):
        make_finding(f"Country {number}", size=number % 3 + 1)
    first = queue.list_findings(session, everything)
    second = queue.list_findings(session, everything, after=first.findings[-1].id)
    third = queue.list_findings(session, everything, after=second.findings[-1].id)
    assert (second.above, second.total) == (queue.FINDINGS_A_PAGE, 2 * queue.FINDINGS_A_PAGE + 3)
    assert not third.has_more
    met = ids([*first.findings, *second.findings, *third.findings])
    assert len(met) == len(set(met)) == first.total
    back = queue.list_findings(session, everything, before=third.findings[0].id)
    assert ids(back.findings) == ids(second.findings)
    back = queue.list_findings(session, everything, before=second.findings[0].id)
    assert ids(back.findings) == ids(first.findings)


def test_key_of_a_settled_finding_still_leads_on(
    session: Session, everything: FindingQuery, make_finding: Make
) -> None:
    settled = make_finding("Canada", state="accepted")
    later = make_finding("Italy")
    assert ids(queue.list_findings(session, everything, after=settled.id).findings) == [later.id]


def test_filters_narrow(session: Session, everything: FindingQuery, make_finding: Make) -> None:
    canada = make_finding("Canada", "2003-04-12", size=2)
    italy = make_finding("Italy", "2003-04-13", metric="deaths", level="notice")
    accepted = make_finding("Italy", "2003-04-14", state="accepted", reason="late report")
    country = AskedCountry(italy.country_id or 0, "italy", "Italy")
    for filters, expected in (
        ({"rules": ("gap",)}, []),
        ({"levels": ("notice",)}, [italy.id]),
        ({"countries": (country,)}, [italy.id]),
        ({"countries": (country,), "state": "all"}, [accepted.id, italy.id]),
        ({"state": "accepted"}, [accepted.id]),
        ({"group": "decline:cases:2"}, [canada.id]),
        ({"finding_id": italy.id}, [italy.id]),
        ({"text": "ITAL"}, [italy.id]),
        ({"text": "late", "state": "all"}, [accepted.id]),
        ({"age": "today"}, [canada.id, italy.id]),
        ({"age": "older"}, []),
        ({"imported": 7}, []),
    ):
        asked = replace(everything, **filters)  # type: ignore[arg-type]
        found = ids(queue.list_findings(session, asked).findings)
        assert sorted(found) == sorted(expected), filters


def test_findings_of_a_person_and_of_nobody(
    session: Session, everything: FindingQuery, make_finding: Make
) -> None:
    mina = Person(name="Mina Park", slug="mina-park")
    todo = Todo(title="Ring Ottawa", assignee=mina)
    loose = Todo(title="Look at it")
    session.add_all([todo, loose])
    session.commit()
    hers = make_finding("Canada", todo_id=todo.id)
    unassigned = make_finding("Italy", todo_id=loose.id)
    free = make_finding("Peru")
    asked = replace(everything, assignee=AskedPerson("mina-park", "Mina Park", mina.id))
    assert ids(queue.list_findings(session, asked).findings) == [hers.id]
    asked = replace(everything, assignee=AskedPerson("nobody", "", None))
    found = ids(queue.list_findings(session, asked).findings)
    assert sorted(found) == [unassigned.id, free.id]


def test_groups_are_those_of_the_worst_level_and_the_largest_first(
    session: Session, everything: FindingQuery, make_finding: Make
) -> None:
    make_finding("Canada", "2003-04-10", size=5)
    for day in range(1, 6):
        make_finding("Canada" if day < 3 else "Italy", f"2003-04-0{day}")
    make_finding("Peru", rule="sum", metric=None, level="error", grouping="sum::")
    page = queue.list_groups(session, everything)
    assert (page.total, page.findings, page.has_more) == (3, 7, False)
    assert [(group.grouping, group.count) for group in page.groups] == [
        ("sum::", 1),
        ("decline:cases:1", 5),
        ("decline:cases:5", 1),
    ]
    falls = page.groups[1]
    assert (falls.countries, str(falls.first_date), str(falls.last_date)) == (
        *(2, "2003-04-01"),
        "2003-04-05",
    )
    assert len(falls.examples) == queue.EXAMPLES
    after = queue.list_groups(session, everything, after=page.groups[0].key)
    assert [group.grouping for group in after.groups] == ["decline:cases:1", "decline:cases:5"]
    before = queue.list_groups(session, everything, before=page.groups[1].key)
    assert [group.grouping for group in before.groups] == ["sum::"]
    assert (before.has_previous, before.has_more) == (False, True)


def test_facets_count_what_the_other_filters_leave(
    session: Session, everything: FindingQuery, make_finding: Make
) -> None:
    make_finding("Canada", "2003-04-01")
    make_finding("Canada", "2003-04-02", rule="gap", level="notice")
    make_finding("Italy", "2003-04-02")
    facets = queue.list_facets(session, replace(everything, rules=("gap",)))
    assert facets.rules == [("decline", 2), ("gap", 1)]
    assert facets.levels == [("notice", 1)]
    assert facets.countries == [("canada", "Canada", 1)]


def test_menu_counts_open_findings_with_one_query(
    session: Session, make_finding: Make, query_counter: Callable[..., Any]
) -> None:
    make_finding("Canada")
    make_finding("Italy", state="accepted")
    with query_counter() as queries:
        assert count_open(session) == 1
    # Those of the default outbreak that are open, up to a number.
    assert len(queries) == 1


def test_lists_need_few_queries(
    session: Session,
    everything: FindingQuery,
    make_finding: Make,
    query_counter: Callable[..., Any],
) -> None:
    for number in range(30):
        make_finding(f"Country {number}", size=number % 3 + 1)
    with query_counter() as queries:
        queue.list_findings(session, everything)
    # Their ids in order; they with country, to-do and person; those above them; all.
    assert len(queries) == 4
    with query_counter() as queries:
        queue.list_groups(session, everything)
    # The groups, their examples.
    assert len(queries) == 2


def test_long_list_is_counted_only_so_far(
    session: Session,
    everything: FindingQuery,
    make_finding: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 3)
    monkeypatch.setattr(queue, "FINDINGS_A_PAGE", 2)
    for number in range(8):
        make_finding(f"Country {number}")
    page, above = queue.list_findings(session, everything), []
    while page.has_more:
        page = queue.list_findings(session, everything, after=page.findings[-1].id)
        above.append((page.above, page.total))
    assert above == [(2, 4), (4, 4), (4, 4)]
