"""A small register for the records list: in the database, and in memory to compare with."""

import datetime as dt
import random
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models import (
    METRICS,
    Changeset,
    Country,
    CountryAlias,
    CountryTotal,
    DailyTotal,
    Finding,
    Import,
    Record,
    User,
)
from app.services.records_list.asked import (
    SORTS,
    Author,
    ListedCountry,
    ListedOutbreak,
    RecordQuery,
    SortKey,
    Span,
    complete,
)
from app.services.records_list.flags import filter_of
from tests.support.clients import default_outbreak

NAMES = ("albania", "brazil", "canada", "denmark", "egypt", "france", "ghana", "haiti")
FIRST_DAY = dt.date(2003, 3, 17)
DAYS = 20
FLAG_WORDS = (
    ("any",),
    ("none",),
    ("open",),
    ("accepted", "sum"),
    ("decline",),
    ("decline", "jump"),
    ("gap",),
)


@dataclass
class ListedRegister:
    """Some records, in the database and in memory."""

    outbreak: ListedOutbreak
    countries: list[ListedCountry]
    author: Author
    import_id: int
    records: list[dict[str, Any]]
    imported: set[int]
    authored: set[int]


@pytest.fixture
def listed_register(session: Session) -> ListedRegister:
    """Eight countries over twenty days with gaps, ties, unknown counts and a few notes."""
    chance = random.Random(2003)
    outbreak = default_outbreak(session)
    countries = [Country(name=name.title(), slug=name) for name in chance.sample(NAMES, len(NAMES))]
    for country in countries:
        country.aliases = [CountryAlias(alias=country.slug)]
    user = User(username="mina", role="editor", password_hash="none")
    upload = Import(
        outbreak_id=outbreak.id,
        filename="sars.csv",
        sha256="0" * 64,
        size=1,
        status="applied",
        actor="mina",
    )
    session.add_all([*countries, user, upload])
    session.flush()
    changesets = [
        Changeset(outbreak_id=outbreak.id, kind="import", actor="mina", import_id=upload.id),
        Changeset(outbreak_id=outbreak.id, kind="edit", actor="mina", user_id=user.id),
        Changeset(outbreak_id=outbreak.id, kind="edit", actor="somebody"),
    ]
    session.add_all(changesets)
    session.flush()
    records = []
    for country in countries:
        for number in range(DAYS):
            if chance.random() < 0.3:
                continue
            record = {
                "outbreak_id": outbreak.id,
                "country_id": country.id,
                "date": FIRST_DAY + dt.timedelta(number),
                "cases": chance.choice((None, 0, 0, 1, 2, 5, chance.randrange(100))),
                "deaths": chance.choice((None, 0, 1)),
                "recoveries": chance.randrange(50),
                "note": "Late egypt_report" if chance.random() < 0.05 else None,
                "changeset_id": chance.choice(changesets).id,
            }
            records.append(record)
    chance.shuffle(records)
    for id, record in enumerate(records, start=1):
        record["id"] = id
    session.execute(insert(Record), records)
    _keep_totals(session, outbreak.id, records)
    _keep_findings(session, outbreak.id, records)
    session.commit()
    slugs = {country.id: country.slug for country in countries}
    for record in records:
        record["country"] = slugs[record["country_id"]]
    return ListedRegister(
        ListedOutbreak(outbreak.id, outbreak.slug),
        [ListedCountry(country.id, country.slug, country.name) for country in countries],
        Author(user.id, user.username),
        upload.id,
        records,
        imported={changesets[0].id},
        authored={changesets[1].id},
    )


def _keep_findings(session: Session, outbreak_id: int, records: list[dict[str, Any]]) -> None:
    """Let rules have seen something in one of four records, twice in some of them."""
    chance = random.Random(4)
    for record in records:
        record["flags"] = set()
        for rule in chance.sample(("decline", "sum", "jump"), chance.choice((0, 0, 0, 1, 2))):
            state = chance.choice(("open", "accepted", "resolved"))
            record["flags"] |= {(rule, state)} if state != "resolved" else set()
            key = f"{rule}::{record['country_id']}:{record['date']}"
            about = {name: record[name] for name in ("outbreak_id", "country_id", "date")}
            said = {"key": key, "grouping": f"{rule}::", "details": {"values": {}}}
            session.add(Finding(rule=rule, level="warning", state=state, **about, **said))
    session.add(
        Finding(outbreak_id=outbreak_id, rule="gap", level="notice", key="gap", grouping="gap::")
    )


