"""Transactions as the engine begins them."""

import pytest
from sqlalchemy import Connection, create_engine, insert, select
from sqlalchemy.exc import DBAPIError

from app.database import engine_options, read_only
from app.models import Person


def _add(connection: Connection, name: str) -> None:
    values = {"name": name, "name_key": name.lower(), "slug": name.lower()}
    connection.execute(insert(Person), values)


def test_one_connection_reads_and_writes_in_turn(database_url: str) -> None:
    options = engine_options(database_url)
    engine = create_engine(database_url, pool_size=1, max_overflow=0, **options)
    reading = read_only(engine)
    for name in ("Ada", "Bo"):
        with pytest.raises(DBAPIError), reading.begin() as connection:
            _add(connection, name)
        with engine.begin() as connection:
            _add(connection, name)
        with reading.begin() as connection:
            assert name in connection.scalars(select(Person.name)).all()
    engine.dispose()
