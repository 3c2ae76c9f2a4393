"""How public data sets head their columns: which heading means which field."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Counting = Literal["cumulative", "new"]


@dataclass(frozen=True)
class Meaning:
    """What a heading means; of two headings for one field the lower rank is right."""

    field: str
    rank: int = 0
    # Whether it says that its counts are totals so far, or new ones; None is either.
    counting: Counting | None = None


# Folded by fold(). The names of the first SARS register, Johns Hopkins, WHO, ECDC, Our World in
# Data, Kaggle and Korean files.
_DATES = (
    "date", "report date", "date reported", "date of report", "reporting date", "observation date",
    "observationdate", "daterep", "날짜", "일자", "기준일", "기준일자", "보고일",
)  # fmt: skip
# Beside one of those above they tell something else: when a row was touched, a part of the date.
_OTHER_DATES = ("last update", "lastupdate", "last updated", "day")
_COUNTRIES = (
    "country", "country name", "country region", "country or region", "country area",
    "country or area", "countriesandterritories", "countries and territories", "국가", "국가명",
    "나라",
)  # fmt: skip
_OTHER_COUNTRIES = ("location", "territory")
_EITHER = {
    "cases": (
        "cases", "confirmed", "confirmed cases", "number of cases", "확진자", "확진자수",
        "확진자 수",
    ),
    "deaths": (
        "deaths", "dead", "died", "number of deaths", "fatalities", "사망자", "사망자수",
        "사망자 수",
    ),
    "recoveries": (
        "recoveries", "recovered", "number recovered", "number of recoveries", "완치자", "완치자수",
        "격리해제",
    ),
}  # fmt: skip
_TOTALS = {
    "cases": (
        "total cases", "cases total", "cumulative cases", "cases cumulative", "total confirmed",
        "cumulative confirmed", "cumulative number of case s", "cumulative number of cases",
        "누적 확진자", "누적확진자", "누적 확진자 수",
    ),
    "deaths": (
        "total deaths", "deaths total", "cumulative deaths", "deaths cumulative",
        "cumulative number of deaths", "누적 사망자", "누적사망자", "누적 사망자 수",
    ),
    "recoveries": (
        "total recovered", "total recoveries", "cumulative recovered", "cumulative recoveries",
        "recovered total", "누적 완치자", "누적완치자",
    ),
}  # fmt: skip
_NEW = {
    "cases": (
        "new cases", "cases new", "daily cases", "cases daily", "new confirmed", "daily confirmed",
        "신규 확진자", "신규확진자",
    ),
    "deaths": (
        "new deaths", "deaths new", "daily deaths", "deaths daily", "신규 사망자", "신규사망자",
    ),
    "recoveries": ("new recovered", "new recoveries", "daily recovered", "daily recoveries"),
}  # fmt: skip
# Columns that name parts of a country: their rows are not the country's.
_PARTS = frozenset(
    (
        "province state", "province", "state", "state province", "admin1", "admin2", "admin 1",
        "admin 2", "region", "region name", "subregion", "sub region", "county", "district", "city",
        "prefecture", "department", "municipality", "시도", "시군구", "지역",
    )
)  # fmt: skip

MEANINGS: Mapping[str, Meaning] = {
    **{name: Meaning("date") for name in _DATES},
    **{name: Meaning("date", 1) for name in _OTHER_DATES},
    **{name: Meaning("country") for name in _COUNTRIES},
    **{name: Meaning("country", 1) for name in _OTHER_COUNTRIES},
    **{name: Meaning(field) for field, names in _EITHER.items() for name in names},
    **{name: Meaning(field, 0, "cumulative") for field, names in _TOTALS.items() for name in names},
    # Beside new counts, those of no certain kind are totals.
    **{name: Meaning(field, -1, "new") for field, names in _NEW.items() for name in names},
}


def fold(name: str) -> str:
    """Return a heading without case, blanks, underscores and other marks."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", " ", plain).strip()


def names_for(field: str) -> list[str]:
    """Return the folded headings that mean a field, leaving out those of new counts."""
    return [
        name
        for name, meaning in MEANINGS.items()
        if meaning.field == field and meaning.counting != "new"
    ]


def is_part(folded: str) -> bool:
    """Tell whether a heading names parts of a country."""
    return folded in _PARTS


def told_counting(folded: Sequence[str]) -> Counting | None:
    """Tell from the headings whether the counts of a file are totals or new ones."""
    kinds = [
        meaning.counting
        for name in folded
        if (meaning := MEANINGS.get(name)) and meaning.field == "cases"
    ]
    if "cumulative" in kinds:
        return "cumulative"
    # ECDC's daily files head new counts with nothing but "cases".
    if {"daterep", "countriesandterritories"}.issubset(folded):
        return "new"
    return "new" if kinds and None not in kinds else None
