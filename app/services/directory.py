"""Outbreaks and countries as the register knows them, and what the names in a file mean."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Country, CountryAlias, Outbreak
from app.models.names import fold_country, slugify, tidy
from app.services.cells import BLANKS, Unreadable, read_text
from app.services.entries import RESERVED_SLUGS
from app.services.messages import Message, ServiceError
from app.services.near_names import KnownNames
from app.services.reference import Territory, find_territory, territories

LONGEST_NAME = 200
# Names asked for in one query; databases take some 32,000 values in one.
_BATCH = 10_000


class DuplicateCountry(ServiceError):
    """The register already has this country: `country`."""

    def __init__(self, country: Country) -> None:
        super().__init__(
            Message("The register already has this country: %(name)s.", name=country.name)
        )
        self.country = country


@dataclass(frozen=True)
class Resolution:
    """What names mean: each one, as written, is in `ids`, `new`, `near` or `refused`.

    `new` says what the country that a name stands for will be called, the same for two spellings
    of one; once created, its names are in `ids` too. `near` offers the known names that a name
    comes close to, best first. `refused` says why a name can be none.
    """

    ids: dict[str, int] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    near: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, Message] = field(default_factory=dict)


def default_outbreak(session: Session) -> Outbreak:
    """Return the outbreak that is meant when none is named, making it on first use."""
    outbreak = session.scalar(select(Outbreak).where(Outbreak.is_default))
    if outbreak is None:
        outbreak = get_outbreak(session, "outbreak") or _add_outbreak(session)
        outbreak.is_default = True
        session.flush()
    return outbreak


def make_default(session: Session, outbreak: Outbreak) -> None:
    """Make an outbreak the one that is meant when none is named."""
    # Two defaults are refused even for a moment, so the former one steps back first.
    default_outbreak(session).is_default = False
    session.flush()
    outbreak.is_default = True
    session.flush()


def outbreak_to_fill(session: Session) -> Outbreak:
    """Return the outbreak that real rows belong to when none is named: never a simulated one."""
    outbreak = default_outbreak(session)
    if outbreak.simulated:
        real = select(Outbreak).where(~Outbreak.simulated).order_by(Outbreak.id).limit(1)
        outbreak = session.scalar(real) or _add_outbreak(session)
    return outbreak


def put_before_example(session: Session, outbreak: Outbreak) -> None:
    """Make an outbreak the default in the place of a simulated one, now that it has records."""
    if not outbreak.simulated and default_outbreak(session).simulated:
        make_default(session, outbreak)


def get_outbreak(session: Session, slug: str) -> Outbreak | None:
    """Find an outbreak by the name it has in addresses."""
    return session.scalar(select(Outbreak).where(Outbreak.slug == slug))


def list_countries(session: Session) -> list[Country]:
    """List all countries the register knows, by name."""
    return list(session.scalars(select(Country).order_by(Country.name, Country.id)))


def find_country(session: Session, name: str) -> Country | None:
    """Find the country that a name, an alias or a code stands for."""
    country = session.scalar(
        select(Country).join(CountryAlias).where(CountryAlias.alias == fold_country(name))
    )
    territory = None if country else find_territory(name)
    if territory is None:
        return country
    return session.scalar(select(Country).where(Country.code == territory.code))


def create_country(session: Session, name: str) -> Country:
    """Create a country under the name given, with the code and aliases the reference knows.

    Raises Unreadable for what can be no name and DuplicateCountry when it is known already.
    """
    tidied = read_name(name)
    existing = find_country(session, tidied)
    if existing is None:
        try:
            with session.begin_nested():
                ids = create_countries(session, [_name_to_keep(tidied)])
            return session.get_one(Country, ids.popitem()[1])
        except IntegrityError:
            # Somebody else created it between the question and the answer.
            existing = find_country(session, tidied)
            if existing is None:
                raise
    raise DuplicateCountry(existing)


def read_name(text: str) -> str:
    """Read a country's name, tidied; Unreadable for what can be none."""
    name = read_text(text, most=LONGEST_NAME)
    if name.casefold() in BLANKS:
        raise Unreadable(Message("There is no country."))
    if not any(character.isalpha() for character in name):
        raise Unreadable(Message("%(name)s has no letters. Write the country's name.", name=name))
    if len(fold_country(name)) > LONGEST_NAME:
        raise Unreadable(Message("The name is too long once its characters are spelt out."))
    return name


