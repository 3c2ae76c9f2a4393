"""What every command waits for before it begins."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Each takes a tenth of the time in which a command starts, or more.
NOT_NEEDED = ("alembic", "huey", "psycopg", "app.blueprints", "babel", "icalendar")
SCRIPT = f"""
import sys
from flask.cli import main
try:
    main()
finally:
    print([name for name in {NOT_NEEDED} if name in sys.modules])
"""


def test_command_on_sqlite_loads_only_what_it_needs(tmp_path: Path) -> None:
    settings = {
        **os.environ,
        "CASEBOOK_DATABASE_URL": f"sqlite:///{tmp_path / 'register.db'}",
        "CASEBOOK_INSTANCE": str(tmp_path),
        "CASEBOOK_SECRET_KEY": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
    }
    file = tmp_path / "few.csv"
    file.write_text("date,country,cases,deaths,recovered\n2003-03-17,Canada,8,2,0\n")
    migrate = [sys.executable, "-m", "flask", "db", "upgrade"]
    subprocess.run(migrate, cwd=ROOT, env=settings, capture_output=True, check=True)
    command = [sys.executable, "-c", SCRIPT, "import-csv", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[]"), done.stderr
