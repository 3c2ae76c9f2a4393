"""The names of a file as countries of the register."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Country
from app.services import directory
from app.services.importing import staging
from app.services.locks import take_turn


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


def find_countries(session: Session, spellings: Sequence[str]) -> Naming:
    """Say what each name stands for, writing nothing."""
    resolution = directory.resolve_names(session, spellings, create=False)
    last = session.scalar(select(func.max(Country.id))) or 0
    # In the order in which the directory creates them: that of the file, which an index likes.
    called = dict.fromkeys(resolution.new.values())
    new = {name: last + place for place, name in enumerate(called, start=1)}
    ids = resolution.ids | {written: new[name] for written, name in resolution.new.items()}
    naming = Naming(new={country_id: name for name, country_id in new.items()})
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, spelling in enumerate(spellings):
        country_id = ids.get(spelling)
        if country_id is None:
            naming.near[number] = resolution.near.get(spelling, ())
        else:
            naming.countries[number] = country_id
            numbers[country_id].append(number)
    naming.merged = {other: first for first, *others in numbers.values() for other in others}
    return naming


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


def create_countries(session: Session, naming: Naming) -> bool:
    """Create the countries that are new; tell whether each got the id that was expected."""
    if not naming.new:
        return True
    created = _create(session, list(naming.new.values()))
    real = {expected: created[name] for expected, name in naming.new.items()}
    rows = [
        {"number": number, "real": real[country_id]}
        for number, country_id in naming.countries.items()
        if country_id in real
    ]
    found = update(staging.names).where(staging.names.c.name == bindparam("number"))
    session.connection().execute(found.values(country_id=bindparam("real"), is_new=False), rows)
    return all(expected == country_id for expected, country_id in real.items())


def _create(session: Session, names: Sequence[str]) -> dict[str, int]:
    # Two imports that create the same countries in different orders would wait for each other.
    take_turn(session, "new countries")
    try:
        with session.begin_nested():
            return directory.resolve_names(session, names, create=True).ids
    except IntegrityError:
        # Somebody adding a single country has just created one of these.
        return directory.resolve_names(session, names, create=True).ids
