"""docs/adding-a-kind.md is true: a copy of the project that follows it has a new directory."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "adding-a-kind.md"
COPIED = ("app", "migrations", "static", "templates", "config.py", "wsgi.py", "pyproject.toml")

# Run in the copy, where `app` is the copy's.
USE_IT = """
from flask_migrate import migrate, upgrade
from app import create_app, db
from app.models import User

app = create_app({"WTF_CSRF_ENABLED": False})
with app.app_context():
    upgrade()
    migrate(message="Know laboratories")
    upgrade()
    db.session.add(User(username="edo", role="editor", password_hash="none"))
    db.session.commit()
app.load_pages()
app.login_manager.request_loader(lambda request: db.session.get(User, 1))
client = app.test_client()

assert client.post("/laboratories/new", data={"name": "Institut Pasteur"}).status_code == 303
assert "Institut Pasteur" in client.get("/laboratories?q=past").text
assert client.get("/laboratories.json").get_json()[0]["name"] == "Institut Pasteur"
taken = client.post("/laboratories/new", data={"name": "Institut Pasteur", "city": "Paris"})
assert taken.status_code == 422
assert "Already there: Institut Pasteur." in taken.text
assert client.post("/laboratories/1/edit", data={"name": "x"}).status_code == 409
edit = {"name": "Institut Pasteur", "city": "Hanoi", "revision": "1"}
assert client.post("/laboratories/1/edit", data=edit).status_code == 303
assert client.post("/laboratories/1/delete", data={"revision": "2"}).status_code == 303
assert client.get("/laboratories/1").status_code == 404
assert client.post("/laboratories/deleted/1").status_code == 303
assert "Hanoi" in client.get("/laboratories/1").text
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project in which the page was followed."""
    project = tmp_path / "project"
    project.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name)
        else:
            shutil.copy2(source, project / name)
    page = PAGE.read_text()
    for name, text in re.findall(r"^`([\w/]+\.py)`.*?```python\n(.*?)```", page, re.M | re.S):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    for name, statement, entry, listed in re.findall(
        r"^- `([\w/]+\.py)`[^`]*`(from [^`]+)`[^`]*`([^`]+)`[^`]*`(\w+)`", page, re.M
    ):
        enter(project / name, statement, entry, listed)
    return project


def enter(file: Path, statement: str, entry: str, listed: str) -> None:
    """Add an import, and an entry to the list of this name."""
    lines = file.read_text().splitlines()
    lines.insert(next(n for n, line in enumerate(lines) if line.startswith("from app")), statement)
    begin = next(n for n, line in enumerate(lines) if re.match(rf"{listed}\b.*[\[(]$", line))
    lines.insert(begin + 1, f"    {entry},")
    file.write_text("\n".join(lines) + "\n")


def test_page_on_adding_a_kind_leads_to_a_directory(project: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CASEBOOK_")},
        "CASEBOOK_INSTANCE": str(project / "instance"),
    }
    command = [sys.executable, "-c", USE_IT]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list((project / "migrations" / "versions").glob("*know_laboratories.py"))


def test_page_stays_short_enough_to_be_followed() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    assert len(blocks) == 3
    assert sum(len(block.splitlines()) for block in blocks) <= 60
