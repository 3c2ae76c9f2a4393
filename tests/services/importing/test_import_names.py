"""What people decide about names: slips of the pen, countries of their own, other countries."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country
from app.services.countries import add_alias
from app.services.directory import create_country, find_country
from app.services.importing import ImportRefused
from tests.support.imports import import_now, stored

CHINA = "2003-04-12,China,1,0,0\n"


def key(name: str, day: int = 12) -> tuple[str, str]:
    return name, f"2003-04-{day:02}"


def test_near_name_is_decided_once_and_remembered(session: Session) -> None:
    create_country(session, "United States")
    rows = "2003-04-12,Untied States,1,0,0\n"
    assert import_now(session, rows).held == 1
    report = import_now(session, rows, {"names": {"Untied States": {"country": "United States"}}})
    assert (report.added, report.held) == (1, 0)
    later = import_now(session, "2003-04-13,untied states,2,0,0\n")
    assert (later.added, later.held) == (1, 0)
    assert set(stored(session)) == {key("United States"), key("United States", 13)}


def test_near_name_is_a_country_of_its_own(session: Session) -> None:
    create_country(session, "United States")
    rows = "2003-04-12,Untied States,1,0,0\n"
    report = import_now(session, rows, {"names": {"Untied States": {"new": True}}})
    assert report.new_countries == ["Untied States"]
    assert stored(session) == {key("Untied States"): (1, 0, 0)}


def test_near_names_can_be_left_out(session: Session) -> None:
    create_country(session, "United States")
    rows = "2003-04-12,Untied States,1,0,0\n"
    report = import_now(session, rows, {"problems": {"near_name": "leave_out"}})
    assert (report.held, report.left_out, report.problems) == (0, 1, {"near_name": 1})


def test_decided_name_of_another_country_is_meant_for_this_file_only(session: Session) -> None:
    congo = create_country(session, "Congo")
    add_alias(session, congo, "The Congo")
    rows = "2003-04-12,The Congo,1,0,0\n"
    import_now(session, rows, {"names": {"The Congo": {"country": "Zaire"}}})
    assert [name for name, _ in stored(session)] == ["Zaire"]
    found = find_country(session, "The Congo")
    assert found is not None
    assert found.name == "Congo"


def test_name_that_stood_only_on_a_decided_line_becomes_no_country(session: Session) -> None:
    import_now(session, "2003-04-12,Chinna Town,1,0,0\n", {"rows": {"2": {"country": "China"}}})
    assert session.scalars(select(Country.name)).all() == ["China"]


def test_decided_name_that_can_be_none_is_refused(session: Session) -> None:
    with pytest.raises(ImportRefused, match="can be no name"):
        import_now(session, CHINA, {"names": {"China": {"country": "123"}}})


def test_new_countries_are_created_in_the_order_of_the_file(session: Session) -> None:
    rows = "".join(f"2003-04-12,{name},1,0,0\n" for name in ("Vietnam", "China", "Taiwan", "China"))
    import_now(session, rows)
    names = session.scalars(select(Country.name).order_by(Country.id))
    assert names.all() == ["Vietnam", "China", "Taiwan"]