def resolve_names(session: Session, names: Iterable[str], *, create: bool) -> Resolution:
    """Say what each distinct name means, in few queries however many there are.

    A name that no country and no reference name answers to is a new country, created when asked
    for, unless it comes close to a known one. New names are not compared with each other.
    """
    resolution = Resolution()
    unknown: dict[str, str] = {}
    read = _read_names(names, resolution.refused)
    known = _ids_by_alias(session, {fold_country(name) for name in read.values()})
    for written, name in read.items():
        country_id = known.get(fold_country(name))
        if country_id is None:
            unknown[written] = name
        else:
            resolution.ids[written] = country_id
    if unknown:
        _sort_out(session, unknown, resolution)
    if create and resolution.new:
        created = create_countries(session, dict.fromkeys(resolution.new.values()))
        resolution.ids.update((name, created[new]) for name, new in resolution.new.items())
    return resolution


def _add_outbreak(session: Session) -> Outbreak:
    outbreak = Outbreak(slug="outbreak", name="Outbreak", counting="cumulative")
    session.add(outbreak)
    session.flush()
    return outbreak


def _read_names(names: Iterable[str], refused: dict[str, Message]) -> dict[str, str]:
    read = {}
    for written in dict.fromkeys(names):
        try:
            read[written] = read_name(written)
        except Unreadable as error:
            refused[written] = error.message
    return read


def _sort_out(session: Session, unknown: dict[str, str], resolution: Resolution) -> None:
    """Tell spellings of the reference from near misses and new names."""
    ids: dict[str, int] = {
        code: country_id
        for code, country_id in session.execute(select(Country.code, Country.id))
        if code is not None
    }
    newcomers: dict[str, str] = {}
    strangers: dict[str, str] = {}
    for written, name in unknown.items():
        territory = find_territory(name)
        if territory is None:
            strangers[written] = name
        elif territory.code in ids:
            resolution.ids[written] = ids[territory.code]
        else:
            resolution.new[written] = newcomers.setdefault(territory.code, _name_to_keep(name))
    known = KnownNames(_known_spellings(session)) if strangers else None
    for written, name in strangers.items():
        near = known.near(name) if known else ()
        if near:
            resolution.near[written] = near
        else:
            resolution.new[written] = newcomers.setdefault(fold_country(name), name)


def _known_spellings(session: Session) -> Iterator[tuple[str, str]]:
    """List every spelling the register or the reference knows, with the name to offer for it."""
    names: dict[str, str] = {}
    for alias, name, code in session.execute(
        select(CountryAlias.alias, Country.name, Country.code).join(Country)
    ):
        if code is not None:
            names[code] = name
        yield alias, name
    for territory in territories().values():
        for spelling in territory.spellings:
            yield spelling, names.get(territory.code, territory.english)


def _ids_by_alias(session: Session, aliases: Collection[str]) -> dict[str, int]:
    wanted = sorted(aliases)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(CountryAlias.alias, CountryAlias.country_id).where(
                CountryAlias.alias.in_(wanted[start : start + _BATCH])
            )
        )
        found.update((alias, country_id) for alias, country_id in rows)
    return found


def create_countries(session: Session, names: Collection[str]) -> dict[str, int]:
    """Create countries that are known to be new; return their ids by name."""
    slugs = {*RESERVED_SLUGS, *session.scalars(select(Country.slug))}
    territory_of = {name: find_territory(name) for name in names}
    rows = [
        {
            "name": name,
            "slug": _free_slug(name, slugs),
            "code": territory.code if territory else None,
        }
        for name, territory in territory_of.items()
    ]
    created = session.execute(insert(Country).returning(Country.name, Country.id), rows)
    ids: dict[str, int] = dict(created.all())
    aliases = {fold_country(name): ids[name] for name in names}
    for name, territory in territory_of.items():
        for spelling in territory.spellings if territory else ():
            aliases.setdefault(fold_country(spelling), ids[name])
    # A person may have given one of the reference's aliases to another country.
    taken = _ids_by_alias(session, aliases)
    session.execute(
        insert(CountryAlias),
        [
            {"alias": alias, "country_id": country_id}
            for alias, country_id in aliases.items()
            if alias not in taken
        ],
    )
    return ids


def _name_to_keep(name: str) -> str:
    """Return the name to store: as written, but a bare code is no name."""
    territory: Territory | None = find_territory(name)
    if territory is not None and fold_country(name) == fold_country(territory.code):
        return territory.english
    return tidy(name)


def _free_slug(name: str, taken: set[str]) -> str:
    slug = base = slugify(name)
    number = 2
    while slug in taken:
        # Room for the number within the column's length.
        slug = f"{base[: LONGEST_NAME - 12]}-{number}"
        number += 1
    taken.add(slug)
    return slug
