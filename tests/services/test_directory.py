"""Which country a name in a file means."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, event, func, select
from sqlalchemy.orm import Session

from app.models import Country, CountryAlias, Outbreak
from app.services import directory
from app.services.cells import Unreadable
from app.services.directory import DuplicateCountry, resolve_names
from app.services.reference import loose_key, territories

# What files of WHO, ECDC, Johns Hopkins, Our World in Data and the World Bank write -> code.
SPELLINGS = {
    "Hong Kong SAR, China": "HKG", "Macao SAR, China": "MAC", "Taiwan, China": "TWN",
    "Republic of Ireland": "IRL", "Republic of Korea": "KOR", "Viet Nam": "VNM",
    "Vietnam": "VNM", "VIET  NAM": "VNM", "United States of America": "USA", "USA": "USA",
    "US": "USA", "U.S.A.": "USA", "UK": "GBR", "The United Kingdom": "GBR",
    "Russian Federation": "RUS", "Korea, South": "KOR", "Korea, Rep.": "KOR",
    "Iran (Islamic Republic of)": "IRN", "Iran, Islamic Rep.": "IRN", "Lao PDR": "LAO",
    "Côte d'Ivoire": "CIV", "Cote d’Ivoire": "CIV", "Cote_dIvoire": "CIV", "Ivory Coast": "CIV",
    "Taiwan*": "TWN", "Burma": "MMR", "Congo (Kinshasa)": "COD", "Congo": "COG",
    "Democratic Republic of Congo": "COD", "Holy See": "VAT", "West Bank and Gaza": "PSE",
    "Bolivia (Plurinational State of)": "BOL", "Kosovo[1]": "XKK", "Bahamas, The": "BHS",
    "United_Republic_of_Tanzania": "TZA", "Guinea_Bissau": "GNB", "Faeroe Islands": "FRO",
    "Micronesia (country)": "FSM", "Saint Martin (French part)": "MAF", "Czech Republic": "CZE",
    "St. Kitts and Nevis": "KNA", "Trinidad and Tobago": "TTO", "Turkiye": "TUR",
    "Curacao": "CUW", "캐나다": "CAN", "한국": "KOR", "CAN": "CAN", "canada\u200b": "CAN",
}  # fmt: skip

NEAR_MISSES = {
    "Untied States": "United States", "Viet Nma": "Vietnam", "Germny": "Germany",
    "Phillipines": "Philippines", "Philipines": "Philippines", "Switzerlnad": "Switzerland",
    "Afganistan": "Afghanistan", "Lichtenstein": "Liechtenstein", "Chna": "China",
    "Chian": "China", "Columbia": "Colombia", "Marocco": "Morocco", "Singapour": "Singapore",
    "Venezuala": "Venezuela", "Azerbajan": "Azerbaijan", "Kazakstan": "Kazakhstan",
    "Unted Kingdom": "United Kingdom", "Kingdom of Sweeden": "Sweden",
    "Federal Republic of Germany": "Germany", "Rumania": "Romania", "Irna": "Iran",
    "Iraan": "Iran", "Itlay": "Italy", "Brasil": "Brazil", "Noth Korea": "North Korea",
    "South Afrcia": "South Africa", "NewZealand": "New Zealand",
    "Hong Kong SAR, Chnia": "Hong Kong SAR China", "Saudia Arabia": "Saudi Arabia",
    "Papua New Guniea": "Papua New Guinea", "Austrlia": "Australia",
    "Domincan Republic": "Dominican Republic", "Etiopia": "Ethiopia", "Isreal": "Israel",
    "Luxemburg": "Luxembourg", "Сanada": "Canada", "Cura\ufffdao": "Curaçao",
}  # fmt: skip

NEW = (
    "Ruritania", "Area 12", "Area 13", "Region IV", "Region VI", "Perm", "Bali", "Lagos", "Oran",
    "Tasmania", "Cambria", "Dagestan", "Republic of Dagestan", "Tatarstan", "Bavaria", "Alabama",
    "Maine", "Indiana", "Nevada", "Queensland", "South Australia", "British Columbia", "Aragon",
    "Galicia", "Calabria", "Karelia", "Tirol", "Somaliland", "Serbia and Montenegro",
    "North Carolina", "South Carolina", "East Java", "West Java", "Diamond Princess", "Europe",
    "World", "Freedonia", "Wakanda", "Holland Park", "서울",
)  # fmt: skip

NO_NAMES = (
    "", "   ", "-", "N/A", "null", "12", "?!", "Can\x00ada", "Can\x0bada", "Can\x85ada",
    "Can\u2028ada", "\u202eadanaC", "\u2066Canada\u2069", "\ud800", "x" * 201, "ﷺ" * 30,
)  # fmt: skip


def test_spellings_of_the_usual_sources_are_known(session: Session) -> None:
    resolution = resolve_names(session, SPELLINGS, create=True)
    codes = dict(session.execute(select(Country.id, Country.code)).all())
    assert {name: codes[country_id] for name, country_id in resolution.ids.items()} == SPELLINGS


def test_two_spellings_of_a_territory_are_one_country(session: Session) -> None:
    names = ["Viet Nam", "Vietnam", "VNM", "베트남", "viet_nam"]
    resolution = resolve_names(session, names, create=True)
    assert set(resolution.ids) == set(names)
    assert session.scalars(select(Country.name)).all() == ["Viet Nam"]


def test_vietnam_after_viet_nam_is_found(session: Session) -> None:
    country = directory.create_country(session, "Viet Nam")
    assert directory.find_country(session, "Vietnam") is country
    assert resolve_names(session, ["Vietnam"], create=True).ids == {"Vietnam": country.id}


def test_existing_country_is_not_created_again(session: Session) -> None:
    country = directory.create_country(session, "Viet Nam")
    with pytest.raises(DuplicateCountry, match="Viet Nam") as caught:
        directory.create_country(session, "Vietnam")
    assert caught.value.country is country


def test_country_keeps_its_name_as_written(session: Session) -> None:
    country = directory.create_country(session, "  Hong Kong   SAR, China ")
    assert (country.name, country.slug) == ("Hong Kong SAR, China", "hong-kong-sar-china")


def test_bare_code_gets_the_english_name(session: Session) -> None:
    assert directory.create_country(session, "KOR").name == "South Korea"


def test_country_outside_the_reference_has_no_code(session: Session) -> None:
    assert directory.create_country(session, "Ruritania").code is None


def test_slips_are_near_misses(session: Session) -> None:
    resolution = resolve_names(session, NEAR_MISSES, create=True)
    assert {name: near[0] for name, near in resolution.near.items()} == NEAR_MISSES
    assert not resolution.ids


def test_other_names_are_new_countries(session: Session) -> None:
    resolution = resolve_names(session, NEW, create=True)
    assert resolution.near == {}
    assert resolution.new == {name: name for name in NEW}
    names = dict(session.execute(select(Country.id, Country.name)).all())
    assert {names[country_id] for country_id in resolution.ids.values()} == set(NEW)


def test_countries_of_similar_names_are_each_known(session: Session) -> None:
    names = (
        *("Niger", "Nigeria", "Oman", "Romania", "Mali", "Malawi", "Iran", "Iraq", "Austria"),
        *("Australia", "Dominica", "Dominican Republic", "Slovakia", "Slovenia", "Guinea"),
        *("Guinea-Bissau", "Georgia", "Gambia", "Zambia", "Ireland", "Iceland"),
    )
    resolution = resolve_names(session, names, create=True)
    assert len(set(resolution.ids.values())) == len(names)


def test_what_is_no_name_is_refused_with_a_reason(session: Session) -> None:
    resolution = resolve_names(session, NO_NAMES, create=True)
    assert set(resolution.refused) == set(NO_NAMES)
    assert all(map(str, resolution.refused.values()))
    assert session.scalar(select(func.count()).select_from(Country)) == 0


def test_country_without_a_name_is_not_created(session: Session) -> None:
    with pytest.raises(Unreadable, match="no letters"):
        directory.create_country(session, "2003-04-12")


@pytest.mark.parametrize("name", ["A", "Ü", "12", "?"])
def test_name_of_a_letter_is_near_nothing(session: Session, name: str) -> None:
    assert resolve_names(session, [name], create=False).near == {}


def test_near_miss_of_a_country_only_the_register_knows(session: Session) -> None:
    directory.create_country(session, "Ruritania")
    assert resolve_names(session, ["Ruritanai"], create=False).near == {"Ruritanai": ("Ruritania",)}


def test_near_miss_offers_the_name_the_register_uses(session: Session) -> None:
    directory.create_country(session, "Viet Nam")
    near = resolve_names(session, ["Vietnma"], create=False).near
    assert near == {"Vietnma": ("Viet Nam",)}


def test_dry_run_creates_nothing(session: Session) -> None:
    resolution = resolve_names(session, ["Ruritania", "RURITANIA", "Canada"], create=False)
    assert resolution.new == {
        "Ruritania": "Ruritania",
        "RURITANIA": "Ruritania",
        "Canada": "Canada",
    }
    assert not resolution.ids
    assert session.scalar(select(func.count()).select_from(Country)) == 0


def test_alias_given_to_another_country_stays_there(session: Session) -> None:
    ruritania = directory.create_country(session, "Ruritania")
    session.add(CountryAlias(alias="Holy See", country=ruritania))
    session.flush()
    vatican = directory.create_country(session, "Vatican City")
    assert vatican.code == "VAT"
    assert directory.find_country(session, "holy see") is ruritania


def test_slugs_differ_where_names_do(session: Session) -> None:
    names = ["Côte Rôtie", "Cote-Rotie", "Cote: Rotie", "À" * 200, "A" * 199 + "!"]
    resolve_names(session, names, create=True)
    slugs = session.scalars(select(Country.slug).order_by(Country.id)).all()
    assert len(set(slugs)) == len(names)
    assert {"cote-rotie", "cote-rotie-2", "cote-rotie-3"} < set(slugs)


def test_ten_thousand_names_take_few_queries(session: Session) -> None:
    directory.create_country(session, "Canada")
    statements: list[str] = []
    event.listen(
        session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    names = [
        f"Place {''.join(chr(97 + int(digit)) * 3 for digit in str(n))}" for n in range(10_000)
    ]
    resolution = resolve_names(session, [*names, "Canada"], create=True)
    assert len(resolution.ids) == 10_001
    # Aliases, codes, known spellings, slugs, taken aliases, and the inserts in batches.
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(selects) <= 7


def test_default_outbreak_is_there_from_the_start(session: Session) -> None:
    outbreak = directory.default_outbreak(session)
    assert (outbreak.slug, outbreak.counting) == ("outbreak", "cumulative")


def test_default_outbreak_is_the_one_marked_so(session: Session) -> None:
    directory.default_outbreak(session).is_default = False
    session.flush()
    session.add(Outbreak(slug="sars", name="SARS", is_default=True))
    session.flush()
    assert directory.default_outbreak(session).slug == "sars"


def test_default_outbreak_is_made_where_there_is_none(
    session: Session, reload: Callable[[], Session]
) -> None:
    session.execute(delete(Outbreak))
    outbreak = directory.default_outbreak(session)
    session.commit()
    found = directory.get_outbreak(reload(), "outbreak")
    assert found is not None
    assert (found.id, found.is_default) == (outbreak.id, True)


def test_country_called_like_a_page_gets_another_address(session: Session) -> None:
    assert directory.create_country(session, "New").slug == "new-2"


def test_no_spelling_of_the_reference_means_two_territories() -> None:
    meanings: dict[str, set[str]] = {}
    for territory in territories().values():
        for spelling in territory.spellings:
            meanings.setdefault(loose_key(spelling), set()).add(territory.code)
    assert {key: codes for key, codes in meanings.items() if len(codes) > 1} == {}
