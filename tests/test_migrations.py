"""The schema grows by migrations: whole or not at all, both ways, and losing nothing."""

import io
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from app import create_app, db
from app.database import Base, engine_options, open_session
from app.models import Country, CountryAlias, Record
from app.services import directory
from app.services.changesets import Actor
from app.services.importing import import_file
from tests.conftest import ROOT, SECRET
from tests.support.schemas import BOOKKEEPING, schema_of

MIGRATIONS = ROOT / "migrations"
HISTORY = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in HISTORY.walk_revisions()][::-1]

Rows = dict[str, list[str]]


@pytest.fixture
def migrated(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database that no migration has touched yet."""
    app = create_app(
        {
            "SECRET_KEY": SECRET,
            "SQLALCHEMY_DATABASE_URI": empty_database_url,
            "INSTANCE": str(tmp_path),
        }
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def connected() -> Iterator[Connection]:
    with db.engine.connect() as connection:
        yield connection


def all_rows() -> Rows:
    with connected() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(table.select()))
            for table in Base.metadata.sorted_tables
        }


def upgrade(revision: str = "head", directory: Path = MIGRATIONS) -> None:
    flask_migrate.upgrade(directory=str(directory), revision=revision)


def downgrade(revision: str, directory: Path = MIGRATIONS) -> None:
    flask_migrate.downgrade(directory=str(directory), revision=revision)


def with_revision(folder: Path, body: str, back: str = "pass") -> Path:
    """Copy the migrations and add one after the newest, with this body."""
    directory = folder / "migrations"
    shutil.copytree(MIGRATIONS, directory, dirs_exist_ok=True)
    lines = ["import os, time", "import sqlalchemy as sa", "from alembic import op"]
    lines += ["revision = 'next'", f"down_revision = {REVISIONS[-1]!r}"]
    for function, code in (("upgrade", body), ("downgrade", back)):
        lines += [f"def {function}():", textwrap.indent(textwrap.dedent(code).strip(), "    ")]
    (directory / "versions" / "next.py").write_text("\n".join(lines) + "\n")
    return directory


def add_country_with_alias(url: str) -> None:
    with open_session(url) as session:
        country = Country(name="Viet Nam", slug="viet-nam")
        country.aliases.append(CountryAlias(alias="Vietnam"))
        session.add(country)
        session.commit()


def start_upgrade(
    url: str, directory: Path = MIGRATIONS, **environment: str
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flask", "db", "upgrade", "--directory", str(directory)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={
            **os.environ,
            **environment,
            "CASEBOOK_DATABASE_URL": url,
            "CASEBOOK_SECRET_KEY": SECRET,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> None:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output


def wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    give_up = time.monotonic() + 60
    while not file.exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_history_has_one_head() -> None:
    assert len(HISTORY.get_heads()) == 1
    assert len(HISTORY.get_bases()) == 1


def test_each_revision_goes_up_and_down_and_up(migrated: Flask) -> None:
    for revision in REVISIONS:
        with connected() as connection:
            before = schema_of(connection)
        upgrade(revision)
        with connected() as connection:
            after = schema_of(connection)
        downgrade("-1")
        with connected() as connection:
            assert schema_of(connection) == before
        upgrade(revision)
        with connected() as connection:
            assert schema_of(connection) == after


def test_migrated_register_is_the_one_the_models_create(migrated: Flask, database_url: str) -> None:
    upgrade()
    created = create_engine(database_url, **engine_options(database_url))
    with connected() as connection, created.connect() as other:
        assert schema_of(connection) == schema_of(other)
        query = text("SELECT slug, name, counting, is_default, simulated FROM outbreak")
        assert connection.execute(query).all() == other.execute(query).all()
    created.dispose()


def test_check_finds_nothing_to_migrate(migrated: Flask) -> None:
    upgrade()
    flask_migrate.check(directory=str(MIGRATIONS))


def test_data_survives_down_and_up(
    database_url: str, make_record: Callable[..., Record], app: Flask
) -> None:
    make_record("Viet Nam", "2003-04-12", cases=62, deaths=4)
    make_record("Canada", "2003-04-12", cases=250)
    with app.app_context():
        before = all_rows()
        flask_migrate.stamp(directory=str(MIGRATIONS))
        downgrade(REVISIONS[0])
        upgrade()
        assert all_rows() == before


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(
    migrated: Flask, empty_database_url: str, tmp_path: Path
) -> None:
    upgrade()
    add_country_with_alias(empty_database_url)
    rebuild = """
        with op.batch_alter_table("country") as batch:
            batch.alter_column("name", type_=sa.String(300), existing_nullable=False)
        """
    before = all_rows()
    directory = with_revision(tmp_path, rebuild, rebuild.replace("300", "200"))
    upgrade(directory=directory)
    assert all_rows() == before
    downgrade("-1", directory)
    assert all_rows() == before


def test_migration_that_fails_leaves_nothing(migrated: Flask, tmp_path: Path) -> None:
    upgrade()
    with connected() as connection:
        before = schema_of(connection)
    add = "op.add_column('country', sa.Column('region', sa.String(80)))"
    directory = with_revision(tmp_path, f"{add}\nraise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        upgrade(directory=directory)
    with connected() as connection:
        assert schema_of(connection) == before
    upgrade(directory=with_revision(tmp_path, add))


def test_migration_that_breaks_a_reference_is_refused(
    empty_database_url: str, migrated: Flask, tmp_path: Path
) -> None:
    upgrade()
    add_country_with_alias(empty_database_url)
    before = all_rows()
    directory = with_revision(tmp_path, "op.execute('UPDATE country_alias SET country_id = 99')")
    # SQLite itself would not notice, its foreign keys being off: Flask-Migrate reports ours.
    with pytest.raises((IntegrityError, SystemExit)):
        upgrade(directory=directory)
    assert all_rows() == before


def test_killed_upgrade_can_be_run_again(
    migrated: Flask, empty_database_url: str, tmp_path: Path
) -> None:
    upgrade()
    with connected() as connection:
        before = schema_of(connection)
    db.engine.dispose()
    marker = tmp_path / "half"
    body = f"""
        op.add_column("country", sa.Column("region", sa.String(80)))
        open({str(marker)!r}, "w").close()
        time.sleep(60 if os.environ.get("WAIT") else 0)
        """
    directory = with_revision(tmp_path, body, "op.drop_column('country', 'region')")
    process = start_upgrade(empty_database_url, directory, WAIT="1")
    wait_for(marker, process)
    process.kill()
    process.communicate()
    with connected() as connection:
        assert schema_of(connection) == before
    finish(start_upgrade(empty_database_url, directory))
    with connected() as connection:
        assert schema_of(connection) != before


def test_three_upgrades_at_once_all_succeed(migrated: Flask, empty_database_url: str) -> None:
    processes = [start_upgrade(empty_database_url) for _ in range(3)]
    for process in processes:
        finish(process)
    with connected() as connection:
        query = text(f"SELECT version_num FROM {BOOKKEEPING}")
        assert connection.execute(query).scalars().all() == [REVISIONS[-1]]


def test_rows_left_out_keep_their_reasons_down_and_up(database_url: str, app: Flask) -> None:
    content = b"date,country,cases,deaths\n2003-04-12,Canada,1,0\n2003-04-12,Canada,2,0\n"
    content += b"2003-04-12,Untied States,1,0\nsoon,Peru,1,0\n2003-04-12,Peru,many,0\n2003-04-12\n"
    with open_session(database_url) as session:
        outbreak = directory.default_outbreak(session)
        directory.create_country(session, "United States")
        import_file(session, io.BytesIO(content), outbreak.id, Actor("Mina"))
        session.commit()
    query = text(
        "SELECT line, problem, outcome, CAST(reasons AS TEXT) FROM import_row ORDER BY line"
    )
    with app.app_context():
        with connected() as connection:
            before = connection.execute(query).all()
        flask_migrate.stamp(directory=str(MIGRATIONS))
        downgrade("0001")
        upgrade()
        with connected() as connection:
            assert connection.execute(query).all() == before
    problems = [problem for _, problem, *_ in before]
    assert problems == ["conflict", "conflict", "near_name", "date", "number", "width"]
