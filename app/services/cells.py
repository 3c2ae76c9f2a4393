"""How a typed or imported cell is read; forms and the importer agree because both read here."""

import datetime as dt
import re
import unicodedata
from urllib.parse import urlsplit

from app.models.names import tidy
from app.models.record import MAX_COUNT
from app.services.messages import Message, ServiceError

# Words and marks for "not reported".
BLANKS = frozenset({"", "-", "–", "—", "..", "n/a", "na", "n.a.", "null", "none", "."})
# A sign or none, a thousands sign, and a fraction of zeros.
_GROUPED = re.compile(r"(-?)\d{1,3}([,. '])\d{3}(?:\2\d{3})*((?!\2)[.,]0+|)")
# English names of months, as dates are written with them.
MONTHS = {
    month: number
    for number, names in enumerate(
        (
            ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"),
            ("may",), ("jun", "june"), ("jul", "july"), ("aug", "august"),
            ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for month in names
}  # fmt: skip


class Unreadable(ServiceError):
    """A cell cannot be read as what its column asks for."""


def read_count(text: str, thousands: str | None = None) -> int | None:
    """Read a count: digits of any script, thousands separated, "12.0"; a blank is None.

    `thousands` is the sign that separates them, or nothing; None lets anything do but the point.
    Raises Unreadable for anything negative, fractional, too large or not a number.
    """
    tidy = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if tidy.casefold() in BLANKS:
        return None
    tidy = _without_thousands(tidy, thousands)
    if re.fullmatch(r"-\s*0+", tidy):
        return 0
    if re.fullmatch(r"-\s*\d+([.,]\d+)?", tidy):
        raise Unreadable(
            Message("%(value)s is below zero. A count is 0 or more.", value=_show(text))
        )
    if re.fullmatch(r"\d+([.,]\d+)+", tidy):
        raise Unreadable(Message("%(value)s is not a whole number.", value=_show(text)))
    if not re.fullmatch(r"\d+", tidy) or _has_raised_digits(text):
        raise Unreadable(
            Message(
                "%(value)s is not a number. Leave it empty if there was no report.",
                value=_show(text),
            )
        )
    if len(tidy.lstrip("0")) > 10 or int(tidy) > MAX_COUNT:
        raise Unreadable(
            Message("%(value)s is larger than %(most)s.", value=_show(text), most=f"{MAX_COUNT:,}")
        )
    return int(tidy)


def _without_thousands(text: str, sign: str | None) -> str:
    """Take thousands signs and a fraction of zeros out of a number, where that is certain."""
    match = _GROUPED.fullmatch(text)
    if match and match[2] in (", '" if sign is None else sign):
        return match[1] + re.sub(r"\D", "", text.removeprefix(match[1]).removesuffix(match[3]))
    match = re.fullmatch(r"(-?\d+)([.,])(0+)", text)
    # 1.000 may be one, or a thousand as half of Europe writes it.
    if match and match[2] != sign and len(match[3]) != 3:
        return match[1]
    return text


def _has_raised_digits(text: str) -> bool:
    """Tell whether digits stand in it that are no figures: 1² is not twelve."""
    return any(character.isdigit() and not character.isdecimal() for character in text)


def read_date(text: str) -> dt.date:
    """Read one typed day: 2003-04-12, 20030412, 12 Apr 2003, April 12, 2003, 2003. 4. 12.

    Raises Unreadable for a day that does not exist and for 3/4/2003, which could be two days.
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    parts = re.findall(r"\d+|[^\W\d_]+", tidy)
    day = _numeric_day(tidy, parts) or _named_day(parts)
    if day is None:
        raise Unreadable(
            Message("%(value)s is not a date. Write it as 2003-04-12.", value=_show(text))
        )
    year, month, number = day
    try:
        return dt.date(year, month, number)
    except ValueError:
        raise Unreadable(
            Message("%(value)s is not a day of the calendar.", value=_show(text))
        ) from None


def _numeric_day(tidy: str, parts: list[str]) -> tuple[int, int, int] | None:
    if re.fullmatch(r"\d{8}", tidy):
        return int(tidy[:4]), int(tidy[4:6]), int(tidy[6:])
    if re.fullmatch(r"\d{4}\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,2}\s*[.일]?", tidy):
        year, month, number = (int(part) for part in parts if part.isdigit())
        return year, month, number
    if re.fullmatch(r"\d{1,2}[-./]\d{1,2}[-./]\d{4}", tidy):
        first, second, year = (int(part) for part in parts)
        if first != second and first <= 12 and second <= 12:
            raise Unreadable(
                Message(
                    "%(value)s could be two days. Write it as %(one)s or %(other)s.",
                    value=_show(tidy),
                    one=f"{year:04}-{first:02}-{second:02}",
                    other=f"{year:04}-{second:02}-{first:02}",
                )
            )
        return (year, first, second) if second > 12 else (year, second, first)
    return None


def _named_day(parts: list[str]) -> tuple[int, int, int] | None:
    names = [MONTHS[part.casefold()] for part in parts if part.casefold() in MONTHS]
    numbers = [part for part in parts if part.isdigit()]
    if len(parts) != 3 or len(names) != 1 or len(numbers) != 2:
        return None
    years = [int(number) for number in numbers if len(number) == 4]
    days = [int(number) for number in numbers if len(number) <= 2]
    return (years[0], names[0], days[0]) if len(years) == len(days) == 1 else None


def _show(text: str) -> str:
    """Quote a cell, cut to a length that fits a message."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def read_text(text: str, *, most: int, lines: bool = False) -> str:
    """Read a typed text of at most `most` characters, tidied; `lines` lets it have several.

    Raises Unreadable for characters that no keyboard types: NUL and other control characters,
    line ends inside a single line, marks that turn the direction of writing round.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    for character in kept:
        if _is_hidden(character) and not (lines and character in "\n\t"):
            raise Unreadable(
                Message(
                    "The character U+%(code)s cannot be kept. Delete it, or type the text again.",
                    code=f"{ord(character):04X}",
                )
            )
    tidied = unicodedata.normalize("NFC", kept) if lines else tidy(kept)
    if len(tidied) > most:
        raise Unreadable(
            Message(
                "%(length)s characters are too many. Write %(most)s at most.",
                length=f"{len(tidied):,}",
                most=f"{most:,}",
            )
        )
    return tidied


def read_link(text: str, *, most: int = 2000) -> str:
    """Read the address of a page elsewhere; Unreadable unless it is http or https."""
    link = read_text(text, most=most)
    try:
        parts = urlsplit(link)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        complete = False
    if not complete or " " in link:
        raise Unreadable(
            Message("%(value)s is not a link. Copy it whole, from https:// on.", value=_show(text))
        )
    return link


def read_email(text: str) -> str:
    """Read an email address: something, an @, and a name with a dot."""
    email = read_text(text, most=254)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email):
        raise Unreadable(
            Message(
                "%(value)s is not an email address. Write it as mina@example.org.",
                value=_show(text),
            )
        )
    return email


def _is_hidden(character: str) -> bool:
    # Cc: control, Cs: half a surrogate pair, Zl and Zp: line ends that only some programs see.
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    )
