"""What the records list understands of an address, and what it says about the rest."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models import Country, CountryAlias, Outbreak
from app.models.names import fold_country
from app.services.records_list.asked import (
    COLUMNS,
    END,
    NEWEST_FIRST,
    Place,
    RecordQuery,
    SortKey,
    Span,
)
from app.services.records_list.grammar import read_address
from app.services.records_list.numbers import Count
from app.services.records_list.pages import read_page

Pairs = list[tuple[str, str]]


@pytest.fixture
def countries(session: Session) -> None:
    """Three countries, with other ways to write their names."""
    for name, slug, code, *aliases in (
        ("Viet Nam", "viet-nam", "VNM", "Vietnam", "베트남"),
        ("Canada", "canada", "CAN", "캐나다"),
        ("Côte d'Ivoire", "cote-d-ivoire", "CIV", "Ivory Coast"),
    ):
        country = Country(name=name, slug=slug, code=code)
        spellings = {fold_country(spelling) for spelling in (name, *aliases)}
        country.aliases = [CountryAlias(alias=spelling) for spelling in spellings]
        session.add(country)
    session.flush()


def read(session: Session, *pairs: tuple[str, str]) -> tuple[RecordQuery, list[str]]:
    """Read an address and return its warnings as text."""
    query, warnings = read_address(session, pairs)
    return query, [str(warning) for warning in warnings]


@pytest.mark.usefixtures("countries")
@pytest.mark.parametrize(
    "written",
    ["viet-nam", "VNM", "vnm", "Viet Nam", "VIET  NAM", "Vietnam", "viet_nam", "베트남"],
)
def test_country_is_found_by_any_of_its_names(session: Session, written: str) -> None:
    query, warnings = read(session, ("country", written))
    assert [country.slug for country in query.countries] == ["viet-nam"]
    assert warnings == []


@pytest.mark.usefixtures("countries")
def test_letters_composed_otherwise_are_the_same_name(session: Session) -> None:
    query, _ = read(session, ("country", "Co\u0302te d'Ivoire"), ("country", "cote d’ivoire"))
    assert [country.name for country in query.countries] == ["Côte d'Ivoire"]


@pytest.mark.usefixtures("countries")
def test_repeated_country_means_or(session: Session) -> None:
    query, _ = read(session, ("country", "canada"), ("country", "VNM"), ("country", "Canada"))
    assert [country.slug for country in query.countries] == ["canada", "viet-nam"]


READ: list[tuple[Pairs, dict[str, object]]] = [
    ([("from", "2003-04-01"), ("to", "30 Apr 2003")],
     {"first": dt.date(2003, 4, 1), "last": dt.date(2003, 4, 30)}),
    ([("cases_min", "1,000"), ("cases_max", "2000")], {"cases": Span(1000, 2000)}),
    ([("deaths_min", "0")], {"deaths": Span(0)}),
    ([("recoveries_max", "５")], {"recoveries": Span(None, 5)}),
    ([("q", "  land ")], {"text": "land"}),
    ([("sort", "date")], {"sort": (SortKey("date"), SortKey("country"))}),
    ([("sort", "-country")], {"sort": (SortKey("country", True), SortKey("date", True))}),
    ([("sort", "-cases")], {"sort": (SortKey("cases", True), SortKey("id", True))}),
    ([("sort", "-date,-cases,deaths")],
     {"sort": (SortKey("date", True), SortKey("cases", True), SortKey("deaths"), SortKey("id"))}),
    ([("sort", "country,date,cases")], {"sort": (SortKey("country"), SortKey("date"))}),
    ([("per", "100")], {"per": 100}),
    ([("cols", "date,cases")], {"columns": ("date", "cases")}),
    ([("cols", "date"), ("cols", "new")], {"columns": ("date", "new")}),
    ([("after", "2003-04-12,385")], {"place": Place("after", "2003-04-12,385")}),
    ([("before", "end")], {"place": END}),
    ([("at", "12 April 2003")], {"place": Place("at", "2003-04-12")}),
    ([("country", ""), ("from", " "), ("cases_min", "")], {}),
    ([("lang", "ko"), ("theme", "dark"), ("bom", "0")], {}),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "asked"), READ)
def test_address_is_read(session: Session, pairs: Pairs, asked: dict[str, object]) -> None:
    query, warnings = read(session, *pairs)
    for name, value in asked.items():
        assert getattr(query, name) == value
    assert warnings == []


WARNED: list[tuple[Pairs, str]] = [
    ([("colour", "red")], "'colour' is left out: the list knows no such word."),
    ([("country[]", "canada")], "'country[]' is left out: the list knows no such word."),
    ([("country", "Atlantis")], "There is no country called 'Atlantis'."),
    ([("from", "yesterday")], "from is left out: 'yesterday' is not a date."),
    ([("from", "2003-02-30")], "from is left out: '2003-02-30' is not a day of the calendar."),
    ([("to", "3/4/2003")], "to is left out: '3/4/2003' could be two days."),
    ([("from", "2003-05-01"), ("to", "2003-04-01")], "The first and the last day are exchanged."),
    ([("cases_min", "-1")], "cases_min is left out: '-1' is below zero."),
    ([("cases_min", "many")], "cases_min is left out: 'many' is not a number."),
    ([("cases_max", "1" + "0" * 30)], "cases_max is left out: "),
    ([("deaths_min", "9" * 6000)], "deaths_min is left out: "),
    ([("cases_min", "5"), ("cases_max", "4")], "The least and the most cases are exchanged."),
    ([("sort", "colour")], "The list cannot be sorted by 'colour'."),
    ([("sort", "date; DROP TABLE record")], "The list cannot be sorted by "),
    ([("per", "10")], "A page has 25, 50, 100 or 200 rows: 25 are shown."),
    ([("per", "100000")], "A page has 25, 50, 100 or 200 rows: 200 are shown."),
    ([("per", "abc")], "per is left out: 'abc' is not a number."),
    ([("per", "25"), ("per", "50")], "per is given more than once: the last one counts."),
    ([("cols", "date,banners")], "There is no column called 'banners'."),
    ([("q", "a\x00b")], "q is left out: it cannot be read."),
    ([("q", "x" * 300)], "The text is cut to 200 characters."),
    ([("imported", "7")], "There is no import 7."),
    ([("imported", "9" * 40)], "imported is left out: "),
    ([("changed_by", "nobody")], "There is no user called 'nobody'."),
    ([("outbreak", "plague")], "There is no outbreak called 'plague'."),
    ([("x" * 5000, "1")], "'" + "x" * 37 + "..."),
]


@pytest.mark.parametrize(("pairs", "warning"), WARNED, ids=lambda value: str(value)[:30])
def test_what_cannot_be_read_is_told_and_left_out(
    session: Session, pairs: Pairs, warning: str
) -> None:
    _query, warnings = read(session, *pairs)
    assert len(warnings) == 1
    assert warnings[0].startswith(warning)


def test_thousands_of_parameters_make_few_warnings(session: Session) -> None:
    _query, warnings = read(session, *((f"word{number}", "1") for number in range(3000)))
    assert len(warnings) == 10


@pytest.mark.usefixtures("countries")
def test_very_many_countries_are_found(session: Session) -> None:
    names = [("country", f"nowhere {number}") for number in range(250)]
    query, _ = read(session, *names, ("country", "canada"))
    assert [country.slug for country in query.countries] == ["canada"]


def addresses() -> Iterator[tuple[Pairs, str]]:
    """Yield addresses and how they are written when every default is left out."""
    yield [], ""
    yield [("sort", "-date,country"), ("per", "50"), ("cols", ",".join(COLUMNS))], ""
    yield [("sort", "-date")], ""
    yield [("sort", "country,-date")], "sort=country"
    yield [("sort", "-cases"), ("per", "25")], "sort=-cases per=25"
    yield [("to", "2003-04-30"), ("from", "2003-4-1")], "from=2003-04-01 to=2003-04-30"
    yield [("cols", "cases"), ("cols", "date")], "cols=cases,date"


@pytest.mark.parametrize(("pairs", "written"), list(addresses()))
def test_defaults_are_left_out_of_addresses(session: Session, pairs: Pairs, written: str) -> None:
    query, _ = read(session, *pairs)
    assert " ".join(f"{name}={value}" for name, value in query.pairs()) == written
    assert read(session, *query.pairs())[0] == query


def test_without_any_outbreak_the_list_is_empty_not_broken(session: Session) -> None:
    session.execute(delete(Outbreak))
    query, warnings = read(session)
    assert (query.sort, warnings) == (NEWEST_FIRST, [])
    assert read_page(session, query).total == Count(0)
