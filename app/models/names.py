"""How names are compared and turned into addresses."""

import re
import unicodedata

# The soft hyphen, marks without width, marks of the direction of writing.
_IGNORED = dict.fromkeys((0x00AD, 0x061C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))


def tidy(text: str) -> str:
    """Return a name as it is stored: NFC, no invisible marks, single blanks, trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_IGNORED).split())


def fold(text: str) -> str:
    """Return the key two names share when only case, blanks or Unicode form differ."""
    return tidy(unicodedata.normalize("NFKC", text)).casefold()


def fold_country(text: str) -> str:
    """Return the key of a country name: as `fold`, and accents and underscores do not count."""
    decomposed = unicodedata.normalize("NFKD", fold(text.replace("_", " ")))
    plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    # NFKD takes Korean syllables apart; NFC puts them together again.
    return tidy(plain.replace("’", "'"))


def slugify(text: str) -> str:
    """Return the name as part of an address: lower-case words joined by hyphens, letters kept."""
    return re.sub(r"[\W_]+", "-", fold_country(text)).strip("-") or "-"