def _import_values() -> dict[str, Any]:
    return {
        "filename": "sars.csv",
        "sha256": "0" * 64,
        "size": 1,
        "status": "applied",
        "actor": "mina",
    }


def _keep_totals(session: Session, outbreak_id: int, records: list[dict[str, Any]]) -> None:
    for day in {record["date"] for record in records}:
        reports = sum(record["date"] == day for record in records)
        zeros = dict.fromkeys(METRICS, 0) | {f"{metric}_step": 0 for metric in METRICS}
        session.add(DailyTotal(outbreak_id=outbreak_id, date=day, reports=reports, **zeros))
    for country_id in {record["country_id"] for record in records}:
        days = [record["date"] for record in records if record["country_id"] == country_id]
        session.add(
            CountryTotal(
                outbreak_id=outbreak_id,
                country_id=country_id,
                reports=len(days),
                first_date=min(days),
                last_date=max(days),
            )
        )


def expected(register: ListedRegister, query: RecordQuery) -> list[dict[str, Any]]:
    """Filter and sort the records in memory."""
    found = [record for record in register.records if _matches(register, query, record)]
    for key in reversed(query.sort):
        known = [record for record in found if record[key.name] is not None]
        unknown = [record for record in found if record[key.name] is None]
        known.sort(key=itemgetter(key.name), reverse=key.descending)
        found = known + unknown
    return found


def _matches(register: ListedRegister, query: RecordQuery, record: dict[str, Any]) -> bool:
    text = query.text.casefold()
    checks = [
        not query.countries or record["country_id"] in {one.id for one in query.countries},
        query.first is None or record["date"] >= query.first,
        query.last is None or record["date"] <= query.last,
        query.imported is None or record["changeset_id"] in register.imported,
        query.changed_by is None or record["changeset_id"] in register.authored,
        text in record["country"] or text in (record["note"] or "").casefold(),
    ]
    if query.flags:
        rules, states = query.flags.rules, query.flags.states
        seen = any(
            rule in (rules or {rule}) and state in (states or {state})
            for rule, state in record["flags"]
        )
        checks.append(seen != query.flags.none)
    for metric in query.metrics:
        span, count = query.span(metric), record[metric]
        checks.append(count is not None and count >= (span.least or 0))
        checks.append(count is not None and (span.most is None or count <= span.most))
    return all(checks)


def some_query(register: ListedRegister, chance: random.Random) -> RecordQuery:
    """Make up something to ask for."""
    query = RecordQuery(register.outbreak, per=chance.choice((1, 3, 7, 50)))
    if chance.random() < 0.4:
        query = replace(
            query, countries=tuple(chance.sample(register.countries, chance.randrange(1, 6)))
        )
    if chance.random() < 0.4:
        query = replace(query, first=FIRST_DAY + dt.timedelta(chance.randrange(DAYS)))
    if chance.random() < 0.3:
        query = replace(query, last=FIRST_DAY + dt.timedelta(chance.randrange(DAYS)))
    for metric in METRICS:
        if chance.random() < 0.15:
            query = query.with_span(
                metric, Span(chance.choice((None, 0, 1)), chance.choice((5, 40)))
            )
    if chance.random() < 0.2:
        query = replace(query, text=chance.choice(("an", "egypt", "LATE", "_", "zzz", "a")))
    if chance.random() < 0.1:
        query = replace(query, imported=register.import_id)
    if chance.random() < 0.1:
        query = replace(query, changed_by=register.author)
    if chance.random() < 0.3:
        query = replace(query, flags=filter_of(chance.choice(FLAG_WORDS)))
    keys = [SortKey(name, chance.random() < 0.5) for name in chance.sample(SORTS, 3)]
    return replace(query, sort=complete(tuple(keys[: chance.choice((1, 1, 1, 2, 3))])))
