"""What is asked of the queue: the filters of its address, as values."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, or_, select

from app.database import utc_now
from app.models import Changeset, Country, Finding, FindingEvent, Todo
from app.models.finding import FINDING_STATES, LEVELS

State = Literal["open", "accepted", "resolved", "all"]
Age = Literal["today", "week", "month", "older"]

STATES: tuple[State, ...] = (*FINDING_STATES, "all")  # type: ignore[assignment]
AGES: tuple[Age, ...] = ("today", "week", "month", "older")
# Found within so many days; "older" is what none of them holds.
DAYS = {"today": 1, "week": 7, "month": 30}
ME, NOBODY = "me", "nobody"

# Worst first.
RANK = case({level: rank for rank, level in enumerate(LEVELS)}, value=Finding.level)


@dataclass(frozen=True)
class AskedCountry:
    """A country of the filter."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class AskedPerson:
    """Whose findings are asked for; `id` is None where nobody has them."""

    word: str
    name: str
    id: int | None


@dataclass(frozen=True)
class FindingQuery:
    """Which findings are asked for; what is left blank asks for all."""

    outbreak_id: int
    state: State = "open"
    rules: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    countries: tuple[AskedCountry, ...] = ()
    assignee: AskedPerson | None = None
    age: Age | None = None
    imported: int | None = None
    text: str = ""
    group: str = ""
    finding_id: int | None = None
    decision_id: int | None = None
    # No part of an address: False leaves out what belongs to a to-do, or what is resolved.
    given: bool = True
    resolved: bool = True

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything but the state is asked for."""
        return replace(self, state="open") != FindingQuery(self.outbreak_id)

    def without_filters(self) -> "FindingQuery":
        """Ask for everything that is open."""
        return FindingQuery(self.outbreak_id)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Return the parameters of the address that asks for this."""
        if self.finding_id is not None:
            yield "finding", str(self.finding_id)
        if self.decision_id is not None:
            yield "decision", str(self.decision_id)
        if self.group:
            yield "group", self.group
        yield from (("rule", rule) for rule in self.rules)
        yield from (("level", level) for level in self.levels)
        yield from (("country", country.slug) for country in self.countries)
        for name, value in (
            ("state", "" if self.state == "open" else self.state),
            ("assignee", self.assignee.word if self.assignee else ""),
            ("age", self.age or ""),
            ("imported", str(self.imported or "")),
            ("q", self.text),
        ):
            if value:
                yield name, value

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a finding must meet."""
        return [Finding.outbreak_id == self.outbreak_id, *self._conditions()]

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        exact: tuple[tuple[Any, Any], ...] = (
            (Finding.state, None if self.state == "all" else self.state),
            (Finding.id, self.finding_id),
            (Finding.grouping, self.group or None),
        )
        yield from (column == value for column, value in exact if value is not None)
        several: tuple[tuple[Any, Any], ...] = (
            (Finding.rule, self.rules),
            (Finding.level, self.levels),
            (Finding.country_id, [country.id for country in self.countries]),
        )
        yield from (column.in_(values) for column, values in several if values)
        yield from self._beyond_columns()

    def _beyond_columns(self) -> Iterator[ColumnElement[bool]]:
        if self.assignee is not None:
            yield _is_with(self.assignee.id)
        if self.age is not None:
            yield _is_of_age(self.age, utc_now())
        if self.imported is not None:
            written = select(Changeset.id).where(Changeset.import_id == self.imported)
            yield Finding.changeset_id.in_(written)
        if self.decision_id is not None:
            decided = select(FindingEvent.finding_id)
            yield Finding.id.in_(decided.where(FindingEvent.decision_id == self.decision_id))
        if self.text:
            yield _says(self.text)
        if not self.given:
            yield Finding.todo_id.is_(None)
        if not self.resolved:
            yield Finding.state != "resolved"


def of_one(finding: Finding) -> FindingQuery:
    """Ask for one finding, while it is open."""
    return FindingQuery(finding.outbreak_id, finding_id=finding.id)


def _is_with(person_id: int | None) -> ColumnElement[bool]:
    if person_id is not None:
        theirs = select(Todo.id).where(Todo.assignee_id == person_id)
        return Finding.todo_id.in_(theirs)
    somebodys = select(Todo.id).where(Todo.assignee_id.is_not(None))
    return or_(Finding.todo_id.is_(None), Finding.todo_id.not_in(somebodys))


def _is_of_age(age: Age, now: dt.datetime) -> ColumnElement[bool]:
    if age == "older":
        return Finding.found_at < now - dt.timedelta(days=DAYS["month"])
    return Finding.found_at >= now - dt.timedelta(days=DAYS[age])


def _says(text: str) -> ColumnElement[bool]:
    """Look for a text in the country's name, the reason and the to-do."""
    named = select(Country.id).where(Country.name.icontains(text, autoescape=True))
    titled = select(Todo.id).where(Todo.title.icontains(text, autoescape=True))
    return or_(
        Finding.country_id.in_(named),
        Finding.todo_id.in_(titled),
        Finding.reason.icontains(text, autoescape=True),
    )
