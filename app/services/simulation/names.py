"""Names of countries that do not exist."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from app.services.near_names import KnownNames
from app.services.reference import territories

_CONSONANTS = "bdgklmnprstvz"
_LAST_CONSONANTS = "lmnrs"
_VOWELS = "aeiou"
# Coprime to the number of names: neighbours in the list sound nothing alike.
_STRIDE = 41_617


def country_names(count: int) -> list[str]:
    """Return so many invented names: pronounceable, each two letters away from any other.

    None comes close to a real country's name, so that an import takes all of them as new.
    """
    names = list(islice(_names(), count))
    if len(names) < count:
        raise ValueError(f"there are only {len(names):,} names for countries")
    return names


def _names() -> Iterator[str]:
    real = _real_names()
    consonants, vowels = len(_CONSONANTS), len(_VOWELS)
    total = consonants**3 * vowels**2
    for number in range(total):
        name = _spell((number * _STRIDE + 9_973) % total)
        if name[-1] in _LAST_CONSONANTS and not real.near(name):
            yield name


def _spell(number: int) -> str:
    """Spell a number as consonants and vowels in turn; the last of each is a check letter."""
    consonants, vowels = [], []
    for _ in range(3):
        number, rest = divmod(number, len(_CONSONANTS))
        consonants.append(rest)
    for _ in range(2):
        number, rest = divmod(number, len(_VOWELS))
        vowels.append(rest)
    consonants.append(-sum(consonants) % len(_CONSONANTS))
    vowels.append(-sum(vowels) % len(_VOWELS))
    letters = [
        _CONSONANTS[consonants[0]],
        *(
            _VOWELS[vowel] + _CONSONANTS[consonant]
            for vowel, consonant in zip(vowels, consonants[1:], strict=True)
        ),
    ]
    return "".join(letters).capitalize()


@cache
def _real_names() -> KnownNames:
    return KnownNames(
        (spelling, territory.english)
        for territory in territories().values()
        for spelling in territory.spellings
    )
