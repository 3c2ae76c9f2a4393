"""What people decide about a file: lines, names, problems; each with what must become of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import, ImportDecision, ImportRow
from app.services.directory import create_country
from tests.support.imports import (
    assert_totals_true,
    check_now,
    import_now,
    outcomes,
    stored,
)

CHINA = "2003-04-12,China,{},0,0\n"
TWO = CHINA.format(1) + CHINA.format(9)

Found = dict[tuple[str, str], tuple[int | None, ...]]


def key(name: str, day: int = 12) -> tuple[str, str]:
    return name, f"2003-04-{day:02}"


@pytest.mark.parametrize(
    ("rows", "decided", "counts", "found"),
    [
        pytest.param(
            TWO, {"rows": {"3": {"leave_out": True}}}, (1, 0, 1), {key("China"): (1, 0, 0)},
            id="one of two lines is left out",
        ),
        pytest.param(
            TWO, {"rows": {"3": {"country": "Viet Nam"}}}, (2, 0, 0),
            {key("China"): (1, 0, 0), key("Viet Nam"): (9, 0, 0)},
            id="one of two lines is another country's",
        ),
        pytest.param(
            TWO, {"rows": {"3": {"date": "2003-04-13"}}}, (2, 0, 0),
            {key("China"): (1, 0, 0), key("China", 13): (9, 0, 0)},
            id="one of two lines is of another day",
        ),
        pytest.param(
            TWO, {"rows": {"3": {"cases": "1"}}}, (1, 0, 0), {key("China"): (1, 0, 0)},
            id="one of two lines is made to say the same",
        ),
        pytest.param(
            "2003-04-12,China,x,0,0\n", {"rows": {"2": {"cases": "7"}}}, (1, 0, 0),
            {key("China"): (7, 0, 0)}, id="a number is typed over a cell",
        ),
        pytest.param(
            "2003-04-12,China,1.5,x,0\n", {"rows": {"2": {"cases": "7"}}}, (0, 1, 0), {},
            id="one of two cells is mended",
        ),
        pytest.param(
            "2003-04-12,China,1\n",
            {"rows": {"2": {"date": "2003-04-12", "country": "China", "cases": "1"}}}, (1, 0, 0),
            {key("China"): (1, None, None)}, id="a short row is completed",
        ),
        pytest.param(
            "2003-04-12,China,x,0,0\n", {"rows": {"2": {"leave_out": True}}}, (0, 0, 1), {},
            id="an unreadable line is left out",
        ),
        pytest.param(
            "2003-04-12,China,1,0,0\n", {"rows": {"2": {"leave_out": True}, "99": {}}}, (0, 0, 1),
            {}, id="a good line is left out",
        ),
        pytest.param(
            TWO, {"problems": {"conflict": "first"}}, (1, 0, 1), {key("China"): (1, 0, 0)},
            id="the first of each day is kept",
        ),
        pytest.param(
            TWO, {"problems": {"conflict": "last"}}, (1, 0, 1), {key("China"): (9, 0, 0)},
            id="the last of each day is kept",
        ),
        pytest.param(
            TWO, {"problems": {"conflict": "leave_out"}}, (0, 0, 2), {}, id="both are left out"
        ),
        pytest.param(
            "2003-04-12,China,x,0,0\n2003-04-13,China,1,0,0\n",
            {"problems": {"number": "leave_out"}}, (1, 0, 1), {key("China", 13): (1, 0, 0)},
            id="all unreadable numbers are left out",
        ),
        pytest.param(
            "2003-04-12,China,1,1,1\n2003-04-13,China,5,1,1\n",
            {"problems": {"sum": "leave_out"}}, (1, 0, 1), {key("China", 13): (5, 1, 1)},
            id="sums above cases are left out",
        ),
        pytest.param(
            "2003-04-12,China,1,2,1\n2003-04-13,China,1,1,1\n",
            {"problems": {"deaths": "leave_out"}}, (1, 0, 1), {key("China", 13): (1, 1, 1)},
            id="deaths above cases are left out, and are no sums",
        ),
        pytest.param(
            "2003-04-10,China,5,0,0\n2003-04-11,China,3,0,0\n2003-04-12,China,4,0,0\n"
            "2003-04-13,China,6,0,0\n",
            {"problems": {"cases_fall": "leave_out"}}, (2, 0, 2),
            {key("China", 10): (5, 0, 0), key("China", 13): (6, 0, 0)},
            id="what falls below the last row kept is left out",
        ),
    ],
)  # fmt: skip
def test_decision_is_carried_out(
    session: Session, rows: str, decided: dict[str, Any], counts: tuple[int, ...], found: Found
) -> None:
    checked = check_now(session, rows, decided)
    report = import_now(session, rows, decided)
    assert (report.added, report.held + report.unreadable, report.left_out) == counts
    assert stored(session) == found
    assert_totals_true(session)
    assert outcomes(checked) == outcomes(report)
    assert checked.problems == report.problems


def test_decisions_are_kept_with_their_import(session: Session) -> None:
    decided = {
        "rows": {"3": {"leave_out": True}},
        "names": {"China": {"country": "China"}},
        "problems": {"sum": "hold"},
    }
    report = import_now(session, TWO, decided)
    kept = session.scalars(select(ImportDecision).order_by(ImportDecision.id)).all()
    assert [(one.import_id, one.kind, one.key, one.value) for one in kept] == [
        (report.import_id, "row", "3", {"leave_out": True}),
        (report.import_id, "name", "China", {"country": "China"}),
        (report.import_id, "problem", "sum", {"choice": "hold"}),
    ]
    assert kept[0].fingerprint is not None
    assert {one.actor for one in kept} == {"Mina Park"}
    left_out = session.scalars(select(ImportRow).where(ImportRow.outcome == "left_out")).one()
    assert (left_out.line, left_out.fingerprint) == (3, kept[0].fingerprint)
    assert session.get_one(Import, report.import_id).left_out == 1


def test_decision_on_a_line_that_is_not_there_is_told(session: Session) -> None:
    rows = "2003-04-12,China,1,0,0\n\n2003-04-13,China,2,0,0\n"
    decided = {
        "rows": {"1": {"leave_out": True}, "3": {"leave_out": True}, "99": {"country": "Chad"}},
        "names": {"CHINA": {"country": "China"}, "Chinna": {"new": True}},
    }
    report = import_now(session, rows, decided)
    assert (report.added, report.left_out) == (2, 0)
    assert [(one.kind, one.key, one.why) for one in report.unmet] == [
        ("row", "1", "missing"),
        ("row", "3", "missing"),
        ("row", "99", "missing"),
        ("name", "Chinna", "missing"),
    ]
    kept = session.scalars(select(ImportDecision.key).where(ImportDecision.kind == "row"))
    assert kept.all() == []


@pytest.mark.parametrize("now", ["9", "x", "3"])
def test_decision_on_a_line_that_says_something_else_now_is_told_and_not_carried_out(
    session: Session, now: str
) -> None:
    import_now(session, TWO, {"rows": {"3": {"leave_out": True}}})
    says = session.scalars(select(ImportDecision.fingerprint)).one()
    decided = {"rows": {"3": {"country": "Viet Nam", "fingerprint": says}}}
    report = check_now(session, CHINA.format(1) + CHINA.format(now), decided)
    same = now == "9"
    assert [(one.key, one.why) for one in report.unmet] == ([] if same else [("3", "changed")])
    assert report.added == int(same)
    assert (report.held, report.unreadable) == {"9": (0, 0), "x": (0, 1), "3": (2, 0)}[now]


def test_fingerprint_is_the_same_however_the_day_is_written(session: Session) -> None:
    import_now(session, TWO, {"rows": {"3": {"leave_out": True}}})
    says = session.scalars(select(ImportDecision.fingerprint)).one()
    rows = "\ufeffCountry;Date;Cases;Deaths;Recoveries\n"
    rows += "China;12.04.2003;1;0;0\n CHINA ;12.04.2003;9;0;0\n"
    decided = {"rows": {"3": {"country": "Viet Nam", "fingerprint": says}}}
    report = check_now(session, rows.encode(), decided, date_format="dd.mm.yyyy")
    assert (report.unmet, report.added, report.same) == ([], 1, 1)


def test_lines_are_counted_as_the_file_has_them(session: Session) -> None:
    rows = (
        "\ufeffOutbreak of 2003\n\ndate,country,cases,deaths,recoveries,note\n"
        '2003-04-12,China,1,0,0,"two\nlines"\n\n2003-04-12,China,9,0,0,\n'
    )
    report = import_now(session, rows.encode(), {"rows": {"7": {"country": "Viet Nam"}}})
    assert (report.added, report.unmet) == (2, [])
    assert stored(session)["Viet Nam", "2003-04-12"] == (9, 0, 0)


def test_lines_without_any_cell_are_none_whatever_was_decided(session: Session) -> None:
    rows = "2003-04-12,China,1,0,0\n,,,,\n , ,\n"
    decided = {"rows": {"3": {"leave_out": True}, "4": {"country": "Chad"}}}
    report = import_now(session, rows, decided)
    assert (report.read, report.added, [one.key for one in report.unmet]) == (1, 1, ["3", "4"])


@pytest.mark.parametrize(
    "row", ["2003-04-12,Congo, Dem. Rep.,1,0,0\n", '2003-04-12,"Congo,1,0,0\n']
)
def test_cells_of_a_line_that_is_no_row_do_not_count(session: Session, row: str) -> None:
    rows = row + "2003-04-12,China,1,0,0\n"
    assert check_now(session, rows, {"rows": {"2": {"cases": 5}}}).unreadable == 1
    whole = {"date": "2003-04-12", "country": "Congo, Dem. Rep.", "cases": 1}
    assert import_now(session, rows, {"rows": {"2": whole}}).added == 2
    assert stored(session)["Congo, Dem. Rep.", "2003-04-12"] == (1, None, None)


def test_several_problems_of_one_line_are_mended_together(session: Session) -> None:
    create_country(session, "United States")
    rows = "2003-02-30,Untied States,x,1.5,0\n2003-04-12,United States,9,0,0\n"
    report = check_now(session, rows)
    (row,) = report.rows
    assert [reason.problem for reason in row.reasons] == ["date", "number", "number"]
    mended = {"date": "2003-04-12", "cases": 9, "deaths": None}
    names = {"Untied States": {"country": "United States"}}
    assert import_now(session, rows, {"rows": {"2": mended}}).held == 1
    report = import_now(session, rows, {"rows": {"2": mended}, "names": names})
    assert outcomes(report) == (0, 0, 0, 2, 0)
    report = import_now(session, rows, {"rows": {"2": {**mended, "deaths": "0"}}, "names": names})
    assert outcomes(report) == (0, 0, 2, 0, 0)


def test_all_rows_or_none_are_stored_once_every_row_is_settled(session: Session) -> None:
    rows = TWO + "2003-04-13,China,x,0,0\n"
    half = {"rows": {"3": {"leave_out": True}}}
    refused = import_now(session, rows, half, on_problem="abort")
    assert (refused.status, outcomes(refused)) == ("refused", (0, 0, 0, 1, 1))
    assert stored(session) == {}
    assert import_now(session, rows).settled == []
    whole = {**half, "problems": {"number": "leave_out"}}
    report = import_now(session, rows, whole, on_problem="abort")
    assert (report.status, report.same + report.added, report.left_out) == ("applied", 1, 2)


def test_real_file_is_whole_once_line_385_is_settled(
    session: Session, real_file: Path, reload: Callable[[], Session]
) -> None:
    decided = {"rows": {"385": {"country": "Viet Nam"}}}
    assert outcomes(check_now(session, real_file, decided)) == (2538, 0, 0, 0, 0)
    report = import_now(session, real_file, decided)
    assert outcomes(report) == (2538, 0, 0, 0, 0)
    counts = {kind: found["count"] for kind, found in report.warnings.items()}
    assert counts == {"sum": 2, "cases_fall": 70, "deaths_fall": 1, "recoveries_fall": 23}
    again = import_now(session, real_file)
    assert outcomes(again) == (0, 0, 2538, 0, 0)
    assert again.settled == [(385, report.import_id)]
    assert_totals_true(reload())


def test_real_file_is_whole_once_each_line_goes_where_it_fits(
    session: Session, real_file: Path
) -> None:
    report = import_now(session, real_file, {"problems": {"conflict": "suggestion"}})
    assert outcomes(report) == (2538, 0, 0, 0, 0)
    assert stored(session)["Viet Nam", "2003-04-12"] == (62, 4, 46)
