"""What every command waits for before it begins."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Alembic, the queue and PostgreSQL's driver take a third of the time in which a command starts.
NOT_NEEDED = ("alembic", "huey", "psycopg")
SCRIPT = f"import sys, wsgi\nprint([name for name in {NOT_NEEDED} if name in sys.modules])\n"


def test_command_on_sqlite_loads_only_what_it_needs(tmp_path: Path) -> None:
    settings = {
        **os.environ,
        "CASEBOOK_DATABASE_URL": f"sqlite:///{tmp_path / 'register.db'}",
        "CASEBOOK_INSTANCE": str(tmp_path),
        "CASEBOOK_SECRET_KEY": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
    }
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
