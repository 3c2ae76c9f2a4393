"""Reads the parameters of a list's address; what cannot be read is told and left out."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.models import METRICS, Country, CountryAlias, Finding, Import, Outbreak, User
from app.models.names import fold, fold_country
from app.services.cells import Unreadable, read_count, read_date
from app.services.messages import Message
from app.services.records_list.asked import (
    COLUMNS,
    FLAGGED,
    NEWEST_FIRST,
    PAGE_SIZE,
    PAGE_SIZES,
    SORTS,
    Author,
    FlagFilter,
    ListedCountry,
    ListedOutbreak,
    Place,
    RecordQuery,
    SortKey,
    Span,
    complete,
)
from app.services.records_list.flags import filter_of
from app.services.records_list.prepared import run

# Read by others: the language, the colours, and whether a CSV begins with a byte-order mark.
NOT_OURS = frozenset({"lang", "theme", "bom"})
KNOWN = frozenset(
    {"country", "from", "to", "q", "sort", "per", "cols", "after", "before", "at"}
    | {"imported", "changed_by", "outbreak", "flag"}
    | {f"{metric}_{bound}" for metric in METRICS for bound in ("min", "max")}
)
MOST_WARNINGS = 10
LONGEST_TEXT = 200
# As many as an address of usual length can name.
MOST_COUNTRIES = 500
LONGEST_SHOWN = 40

Read = TypeVar("Read")


@dataclass
class _Parameters:
    """The parameters of one address, and what is to be said about them."""

    values: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)

    def warn(self, text: str, **values: object) -> None:
        """Say something about the address, each thing once and not without end."""
        message = Message(text, **values)
        if len(self.warnings) < MOST_WARNINGS and message not in self.warnings:
            self.warnings.append(message)

    def one(self, name: str) -> str:
        """Return a parameter that may stand once; blank when it is not there."""
        values = self.values.get(name, [""])
        if len(values) > 1:
            self.warn("%(name)s is given more than once: the last one counts.", name=name)
        return values[-1]

    def read(self, name: str, reader: Callable[[str], Read | None]) -> Read | None:
        """Read a parameter that may stand once; None when it is blank or cannot be read."""
        text = self.one(name)
        try:
            return reader(text) if text else None
        except Unreadable as error:
            self.warn("%(name)s is left out: %(reason)s", name=name, reason=str(error.message))
            return None


def read_address(
    session: Session, pairs: Iterable[tuple[str, str]]
) -> tuple[RecordQuery, list[Message]]:
    """Read what an address asks for, and what of it could not be understood."""
    parameters = _gather(pairs)
    query = RecordQuery(
        outbreak=_read_outbreak(session, parameters),
        countries=_read_countries(session, parameters),
        text=_read_text(parameters),
        imported=_read_import(session, parameters),
        changed_by=_read_author(session, parameters),
        flags=_read_flags(parameters),
        sort=_read_sort(parameters),
        per=_read_page_size(parameters),
        columns=_read_columns(parameters),
        place=_read_place(parameters),
        cases=_read_span(parameters, "cases"),
        deaths=_read_span(parameters, "deaths"),
        recoveries=_read_span(parameters, "recoveries"),
    )
    return _with_days(query, parameters), parameters.warnings


def _gather(pairs: Iterable[tuple[str, str]]) -> _Parameters:
    parameters = _Parameters()
    for name, written in pairs:
        value = written.strip()
        if name in NOT_OURS or (name in KNOWN and not value):
            continue
        if name not in KNOWN:
            parameters.warn("%(name)s is left out: the list knows no such word.", name=shown(name))
        elif "\x00" in value:
            parameters.warn("%(name)s is left out: it cannot be read.", name=name)
        else:
            parameters.values.setdefault(name, []).append(value)
    return parameters


def shown(text: str) -> str:
    """Quote something typed, cut to a length that fits a message."""
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "...")


def _read_outbreak(session: Session, parameters: _Parameters) -> ListedOutbreak:
    slug = parameters.one("outbreak")[:LONGEST_TEXT]
    found = run(session, "outbreaks", _outbreaks, {"slug": slug}).all()
    outbreaks = [ListedOutbreak(*row) for row in found]
    for outbreak in outbreaks:
        if outbreak.slug == slug:
            return outbreak
    if slug:
        parameters.warn("There is no outbreak called %(value)s.", value=shown(slug))
    return next((outbreak for outbreak in outbreaks if outbreak.is_default), ListedOutbreak())


def _outbreaks() -> Select[Any]:
    """Select the default outbreak and the one that is named."""
    names = ("id", "slug", "name", "counting", "is_default", "simulated")
    outbreak, finding = Outbreak.__table__, Finding.__table__
    flags = finding.c.outbreak_id == outbreak.c.id, finding.c.state.in_(FLAGGED)
    wanted = or_(outbreak.c.is_default, outbreak.c.slug == bindparam("slug"))
    return select(*(outbreak.c[name] for name in names), exists().where(*flags)).where(wanted)


def _read_countries(session: Session, parameters: _Parameters) -> tuple[ListedCountry, ...]:
    names = list(dict.fromkeys(parameters.values.get("country", ())))
    if len(names) > MOST_COUNTRIES:
        parameters.warn("Only the first %(most)s countries count.", most=MOST_COUNTRIES)
        names = names[:MOST_COUNTRIES]
    if not names:
        return ()
    folded = {name: fold_country(name[:LONGEST_TEXT]) for name in names}
    found = _find_countries(session, names, set(folded.values()))
    chosen: dict[int, ListedCountry] = {}
    for name in names:
        country = found.get(name) or found.get(name.upper()) or found.get(folded[name])
        if country is None:
            parameters.warn("There is no country called %(value)s.", value=shown(name))
        else:
            chosen[country.id] = country
    return tuple(chosen.values())


def _find_countries(
    session: Session, names: list[str], aliases: set[str]
) -> dict[str, ListedCountry]:
    """Return the countries by each slug, code or alias that was asked for."""
    found: dict[str, ListedCountry] = {}
    codes = [name.upper() for name in names if len(name) == 3]
    values = {"names": names, "codes": codes, "aliases": list(aliases)}
    for build in (_by_alias, _by_name):
        for id, slug, name, other in run(session, build, build, values):
            country = ListedCountry(id, slug, name)
            found[slug] = country
            if other:
                found[other] = country
    return found


def _by_name() -> Select[*tuple[Any, ...]]:
    named = Country.slug.in_(bindparam("names", expanding=True))
    coded = Country.code.in_(bindparam("codes", expanding=True))
    return select(Country.id, Country.slug, Country.name, Country.code).where(or_(named, coded))


def _by_alias() -> Select[*tuple[Any, ...]]:
    return (
        select(Country.id, Country.slug, Country.name, CountryAlias.alias)
        .join(CountryAlias, CountryAlias.country_id == Country.id)
        .where(CountryAlias.alias.in_(bindparam("aliases", expanding=True)))
    )


def _read_text(parameters: _Parameters) -> str:
    text = parameters.one("q")
    if len(text) > LONGEST_TEXT:
        parameters.warn("The text is cut to %(most)s characters.", most=LONGEST_TEXT)
    return text[:LONGEST_TEXT]


def _read_import(session: Session, parameters: _Parameters) -> int | None:
    number = parameters.read("imported", read_count)
    known = {"number": number}
    if number is None or run(session, _import, _import, known).one_or_none():
        return number
    parameters.warn("There is no import %(number)s.", number=number)
    return None


def _import() -> Select[Any]:
    return select(Import.id).where(Import.id == bindparam("number"))


def _read_author(session: Session, parameters: _Parameters) -> Author | None:
    name = parameters.one("changed_by")[:LONGEST_TEXT]
    if not name:
        return None
    row = run(session, _author, _author, {"name": fold(name)}).one_or_none()
    if row is None:
        parameters.warn("There is no user called %(value)s.", value=shown(name))
        return None
    return Author(*row)


def _author() -> Select[*tuple[Any, ...]]:
    return select(User.id, User.username).where(User.username_key == bindparam("name"))


def _read_flags(parameters: _Parameters) -> FlagFilter:
    words = list(dict.fromkeys(word.lower() for word in parameters.values.get("flag", ())))
    flags = filter_of(words)
    for word in set(words) - {"any", *flags.words}:
        parameters.warn("flag=%(value)s is left out.", value=shown(word))
    return flags


def _read_sort(parameters: _Parameters) -> tuple[SortKey, ...]:
    keys: list[SortKey] = []
    for word in filter(None, map(str.strip, parameters.one("sort").split(","))):
        key = SortKey(word.removeprefix("-").lower(), word.startswith("-"))
        if key.name not in SORTS:
            parameters.warn("The list cannot be sorted by %(value)s.", value=shown(word))
        elif key.name not in [earlier.name for earlier in keys]:
            keys.append(key)
    return complete(tuple(keys)) if keys else NEWEST_FIRST


def _read_page_size(parameters: _Parameters) -> int:
    wanted = parameters.read("per", read_count)
    if wanted is None or wanted in PAGE_SIZES:
        return wanted or PAGE_SIZE
    size = next((size for size in PAGE_SIZES if size >= wanted), PAGE_SIZES[-1])
    parameters.warn("A page has 25, 50, 100 or 200 rows: %(size)s are shown.", size=size)
    return size


def _read_columns(parameters: _Parameters) -> tuple[str, ...]:
    # The form sends one parameter a box that is ticked, the address has them in one.
    words = ",".join(parameters.values.get("cols", ())).split(",")
    columns: list[str] = []
    for word in filter(None, (word.strip().lower() for word in words)):
        if word not in COLUMNS:
            parameters.warn("There is no column called %(value)s.", value=shown(word))
        elif word not in columns:
            columns.append(word)
    return tuple(columns) or COLUMNS


def _read_place(parameters: _Parameters) -> Place | None:
    day = parameters.read("at", read_date)
    if day is not None:
        return Place("at", day.isoformat())
    for side in ("after", "before"):
        if key := parameters.one(side):
            return Place(side, key)
    return None


def _read_span(parameters: _Parameters, metric: str) -> Span:
    least = parameters.read(f"{metric}_min", read_count)
    most = parameters.read(f"{metric}_max", read_count)
    if least is not None and most is not None and least > most:
        parameters.warn("The least and the most %(metric)s are exchanged.", metric=metric)
        least, most = most, least
    return Span(least, most)


def _with_days(query: RecordQuery, parameters: _Parameters) -> RecordQuery:
    first: dt.date | None = parameters.read("from", read_date)
    last: dt.date | None = parameters.read("to", read_date)
    if first and last and first > last:
        parameters.warn("The first and the last day are exchanged.")
        first, last = last, first
    return replace(query, first=first, last=last)
