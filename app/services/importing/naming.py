"""The names of a file as countries of the register."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Country, CountryAlias
from app.models.names import fold_country, tidy
from app.services import directory
from app.services.countries import add_alias
from app.services.directory import DuplicateCountry
from app.services.importing import staging
from app.services.importing.deciding import NameDecision
from app.services.importing.report import ImportRefused
from app.services.locks import take_turn
from app.services.messages import Message

# Id, name and code of a country, and one of its other names.
Known = tuple[int, str, str | None, str | None]


@dataclass
class Naming:
    """Which country each name, by its number, stands for; names that come close to others wait.

    A country that is new to the register has the id it will probably get when it is created.
    """

    countries: dict[int, int] = field(default_factory=dict)
    near: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # New countries, as the register will call them, by their id.
    new: dict[int, str] = field(default_factory=dict)
    # Numbers of names that are one country under different names -> the number to keep.
    merged: dict[int, int] = field(default_factory=dict)
    # Numbers of names that will be remembered as names of their countries.
    aliases: list[int] = field(default_factory=list)
    # What the register called its countries then.
    known: list[Known] = field(default_factory=list, compare=False)


def find_countries(
    session: Session, spellings: Sequence[str], decided: Mapping[str, NameDecision]
) -> Naming:
    """Say what each name stands for, as was decided or as the register knows, writing nothing."""
    choices = {fold_country(name): choice.country for name, choice in decided.items()}
    # What is looked up in the place of each name.
    meant = [choices.get(fold_country(spelling)) or spelling for spelling in spellings]
    known = _known(session)
    resolution = directory.resolve_names(session, meant, create=False)
    called: dict[str, str] = {}
    for spelling, name in zip(spellings, meant, strict=True):
        if fold_country(spelling) in choices and name in resolution.near:
            del resolution.near[name]
            resolution.new[name] = called.setdefault(fold_country(name), tidy(name))
        elif name in resolution.refused:
            text = "It was decided that %(name)s is %(meant)s, which can be no name."
            raise ImportRefused(Message(text, name=spelling, meant=name))
    last = session.scalar(select(func.max(Country.id))) or 0
    # In the order in which the directory creates them: that of the file, which an index likes.
    in_order = dict.fromkeys(resolution.new.values())
    new = {name: last + place for place, name in enumerate(in_order, start=1)}
    ids = resolution.ids | {written: new[name] for written, name in resolution.new.items()}
    naming = Naming(new={country_id: name for name, country_id in new.items()}, known=known)
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, name in enumerate(meant):
        country_id = ids.get(name)
        if country_id is None:
            naming.near[number] = resolution.near.get(name, ())
        else:
            if fold_country(name) != fold_country(spellings[number]):
                naming.aliases.append(number)
            naming.countries[number] = country_id
            numbers[country_id].append(number)
    naming.merged = {other: first for first, *others in numbers.values() for other in others}
    return naming


def names_moved(
    session: Session,
    spellings: Sequence[str],
    decided: Mapping[str, NameDecision],
    naming: Naming,
) -> bool:
    """Tell whether the names stand for something else by now."""
    # Looking every name up again takes longer.
    if _known(session) == naming.known:
        return False
    return find_countries(session, spellings, decided) != naming


def stage_names(session: Session, spellings: Sequence[str], naming: Naming) -> None:
    """Put the names on the stage."""
    rows = []
    for number, spelling in enumerate(spellings):
        country_id = naming.countries.get(number)
        is_new = country_id in naming.new
        row = {"name": number, "country_id": country_id, "is_new": is_new, "spelling": spelling}
        rows.append(row)
    if rows:
        session.execute(insert(staging.names), rows)


def keep_used(session: Session, naming: Naming, used: Iterable[int]) -> None:
    """Forget the new countries of which no row is stored, such as a line that cannot be read names.

    `used` are the numbers of the names that have rows on the stage.
    """
    wanted = {naming.countries.get(number) for number in used}
    if naming.new.keys() <= wanted:
        return
    kept = [country_id for country_id in naming.new if country_id in wanted]
    ids = dict(zip(kept, sorted(naming.new), strict=False))
    changed = {
        number: ids.get(country_id)
        for number, country_id in naming.countries.items()
        if country_id in naming.new
    }
    naming.new = {ids[country_id]: naming.new[country_id] for country_id in kept}
    for number, country_id in changed.items():
        if country_id is None:
            del naming.countries[number]
        else:
            naming.countries[number] = country_id
    naming.aliases = [number for number in naming.aliases if number in naming.countries]
    _change_countries(session, changed)


def create_countries(session: Session, naming: Naming) -> bool:
    """Create the countries that are new; tell whether each got the id that was expected."""
    if not naming.new:
        return True
    created = _create(session, naming)
    real = {expected: created[name] for expected, name in naming.new.items()}
    changed = {
        number: real[country_id]
        for number, country_id in naming.countries.items()
        if country_id in real
    }
    _change_countries(session, changed, is_new=False)
    naming.countries |= changed
    return all(expected == country_id for expected, country_id in real.items())


def _change_countries(
    session: Session, changed: Mapping[int, int | None] | Mapping[int, int], **values: bool
) -> None:
    rows = [{"number": number, "real": country_id} for number, country_id in changed.items()]
    found = update(staging.names).where(staging.names.c.name == bindparam("number"))
    session.connection().execute(found.values(country_id=bindparam("real"), **values), rows)


def remember_names(session: Session, spellings: Sequence[str], naming: Naming) -> None:
    """Let names stand for the countries that were decided, unless they are another's already."""
    for number in naming.aliases:
        country = session.get_one(Country, naming.countries[number])
        try:
            add_alias(session, country, spellings[number])
        except DuplicateCountry:
            # It is right for this file; elsewhere the name means the other one.
            continue


def _create(session: Session, naming: Naming) -> dict[str, int]:
    names = list(naming.new.values())
    # Two imports that create the same countries in different orders would wait for each other.
    take_turn(session, "new countries")
    try:
        with session.begin_nested():
            if _known(session) == naming.known:
                return directory.create_countries(session, names)
            resolution = directory.resolve_names(session, names, create=True)
    except IntegrityError:
        # Somebody adding a single country has just created one of these.
        resolution = directory.resolve_names(session, names, create=True)
    # Those that come close to others are new because it was decided so.
    return resolution.ids | {name: _create_one(session, name) for name in resolution.near}


def _create_one(session: Session, name: str) -> int:
    try:
        return directory.create_country(session, name).id
    except DuplicateCountry as error:
        return error.country.id


def _known(session: Session) -> list[Known]:
    """List what naming depends on: the countries with their names and codes."""
    columns = select(Country.id, Country.name, Country.code, CountryAlias.alias)
    return [
        (country_id, name, code, alias)
        for country_id, name, code, alias in session.execute(
            columns.outerjoin(CountryAlias).order_by(Country.id, CountryAlias.id)
        )
    ]
