"""Registers of any size to measure with, made inside the database.

`python -m bench.registers URL ROWS` makes one in a process of its own: whatever memory a process
has needed counts as the peak of those it starts.
"""

import sys

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.database import Base, engine_options, normalise_url
from app.models import Changeset, Country, CountryAlias, Outbreak, Record, User

DAYS = 1_000
LEAST_COUNTRIES = 10

# Counts grow over a country's days at a pace of its own; in twenty records one is missing, and
# nothing is known of recoveries in the first days.
RECORDS = """
INSERT INTO record
    (outbreak_id, country_id, date, cases, deaths, recoveries, changeset_id, revision)
SELECT :outbreak, country.id, day.date,
       (country.id * 7919 % 997) * day.number / 10,
       (country.id * 7919 % 997) * day.number / 200,
       CASE WHEN day.number < 20 THEN NULL ELSE (country.id * 7919 % 997) * day.number / 20 END,
       :changeset, 1
FROM day CROSS JOIN country
WHERE (country.id * 31 + day.number * 17) % 20 <> 0
ORDER BY day.date, country.id
"""
DAILY_TOTALS = """
INSERT INTO daily_total
SELECT outbreak_id, date, count(*), sum(cases), sum(deaths), coalesce(sum(recoveries), 0), 0, 0, 0
FROM record GROUP BY outbreak_id, date
"""
COUNTRY_TOTALS = """
INSERT INTO country_total
SELECT outbreak_id, country_id, count(*), min(date), max(date),
       max(cases), max(deaths), max(recoveries)
FROM record GROUP BY outbreak_id, country_id
"""
CALENDAR = {
    "sqlite": """
        CREATE TEMP TABLE day AS
        WITH RECURSIVE counted(number) AS
            (VALUES (0) UNION ALL SELECT number + 1 FROM counted WHERE number < :days - 1)
        SELECT number, date('2020-01-01', '+' || number || ' days') AS date FROM counted
    """,
    "postgresql": """
        CREATE TEMP TABLE day AS
        SELECT number, date '2020-01-01' + number AS date
        FROM generate_series(0, CAST(:days AS integer) - 1) AS number
    """,
}


def build(url: str, rows: int) -> None:
    """Fill an empty database with a register of about this many records over 1,000 days."""
    url = normalise_url(url)
    engine = create_engine(url, **engine_options(url))
    indexes = sorted(Record.__table__.indexes, key=lambda index: str(index.name))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for index in indexes:
            index.drop(session.connection())
        days = DAYS if rows >= DAYS * LEAST_COUNTRIES else rows // LEAST_COUNTRIES
        _fill(session, max(LEAST_COUNTRIES, rows // DAYS), days)
        for index in indexes:
            index.create(session.connection())
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _fill(session: Session, countries: int, days: int) -> None:
    outbreak = session.query(Outbreak).one()
    changeset = Changeset(outbreak_id=outbreak.id, kind="import", actor="bench")
    session.add_all([changeset, User(username="bench", role="editor", password_hash="none")])
    for number in range(countries):
        # Spread over the alphabet, so that ids and names are in different orders.
        name = f"land {number * 7919 % countries:05d}"
        country = Country(name=name.title(), slug=name.replace(" ", "-"))
        country.aliases = [CountryAlias(alias=name)]
        session.add(country)
    session.flush()
    dialect = session.get_bind().dialect.name
    session.execute(text(CALENDAR[dialect]), {"days": days})
    session.execute(text(RECORDS), {"outbreak": outbreak.id, "changeset": changeset.id})
    session.execute(text(DAILY_TOTALS))
    session.execute(text(COUNTRY_TOTALS))


if __name__ == "__main__":
    build(sys.argv[1], int(sys.argv[2]))
