"""What is found out while the register is not locked yet, and whether it still holds then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.models import Changeset, Country
from app.services import directory
from app.services.importing import loading, readying
from app.services.importing.planning import Plan, make_plan
from app.services.importing.staging import names


@dataclass(frozen=True)
class Foresight:
    """The plan of an import, and what it rests on."""

    plan: Plan
    # Which country each name, by its number, will stand for; the new ones have no row yet.
    countries: Mapping[int, int]
    # Newest changeset of the outbreak.
    newest: int

    def holds(self, session: Session, countries: Mapping[int, int]) -> bool:
        """Tell, of a locked register, whether nothing changed that the plan rests on."""
        newest = _newest_changeset(session, self.plan.outbreak_id)
        return (self.countries, self.newest) == (countries, newest)


def foresee(session: Session, outbreak_id: int, spellings: Sequence[str]) -> Foresight | None:
    """Plan a large import ahead, so that the register is locked only to write.

    What is written here are temporary tables. None where the rows have to be sorted anew first,
    because two of the names are one country.
    """
    newest = _newest_changeset(session, outbreak_id)
    countries = _foresee_countries(session, spellings)
    if len(set(countries.values())) < len(countries):
        return None
    rows = [{"name": name, "country_id": countries.get(name)} for name in range(len(spellings))]
    session.execute(delete(names))
    session.execute(insert(names), rows)
    plan = make_plan(session, outbreak_id)
    if plan.added >= loading.WORTHWHILE and plan.first:
        plan = readying.make_ready(session, plan)
    return Foresight(plan, countries, newest)


def _foresee_countries(session: Session, spellings: Sequence[str]) -> dict[int, int]:
    """Say which country each name will stand for, given that new ones get the next ids."""
    resolution = directory.resolve_names(session, spellings, create=False)
    last = session.scalar(select(func.max(Country.id))) or 0
    # In the order in which the directory creates them: that of the file, which an index likes.
    kept = dict.fromkeys(resolution.new.values())
    new = {name: last + place for place, name in enumerate(kept, start=1)}
    ids = resolution.ids | {name: new[called] for name, called in resolution.new.items()}
    return {number: ids[name] for number, name in enumerate(spellings) if name in ids}


def _newest_changeset(session: Session, outbreak_id: int) -> int:
    newest = select(func.max(Changeset.id)).where(Changeset.outbreak_id == outbreak_id)
    return session.scalar(newest) or 0
