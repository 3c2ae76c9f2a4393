"""What the import is measured against: `python -m bench.contenders seed|copy URL FILE`."""

import csv
import datetime as dt
import sys
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.database import Base, engine_options, normalise_url, open_session
from app.models import Changeset, Country, Outbreak, Record
from app.models.names import slugify

# `.import` and upsert as somebody who knows SQLite types it; nothing is checked.
SQLITE_LIMIT = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
PRAGMA cache_size=-65536;
PRAGMA temp_store=FILE;
CREATE TEMP TABLE stage (
  date TEXT, country TEXT, cases INTEGER, deaths INTEGER, recoveries INTEGER);
.mode csv
.import --skip 1 {file} stage
BEGIN IMMEDIATE;
INSERT OR IGNORE INTO country (name, slug) SELECT DISTINCT country, country FROM stage;
INSERT INTO record (outbreak_id, country_id, date, cases, deaths, recoveries, line, changeset_id)
SELECT 1, country.id, date, cases, deaths, recoveries, stage.rowid + 1, 1
FROM stage CROSS JOIN country ON name = country WHERE true
ON CONFLICT (outbreak_id, date, country_id) DO UPDATE SET
  cases = excluded.cases, deaths = excluded.deaths, recoveries = excluded.recoveries;
COMMIT;
"""

# The same for PostgreSQL, after COPY into the stage.
POSTGRESQL_LIMIT = (
    """INSERT INTO country (name, slug) SELECT DISTINCT country, country FROM stage
    ON CONFLICT DO NOTHING""",
    """INSERT INTO record (outbreak_id, country_id, date, cases, deaths, recoveries, changeset_id)
    SELECT 1, country.id, date, cases, deaths, recoveries, 1
    FROM stage JOIN country ON name = country
    ON CONFLICT (outbreak_id, date, country_id) DO UPDATE SET
      cases = excluded.cases, deaths = excluded.deaths, recoveries = excluded.recoveries""",
)


def make_register(url: str) -> None:
    """Make the tables anew, with an outbreak and a changeset to write under."""
    engine = create_engine(normalise_url(url), **engine_options(normalise_url(url)))
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    engine.dispose()
    with open_session(url) as session:
        if session.get(Outbreak, 1) is None:
            session.add(Outbreak(id=1, slug="outbreak", name="Outbreak", is_default=True))
            session.flush()
        session.add(Changeset(outbreak_id=1, kind="import", actor="bench"))
        session.commit()


def seed(session: Session, file: Path) -> None:
    """Add one object for each row and commit once, as the register's first program did."""
    countries: dict[str, int] = {}
    with file.open(newline="") as source:
        for line, row in enumerate(csv.DictReader(source), start=2):
            name = row["country"]
            if name not in countries:
                country = Country(name=name, slug=slugify(name))
                session.add(country)
                session.flush()
                countries[name] = country.id
            session.add(
                Record(
                    outbreak_id=1,
                    country_id=countries[name],
                    date=dt.date.fromisoformat(row["date"]),
                    cases=int(row["cases"]),
                    deaths=int(row["deaths"]),
                    recoveries=int(row["recoveries"]),
                    line=line,
                    changeset_id=1,
                    revision=1,
                )
            )
    session.commit()


def copy(session: Session, file: Path) -> None:
    """COPY the file as it is into a stage and upsert it, as `\\copy` would; nothing is checked."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    columns = "date DATE, country TEXT, cases INT, deaths INT, recoveries INT"
    session.execute(text(f"CREATE TEMP TABLE stage ({columns}) ON COMMIT DROP"))
    raw = session.connection().connection.dbapi_connection
    assert raw is not None
    with (
        file.open("rb") as source,
        raw.cursor() as cursor,
        cursor.copy("COPY stage FROM STDIN (FORMAT csv, HEADER true)") as stream,
    ):
        while block := source.read(1 << 16):
            stream.write(block)
    for statement in POSTGRESQL_LIMIT:
        session.execute(text(statement))
    session.commit()


if __name__ == "__main__":
    way, url, name = sys.argv[1:]
    with open_session(url) as session:
        {"seed": seed, "copy": copy}[way](session, Path(name))
