"""The queue's address, read into a query; what cannot be read is left out and told."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country, Person
from app.models.finding import LEVELS
from app.services.leading_on import find_renamed
from app.services.messages import Message
from app.services.review.asked import (
    AGES,
    ME,
    NOBODY,
    STATES,
    AskedCountry,
    AskedPerson,
    FindingQuery,
)
from app.services.rules import RULES

# Parameters that say where in the list one is, or how the page looks.
ELSEWHERE = ("view", "after", "before", "lang", "theme", "back")
SEVERAL = ("rule", "level", "country")
KNOWN = (*SEVERAL, "state", "assignee", "age", "imported", "q", "group", "finding", "decision")
MOST_TEXT = 100
MOST_SEVERAL = 50
GROUP = re.compile(r"[a-z_]{1,30}:[a-z]{0,10}:[\w.,+–-]{0,20}")

Word = TypeVar("Word")


class _Reader:
    """Reads the parameters of one address."""

    def __init__(
        self, session: Session, pairs: Iterable[tuple[str, str]], person_id: int | None
    ) -> None:
        self.session = session
        self.person_id = person_id
        self.warnings: list[Message] = []
        self.asked: dict[str, list[str]] = {}
        for name, value in pairs:
            # NUL is in no name, and PostgreSQL refuses to look for it.
            value = value.replace("\0", "").strip()
            if name in ELSEWHERE or not value:
                continue
            if name not in KNOWN:
                self._warn("There is no filter %(name)s here. It was left out.", name=name[:40])
                continue
            given = self.asked.setdefault(name, [])
            if name in SEVERAL and value not in given and len(given) < MOST_SEVERAL:
                given.append(value)
            elif name not in SEVERAL:
                self.asked[name] = [value]

    def read(self, outbreak_id: int) -> FindingQuery:
        """Return what is asked for."""
        query = FindingQuery(outbreak_id, countries=self._countries(), assignee=self._person())
        return replace(
            query,
            state=self._one_of("state", STATES) or "open",
            rules=self._all_of("rule", RULES),
            levels=self._all_of("level", LEVELS),
            age=self._one_of("age", AGES),
            imported=self._number("imported"),
            finding_id=self._number("finding"),
            decision_id=self._number("decision"),
            text=self._first("q")[:MOST_TEXT],
            group=self._group(),
        )

    def _first(self, name: str) -> str:
        return self.asked.get(name, [""])[0]

    def _one_of(self, name: str, words: Iterable[Word]) -> Word | None:
        asked = self._first(name)
        found = next((word for word in words if word == asked), None)
        if asked and found is None:
            self._unknown(name, asked)
        return found

    def _all_of(self, name: str, words: Iterable[str]) -> tuple[str, ...]:
        known = set(words)
        for asked in self.asked.get(name, []):
            if asked not in known:
                self._unknown(name, asked)
        return tuple(asked for asked in self.asked.get(name, []) if asked in known)

    def _number(self, name: str) -> int | None:
        asked = self._first(name)
        if asked.isascii() and asked.isdigit() and len(asked) < 10:
            return int(asked)
        if asked:
            self._unknown(name, asked)
        return None

    def _group(self) -> str:
        asked = self._first("group")
        if asked and not GROUP.fullmatch(asked):
            self._unknown("group", asked)
            return ""
        return asked

    def _countries(self) -> tuple[AskedCountry, ...]:
        slugs = self.asked.get("country", [])
        if not slugs:
            return ()
        statement = select(Country.id, Country.slug, Country.name).where(Country.slug.in_(slugs))
        found = {row.slug: AskedCountry(*row) for row in self.session.execute(statement)}
        for slug in slugs:
            if slug not in found:
                renamed = find_renamed(self.session, Country, slug)
                if renamed is None:
                    self._unknown("country", slug)
                    continue
                found[slug] = AskedCountry(renamed.id, renamed.slug, renamed.name)
        return tuple(dict.fromkeys(found[slug] for slug in slugs if slug in found))

    def _person(self) -> AskedPerson | None:
        asked = self._first("assignee")
        if not asked:
            return None
        if asked == NOBODY:
            return AskedPerson(NOBODY, "", None)
        wanted: Any = Person.id == self.person_id if asked == ME else Person.slug == asked
        person = self.session.scalar(select(Person).where(wanted))
        if person is None and asked != ME:
            # Addresses that were kept lead on when a person is renamed or merged.
            person = find_renamed(self.session, Person, asked)
        if person is None:
            self._unknown("assignee", asked)
            return None
        return AskedPerson(ME if asked == ME else person.slug, person.name, person.id)

    def _unknown(self, name: str, value: str) -> None:
        self._warn("%(name)s=%(value)s is not known here. It was left out.", name=name, value=value)

    def _warn(self, text: str, **values: str) -> None:
        self.warnings.append(Message(text, **{name: v[:40] for name, v in values.items()}))


def read_address(
    session: Session,
    outbreak_id: int,
    pairs: Iterable[tuple[str, str]],
    person_id: int | None = None,
) -> tuple[FindingQuery, list[Message]]:
    """Read the parameters of an address; `person_id` is who "me" is.

    What is unknown or cannot be read is left out of the query, and a message says so.
    """
    reader = _Reader(session, pairs, person_id)
    return reader.read(outbreak_id), reader.warnings
