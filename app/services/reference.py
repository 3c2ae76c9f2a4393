"""The countries and areas of the world as Unicode CLDR names them, with spellings of our own."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.models.names import fold_country

_DATA = Path(__file__).resolve().parent.parent / "data"

# "St. Lucia" and "Saint Lucia", "Bahamas, The" and "The Bahamas": words that name nothing.
_SAME_WORDS = {"st": "saint", "the": ""}


@dataclass(frozen=True)
class Territory:
    """A country or area: ISO 3166-1 alpha-3 code, names, and how else files write it."""

    code: str
    english: str
    korean: str
    aliases: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write it, its English name first, its code last."""
        return (self.english, self.korean, *self.aliases, self.code)


def loose_key(name: str) -> str:
    """Return the key of a name whose punctuation and small words do not count.

    "Guinea-Bissau" is "Guinea Bissau", "Trinidad & Tobago" is "Trinidad and Tobago".
    """
    plain = fold_country(name).replace("&", " and ")
    plain = re.sub(r"['.]", "", re.sub(r"\bst\.", "saint ", plain))
    words = re.sub(r"[\W_]+", " ", plain).split()
    return " ".join(filter(None, (_SAME_WORDS.get(word, word) for word in words)))


@cache
def territories() -> dict[str, Territory]:
    """Return the territories by code."""
    aliases = json.loads((_DATA / "country_aliases.json").read_text(encoding="utf-8"))
    countries = json.loads((_DATA / "countries.json").read_text(encoding="utf-8"))
    return {
        entry["code"]: Territory(
            entry["code"],
            entry["en"],
            entry["ko"],
            (*entry["aliases"], *aliases.get(entry["code"], ())),
        )
        for entry in countries
    }


@cache
def _by_key() -> dict[str, Territory]:
    return {
        loose_key(spelling): territory
        for territory in territories().values()
        for spelling in territory.spellings
    }


def find_territory(name: str) -> Territory | None:
    """Find the territory that a name, however punctuated, is a spelling of."""
    return _by_key().get(loose_key(name))
