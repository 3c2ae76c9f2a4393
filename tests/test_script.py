import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.models import Record

ROOT = Path(__file__).resolve().parent.parent
MARK = "<!-- tests/test_script.py runs this script -->"
# Runs before the script: whoever creates a Flask application fails.
NO_APP = """
import flask

def refuse(*args, **kwargs):
    raise AssertionError("the script created a Flask application")

flask.Flask.__init__ = refuse
"""


def readme_script() -> str:
    """Return the script that the README shows."""
    pattern = re.escape(MARK) + r"\n```python\n(.*?)```"
    found = re.search(pattern, (ROOT / "README.md").read_text(), re.DOTALL)
    assert found, f"the README has no script after {MARK}"
    return found.group(1)


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, from the project's root."""
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_readme_script_loads_and_queries_with_no_app(
    database_url: str, reload: Callable[[], Any]
) -> None:
    done = run(NO_APP + readme_script(), database_url)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2003-04-12 Singapore 147\n"
    record = reload().scalars(select(Record)).one()
    assert (record.cases, record.changeset.actor) == (147, "nightly script")
    assert record.changeset.reason == "WHO table"


def test_the_watch_for_an_app_would_see_one(database_url: str) -> None:
    done = run(NO_APP + "from app import create_app\ncreate_app()\n", database_url)
    assert "the script created a Flask application" in done.stderr
