"""The names of a file as countries of the register."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.services import directory
from app.services.importing import staging


@dataclass
class Naming:
    """Which country each name, by its number, stands for; names that come close to others wait."""

    countries: dict[int, int] = field(default_factory=dict)
    near: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # Names that are new to the register, as it will call them.
    new: list[str] = field(default_factory=list)
    # Numbers of names that are one country under different names -> the number to keep.
    merged: dict[int, int] = field(default_factory=dict)


def name_countries(session: Session, spellings: list[str]) -> Naming:
    """Look the names up, create those that are new, and stage what each stands for."""
    resolution = _resolve(session, spellings)
    naming = Naming(new=sorted(set(resolution.new.values())))
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, spelling in enumerate(spellings):
        country_id = resolution.ids.get(spelling)
        if country_id is None:
            naming.near[number] = resolution.near.get(spelling, ())
        else:
            naming.countries[number] = country_id
            numbers[country_id].append(number)
    naming.merged = {other: first for first, *others in numbers.values() for other in others}
    rows = [
        {"name": number, "country_id": naming.countries.get(number)}
        for number in range(len(spellings))
    ]
    # What was foreseen gives way to what is.
    session.execute(delete(staging.names))
    if rows:
        session.execute(insert(staging.names), rows)
    return naming


def _resolve(session: Session, spellings: list[str]) -> directory.Resolution:
    try:
        with session.begin_nested():
            return directory.resolve_names(session, spellings, create=True)
    except IntegrityError:
        # An import into another outbreak has just created one of these countries.
        return directory.resolve_names(session, spellings, create=True)
