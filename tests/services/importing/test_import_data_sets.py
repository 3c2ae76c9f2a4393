"""The public data sets people have: each is read by its own headings."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.importing import ImportRefused
from tests.support.clients import default_outbreak
from tests.support.imports import import_now, stored

GERMANY = {("Germany", "2020-03-17"): (7156, 13, 67)}
WITHOUT_RECOVERIES = {("Germany", "2020-03-17"): (7156, 13, None)}
KOREAN = {("독일", "2020-03-17"): (7156, 13, 67)}

SETS = {
    "johns hopkins": (
        (
            "FIPS,Admin2,Province_State,Country_Region,Last_Update,Lat,Long_,Confirmed,Deaths,Recovered,"
            "Active,Combined_Key"
        ),
        ",,,Germany,2020-03-17 23:45:00,51.1,10.4,7156,13,67,7076,Germany",
        GERMANY,
    ),
    "johns hopkins, first months": (
        "Province/State,Country/Region,Last Update,Confirmed,Deaths,Recovered",
        ",Germany,2020-03-17T18:53:02,7156,13,67",
        GERMANY,
    ),
    "kaggle, covid": (
        "SNo,ObservationDate,Province/State,Country/Region,Last Update,Confirmed,Deaths,Recovered",
        "1,03/17/2020,,Germany,2020-03-18 18:53:02,7156.0,13.0,67.0",
        GERMANY,
    ),
    "kaggle, sars": (
        "Date,Country,Cumulative number of case(s),Number of deaths,Number recovered",
        "2020-03-17,Germany,7156,13,67",
        GERMANY,
    ),
    "who": (
        (
            "\ufeffDate_reported, Country_code, Country, WHO_region, New_cases, Cumulative_cases, "
            "New_deaths, Cumulative_deaths"
        ),
        "2020-03-17,DE,Germany,EURO,1174,7156,1,13",
        WITHOUT_RECOVERIES,
    ),
    "our world in data": (
        (
            "iso_code,continent,location,date,total_cases,new_cases,new_cases_smoothed,total_deaths,"
            "new_deaths,new_deaths_smoothed,total_cases_per_million,reproduction_rate,icu_patients,"
            "total_tests,total_vaccinations,people_vaccinated,stringency_index,population,median_age"
        ),
        "DEU,Europe,Germany,2020-03-17,7156.0,1174.0,900.1,13.0,1.0,0.9,85.8,2.4,,,,,,83369840,46.6",
        WITHOUT_RECOVERIES,
    ),
    "korean": ("날짜,국가,확진자,사망자,완치자", "2020. 3. 17.,독일,7156,13,67", KOREAN),
}


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


@pytest.mark.parametrize("name", SETS)
def test_data_set_is_understood(session: Session, name: str) -> None:
    heading, row, said = SETS[name]
    report = import_now(session, f"{heading}\n{row}\n".encode())
    assert report.rows == []
    assert stored(session) == said


ECDC = (
    b"dateRep,day,month,year,cases,deaths,countriesAndTerritories,geoId,countryterritoryCode,"
    b"popData2019,continentExp\n"
    b"17/03/2020,17,3,2020,1174,1,Germany,DE,DEU,83019213,Europe\n"
    b"17/03/2020,17,3,2020,823,12,United_States_of_America,US,USA,329064917,America\n"
)


def daily(session: Session) -> None:
    default_outbreak(session).counting = "daily"


def test_ecdc_tells_new_counts_and_names_with_underscores(session: Session) -> None:
    daily(session)
    report = import_now(session, ECDC)
    assert report.understood["counting"] == "new"
    assert stored(session) == {
        ("Germany", "2020-03-17"): (1174, 1, None),
        ("United States of America", "2020-03-17"): (823, 12, None),
    }


NEW = b"date,country,new_cases,new_deaths\n2020-03-17,Germany,1174,1\n"
BOTH = b"date,country,new_cases,new_deaths,total_cases,total_deaths\n2020-03-17,Germany,3,1,9,4\n"


@pytest.mark.parametrize("content", [ECDC, NEW])
def test_new_counts_never_become_totals(session: Session, content: bytes) -> None:
    with pytest.raises(ImportRefused, match="what is new each day"):
        import_now(session, content)
    session.rollback()
    assert stored(session) == {}


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (NEW, {}, (1174, 1, None)),
        (BOTH, {"counting": "new"}, (3, 1, None)),
    ],
)
def test_new_counts_go_into_an_outbreak_that_counts_so(
    session: Session, content: bytes, options: dict[str, Any], said: tuple[int | None, ...]
) -> None:
    daily(session)
    import_now(session, content, **options)
    assert list(stored(session).values()) == [said]


def test_columns_of_parts_are_recognised(session: Session) -> None:
    heading, row, _ = SETS["johns hopkins"]
    report = import_now(session, f"{heading}\n{row}\n".encode())
    assert report.understood["parts"] == ["Admin2", "Province_State"]


def test_titles_above_the_heading_are_skipped(session: Session) -> None:
    content = b"SARS 2003\nfrom the ministry, by telephone\n\ndate,country,cases,deaths\n"
    report = import_now(session, content + b"2003-03-17,Germany,1,many\n")
    assert report.understood["heading_line"] == 4
    assert [row.line for row in report.rows] == [5]


def test_mapped_headings_are_found_below_a_title(session: Session) -> None:
    content = b"SARS 2003\nwhen,where,how many,dead\n2003-03-17,Germany,1,2\n"
    columns = {"when": "date", "where": "country", "how many": "cases"}
    import_now(session, content, columns=columns)
    assert stored(session) == {("Germany", "2003-03-17"): (1, 2, None)}
