"""What was settled once is known again, and so is how a file was read."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Import, ImportDecision
from app.services.directory import create_country
from app.services.importing import Report
from app.services.undoing import undo
from tests.support.imports import MINA, check_now, import_now, outcomes, stored

CHINA = "2003-04-12,China,{},0,0\n"
TWO = CHINA.format(1) + CHINA.format(9)
VIET_NAM = {"rows": {"3": {"country": "Viet Nam"}}}
AS_BEFORE = {"said": frozenset[str]()}


def take_back(session: Session, report: Report) -> int:
    assert report.changeset_id is not None
    changeset = undo(session, report.changeset_id, MINA)
    session.commit()
    return changeset.id


def test_settled_line_is_settled_again_wherever_it_stands(session: Session) -> None:
    first = import_now(session, TWO, VIET_NAM)
    later = import_now(session, "2003-04-14,China,11,0,0\n" + TWO)
    assert outcomes(later) == (1, 0, 2, 0, 0)
    assert later.settled == [(4, first.import_id)]
    assert check_now(session, TWO).settled == [(3, first.import_id)]
    assert session.get_one(Import, later.import_id).options["settled"] == [[4, first.import_id]]


@pytest.mark.parametrize(
    ("rows", "decided"),
    [
        (TWO, VIET_NAM),
        (TWO, {"rows": {"2": {"leave_out": True}}}),
        (TWO, {"problems": {"conflict": "first"}}),
        (TWO, {"problems": {"conflict": "leave_out"}}),
        ("2003-04-12,China,x,0,0\n", {"rows": {"2": {"cases": 7}}}),
        ("2003-04-12,China,x,0,0\n", {"problems": {"number": "leave_out"}}),
        # Lines that would have been stored.
        ("2003-04-12,China,5,0,0\n", {"rows": {"2": {"leave_out": True}}}),
        ("2003-04-12,China,5,0,0\n", {"rows": {"2": {"cases": "50"}}}),
        ("2003-04-12,China,5,9,0\n", {"problems": {"deaths": "leave_out"}}),
        ("2003-04-12,Chad,5,0,0\n" * 3, {"rows": {"3": {"leave_out": True}}}),
        (
            "2003-04-11,China,5,0,0\n2003-04-12,China,4,0,0\n",
            {"problems": {"cases_fall": "leave_out"}},
        ),
    ],
)
def test_same_file_again_changes_nothing_and_asks_nothing(
    session: Session, rows: str, decided: dict[str, Any]
) -> None:
    first = import_now(session, rows, decided)
    before = stored(session)
    checked = check_now(session, rows)
    again = import_now(session, rows)
    assert outcomes(checked) == outcomes(again)
    assert outcomes(again) == (0, 0, first.added + first.same, 0, 0)
    assert again.left_out == first.left_out
    assert {number for _, number in again.settled} == {first.import_id}
    assert stored(session) == before
    # Said once more it is no different.
    assert outcomes(import_now(session, rows, decided)) == outcomes(again)


PARTS = (
    "2003-04-11,China,20,1,0\n2003-04-11,China,5,1,0\n"
    "2003-04-12,China,2,3,0\n2003-04-12,China,4,5,0\n"
)


@pytest.mark.parametrize("problem", ["deaths", "cases_fall"])
@pytest.mark.parametrize("known", [False, True])
def test_sum_of_parts_that_was_left_out_with_others_is_left_out_again(
    session: Session, problem: str, known: bool
) -> None:
    first = import_now(session, PARTS, {"problems": {problem: "leave_out"}}, parts="sum")
    assert (first.added, first.summed, first.left_out) == (1, 2, 1)
    # The recipe says that parts are summed, or the person does.
    again = import_now(session, PARTS, **(AS_BEFORE if known else {"parts": "sum"}))
    assert outcomes(again) == (0, 0, 1, 0, 0)
    assert (again.summed, again.left_out) == (2, 1)
    assert again.settled == [(4, first.import_id)]
    assert stored(session) == {("China", "2003-04-11"): (25, 2, 0)}
    other = PARTS.replace("4,5,0", "40,5,0")
    assert import_now(session, other, parts="sum").added == 1


def test_sum_of_parts_under_a_near_name_is_left_out_again_while_it_waits(
    session: Session,
) -> None:
    create_country(session, "United States")
    rows = "2003-04-11,Untied States,20,1,0\n2003-04-11,Untied States,5,1,0\n"
    decided = {"problems": {"near_name": "leave_out"}}
    first = import_now(session, rows, decided, parts="sum")
    again = import_now(session, rows, parts="sum")
    assert (again.held, again.summed, again.left_out) == (0, 1, 1)
    assert again.settled == [(2, first.import_id)]
    names = {"names": {"Untied States": {"country": "United States"}}}
    named = import_now(session, rows, names, parts="sum")
    assert (named.added, named.left_out, named.settled) == (1, 0, [])


def test_new_counts_of_parts_that_were_left_out_are_left_out_again(session: Session) -> None:
    wanted = {"parts": "sum", "counting": "new"}
    rows = PARTS.replace("04-12,China,4,5", "04-12,China,4,90")
    rows += "2003-04-13,China,200,0,0\n"
    first = import_now(session, rows, {"problems": {"deaths": "leave_out"}}, **wanted)
    assert (first.added, first.summed, first.left_out) == (2, 2, 1)
    again = import_now(session, rows, **wanted)
    assert outcomes(again) == (0, 0, 2, 0, 0)
    assert (again.summed, again.left_out) == (2, 1)


def test_counts_of_the_register_that_were_kept_are_kept_again(session: Session) -> None:
    import_now(session, CHINA.format(5))
    first = import_now(session, CHINA.format(7), {"rows": {"2": {"existing": "register"}}})
    again = import_now(session, CHINA.format(7))
    assert (again.changed, again.left_out, again.settled) == (0, 1, [(2, first.import_id)])
    assert stored(session) == {("China", "2003-04-12"): (5, 0, 0)}


def test_counts_of_the_file_are_asked_for_again_once_the_register_was_corrected(
    session: Session,
) -> None:
    import_now(session, CHINA.format(5))
    decided = {"rows": {"2": {"existing": "file"}}}
    import_now(session, CHINA.format(7), decided, existing="ask")
    import_now(session, CHINA.format(8))
    again = import_now(session, CHINA.format(7), existing="ask")
    assert (again.changed, again.held, again.settled) == (0, 1, [])


def test_lines_left_out_beside_others_stand_when_they_come_alone(session: Session) -> None:
    import_now(session, TWO, {"problems": {"conflict": "last"}})
    alone = check_now(session, CHINA.format(1))
    assert (alone.changed, alone.left_out, alone.settled) == (1, 0, [])


def test_only_as_many_lines_are_settled_as_were(session: Session) -> None:
    first = import_now(session, TWO, VIET_NAM)
    again = check_now(session, TWO + CHINA.format(9))
    assert again.settled == [(3, first.import_id)]
    assert (again.held, again.same) == (2, 1)


def test_what_was_undone_is_not_remembered_until_it_is_done_again(session: Session) -> None:
    first = import_now(session, TWO, VIET_NAM)
    undone = take_back(session, first)
    assert check_now(session, TWO).held == 2
    redone = undo(session, undone, MINA).id
    session.commit()
    assert check_now(session, TWO).settled == [(3, first.import_id)]
    undo(session, redone, MINA)
    session.commit()
    assert check_now(session, TWO).settled == []


def test_newer_decision_counts_more(session: Session) -> None:
    import_now(session, TWO, VIET_NAM)
    report = import_now(session, TWO, {"rows": {"3": {"leave_out": True}}})
    assert (report.same, report.left_out, report.settled) == (1, 1, [])
    again = check_now(session, TWO)
    assert (again.left_out, again.settled) == (1, [(3, report.import_id)])
    # As the file says, for once and from then on.
    assert check_now(session, TWO, {"rows": {"3": {}}}).held == 2
    import_now(session, TWO, {"rows": {"3": {}}})
    assert check_now(session, TWO).held == 2


def test_other_outbreaks_and_refused_imports_are_not_remembered(session: Session) -> None:
    rows = TWO + "2003-04-13,China,x,0,0\n"
    assert import_now(session, rows, VIET_NAM, on_problem="abort").status == "refused"
    assert check_now(session, TWO).held == 2


def test_country_that_fits_is_remembered_line_by_line(session: Session, real_file: Path) -> None:
    first = import_now(session, real_file, {"problems": {"conflict": "suggestion"}})
    kept = session.scalars(select(ImportDecision).where(ImportDecision.kind == "row")).all()
    assert [(one.key, one.value) for one in kept] == [("385", {"country": "Viet Nam"})]
    again = import_now(session, real_file)
    assert outcomes(again) == (0, 0, 2538, 0, 0)
    assert again.settled == [(385, first.import_id)]


def test_name_that_was_decided_needs_no_decision_again(session: Session) -> None:
    create_country(session, "United States")
    rows = "2003-04-12,Untied States,1,0,0\n"
    first = import_now(session, rows, {"names": {"Untied States": {"country": "United States"}}})
    assert import_now(session, rows).same == 1
    # An undo leaves the directory as it is.
    take_back(session, first)
    assert import_now(session, rows).added == 1


def test_name_of_another_country_means_the_same_again_in_such_a_file(session: Session) -> None:
    create_country(session, "Congo")
    create_country(session, "Zaire")
    rows = "2003-04-12,Congo,1,0,0\n"
    first = import_now(session, rows, {"names": {"Congo": {"country": "Zaire"}}})
    again = import_now(session, rows)
    assert (outcomes(again), again.settled_names) == (
        (0, 0, 1, 0, 0),
        [("Congo", "Zaire", first.import_id)],
    )
    # Not in another kind of file, not where it is said otherwise, not once it is undone.
    other = b"date,country,cases,deaths\n2003-04-12,Congo,1,0\n"
    assert check_now(session, other).added == 1
    assert check_now(session, rows, {"names": {"Congo": {"country": "Congo"}}}).added == 1
    take_back(session, first)
    later = import_now(session, rows)
    assert (later.settled_names, set(stored(session))) == ([], {("Congo", "2003-04-12")})


DAILY = "date;country;new cases;new deaths\n{}.04.2003;China;{};0\n{}.04.2003;China;{};0\n"


def test_file_with_the_same_heading_is_read_the_same(session: Session) -> None:
    wishes = {"parts": "sum", "counting": "new", "date_format": "dd.mm.yyyy"}
    first = import_now(session, DAILY.format(10, 2, 10, 3).encode(), **wishes)
    assert (first.recipe, first.wishes) == (None, wishes)
    later = import_now(session, DAILY.format(11, 1, 12, 4).encode(), **AS_BEFORE)
    assert (later.recipe, later.wishes) == (first.import_id, wishes)
    assert stored(session) == {
        ("China", "2003-04-10"): (5, 0, None),
        ("China", "2003-04-11"): (6, 0, None),
        ("China", "2003-04-12"): (10, 0, None),
    }
    # Only where it was not said otherwise, and where it was asked for.
    said = {"parts": "hold", "said": frozenset({"parts"})}
    assert import_now(session, DAILY.format(13, 1, 13, 4).encode(), **said).held == 2
    assert check_now(session, DAILY.format(13, 1, 14, 4).encode(), counting="new").recipe is None


def test_other_headings_and_undone_imports_are_no_recipe(session: Session) -> None:
    first = import_now(session, CHINA.format(5), existing="register")
    later = check_now(session, CHINA.format(6), **AS_BEFORE)
    assert (later.recipe, later.left_out) == (first.import_id, 1)
    other = b"date,country,cases,deaths\n2003-04-12,China,6,0\n"
    assert check_now(session, other, **AS_BEFORE).recipe is None
    take_back(session, first)
    assert check_now(session, CHINA.format(6), **AS_BEFORE).recipe is None
